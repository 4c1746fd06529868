"""The table of a target as its expressions see it: locked columns, and those that unpivoting makes."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from compiler.catalog.lock import LockedColumn
from compiler.geography import WIDTHS
from compiler.steps.files import known_column, raw_types
from compiler.steps.known import of_file
from compiler.steps.raw import raw_values
from compiler.typed import typed, wanted

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.expressions import ColumnUse
    from compiler.expressions.domains import Domain
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.targets import Target
    from compiler.typed import Want


class Table:
    """Parses expressions over the columns of a table, unpivoted ones included."""

    def __init__(
        self,
        context: Context,
        target: Definition[Target],
        source: Definition[Source],
        lock: LockedSource | None,
    ) -> None:
        self.context, self.target, self.source = context, target, source
        self.read: set[str] = set()
        self.made: set[str] = set()
        self.wide: dict[str, str] = {}
        self._raw = lock
        self.lock = self._unpivoted(lock)

    @property
    def types(self) -> dict[str, str]:
        """The SQL type of each column of the file that is read."""
        return raw_types(self._raw, self.read) if self._raw else {}

    @cached_property
    def known(self) -> dict[str, Domain]:
        """What is known of the values of each column."""
        return of_file(self.lock) if self.lock else {}

    def rows(self) -> str | None:
        """Return the condition of the source on its rows, its columns checked and remembered as read."""
        where = self.source.spec.where
        parsed = None if where is None else self.context.parsed(where, self.source, "where")
        for use in parsed.uses if parsed else ():
            if self._raw is not None:
                place = self.source.within(use.offset, "where")
                known_column(self.context, self.source, self._raw, use.name, place)
            self.read.add(use.name)
        return None if where is None else str(where)

    def padded(self, number: int) -> str:
        """Return a number as a code of places of the target's level."""
        return str(number).zfill(WIDTHS.get(self.target.spec.geography.level, 0))

    def column(self, expression: str | int | None) -> LockedColumn | None:
        """Return what the lock knows of an expression that is a column and nothing else."""
        if expression is None or self.lock is None:
            return None
        text = str(expression).strip()
        name = text[1:-1].replace('""', '"') if text.startswith('"') and text.endswith('"') else text
        return self.lock.columns.get(name)

    def text(self, expression: str | int | None, want: Want | None, *path: str | int) -> str | None:
        """Return an expression as it is written, checked; its columns are remembered as read."""
        if expression is None:
            return None
        parsed = self.context.parsed(expression, self.target, *path)
        checks = [self._known(use, *path) for use in parsed.uses] if parsed else [False]
        if parsed is not None and all(checks) and self.lock is not None:
            found = typed(self.context, parsed, raw_values(self.lock), self.target, *path)
            if want is not None:
                wanted(self.context, found.value, want, self.target, *path)
        return str(expression)

    def _known(self, use: ColumnUse, *path: str | int) -> bool:
        """Tell whether a column can be read row by row; say why not."""
        if use.name not in self.made:
            self.read.add(use.name)
        if use.window is not None:
            self.context.say(
                "SPC303",
                "an expression over a table cannot aggregate over a group",
                self.target.at(*path),
                "name one column's value",
            )
            return False
        if self.lock is None or use.name in self.lock.columns:
            return True
        place = self.target.within(use.offset, *path)
        return known_column(self.context, self.source, self.lock, use.name, place)

    def _unpivoted(self, lock: LockedSource | None) -> LockedSource | None:
        unpivot = self.target.spec.unpivot
        if unpivot is None or lock is None:
            return lock
        self.wide = unpivot.wide(list(lock.columns))
        self.read |= set(self.wide)
        self.made = {unpivot.name, unpivot.value}
        kept = {name: column for name, column in lock.columns.items() if name not in self.wide}
        # A column that is missing has been reported; what its rows would be called is not known then.
        names = tuple(self.wide.values()) if self._check_wide(lock) else None
        kinds = {lock.columns[name].type for name in self.wide}
        value = kinds.pop() if len(kinds) == 1 else "DOUBLE"
        made = {
            unpivot.name: LockedColumn(unpivot.name, "VARCHAR", 0, None, None, names),
            unpivot.value: LockedColumn(unpivot.value, value, 0, None, None),
        }
        return replace(lock, columns=kept | made)

    def _check_wide(self, lock: LockedSource) -> bool:
        """Tell whether the table has the columns that are to become rows; say which it does not have."""
        unpivot = self.target.spec.unpivot
        if unpivot is None:
            return True
        if isinstance(unpivot.columns, tuple):
            places = [self.target.at("unpivot", "columns", number) for number in range(len(unpivot.columns))]
            named = zip(unpivot.columns, places, strict=True)
            known = [known_column(self.context, self.source, lock, name, place) for name, place in named]
            return all(known)
        if not unpivot.wide(list(lock.columns)):
            prefix = unpivot.columns.removesuffix("*")
            message = f"`{self.source.name}` has no column that begins with `{prefix}`"
            self.context.say("SPC203", message, self.target.at("unpivot", "columns"))
        return bool(self.wide)
