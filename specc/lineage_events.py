"""Writes the OpenLineage events of a run when it ends, however it ends."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from specc.files import write_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.execute import Run


@contextmanager
def recorded(run: Run, begun: datetime, file: Path | None) -> Iterator[None]:
    """Write the events of what the block carried out to a file, if one is wanted.

    Raises:
        CommandFault: the file cannot be written.
    """
    if file is None:
        yield
        return
    try:
        yield
    except BaseException as error:
        write_file(file, _events(run, begun, f"{type(error).__name__}: {error}"))
        raise
    write_file(file, _events(run, begun, None))


def _events(run: Run, begun: datetime, failed: str | None) -> bytes:
    from specc.openlineage import events  # noqa: PLC0415 - only where somebody asks for it

    return events(run, begun, datetime.now(UTC), failed=failed).encode()
