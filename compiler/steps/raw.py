"""Expressions over the rows of a raw file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.steps.files import known_column

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source


class RawColumns:
    """Parses expressions over the raw file and remembers which of its columns they read."""

    def __init__(self, context: Context, source: Definition[Source], lock: LockedSource | None) -> None:
        self.context, self.source, self.lock = context, source, lock
        self.read: set[str] = set()

    def text(self, expression: str | int, *path: str | int, also: frozenset[str] = frozenset()) -> str:
        """Check an expression and return its text."""
        parsed = self.context.parsed(expression, self.source, *path)
        for use in parsed.uses if parsed else ():
            if use.window is not None:
                self.context.say(
                    "SPC303",
                    "an expression over raw rows cannot aggregate over a group",
                    self.source.at(*path),
                    "declare a variable with the aggregate as its value",
                )
            elif use.name not in also and self.lock is not None:
                place = self.source.within(use.offset, *path)
                known_column(self.context, self.source, self.lock, use.name, place)
            if use.name not in also:
                self.read.add(use.name)
        return str(expression)
