"""What writing a dataset needs to know of the engine's variables: the facts that the plan carries."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Facts:
    """Entity, type and period of a variable, how the engine comes by it, and the members of an enum."""

    entity: str
    type: str  # float | int | bool | str | enum
    period: str  # year | month | day | eternity
    kind: str  # input | formula | adds
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """Variable to entity, type, period, kind and values, as the `engine` of a node has them."""

    variables: Mapping[str, list[Any]]

    def facts(self, name: str) -> Facts:
        """Return the facts of a variable.

        Raises:
            EngineError: the plan knows nothing of it; names near ones.
        """
        if name not in self.variables:
            near = ", ".join(f"`{close}`" for close in get_close_matches(name, self.variables, n=3))
            raise EngineError(
                f"the plan knows no engine variable `{name}`",
                remedy=f"did you mean {near}?" if near else "declare it under `variables`, or drop it",
            )
        entity, type_, period, kind, values = self.variables[name]
        return Facts(entity, type_, period, kind, None if values is None else tuple(values))
