"""What can go wrong between specc and the engine."""

from __future__ import annotations

from typing import ClassVar

from runtime.errors import RuntimeFault


class EngineError(RuntimeFault):
    """The engine, its input or its output was not what it had to be; says which variable, entity or chunk."""

    default_kind: ClassVar[str] = "engine-failed"
