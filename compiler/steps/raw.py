"""Expressions over the rows of a raw file."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, Any

from compiler.expressions import Typed, Value
from compiler.expressions.conditions import equalities
from compiler.expressions.nulls import present_if, present_unless
from compiler.expressions.values import UNKNOWN, type_of_sql
from compiler.steps.conditions import say_always, say_dropped, say_never
from compiler.steps.files import known_column
from compiler.steps.known import of_documented, of_source
from compiler.typed import Want, typed, wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.expressions import ColumnUse
    from compiler.expressions.domains import Domain
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.steps.joined import RawTable


class RawColumns:
    """Parses expressions over the raw rows and remembers which of their columns they read.

    `whole` says of an expression that it is about all rows of a person, so that it may aggregate over them.
    """

    def __init__(self, context: Context, source: Definition[Source], table: RawTable) -> None:
        self.context, self.source, self.table = context, source, table
        self.lock = lock = table.lock
        joins = source.spec.join.values()
        read = (source.spec.content, *((join.content, join.prefix) for join in joins))
        self._content = (*read, table.documented)
        self.read: set[str] = set()
        # Where a variable made of these columns may be without a value.
        self.null_at: dict[str, Span] = {}
        self._values = {} if lock is None else raw_values(lock)
        self._nullable = self._may_be_null()

    def text(
        self,
        expression: str | int,
        want: Want | None,
        *path: str | int,
        also: frozenset[str] = frozenset(),
        whole: bool = False,
    ) -> str:
        """Check an expression and return its text; `also` are whole numbers beside the file's columns."""
        self.typed(expression, want, *path, also=also, whole=whole)
        return str(expression)

    def typed(
        self,
        expression: str | int,
        want: Want | None,
        *path: str | int,
        also: frozenset[str] = frozenset(),
        whole: bool = False,
    ) -> Typed:
        """Check an expression and return what it gives."""
        # Sources that are alike say most things twice, of one file: what is in order once is so again.
        key = (self._content, self._nullable, str(expression), want, also.union(self.table.made), whole)
        before = len(self.context.diagnostics)
        known = self.context.in_order.get(key)
        if known is not None:
            self.read |= known[0]
            return known[1]
        found = self._checked(expression, want, *path, also=also, whole=whole)
        parsed = self.context.parsed(expression, self.source, *path, persons=whole)
        if parsed is not None and len(self.context.diagnostics) == before:
            self.context.in_order[key] = (parsed.columns - also.union(self.table.made), found)
        return found

    def _checked(
        self, expression: str | int, want: Want | None, *path: str | int, also: frozenset[str], whole: bool
    ) -> Typed:
        parsed = self.context.parsed(expression, self.source, *path, persons=whole)
        checks = [self._known(use, also, *path, whole=whole) for use in parsed.uses] if parsed else [False]
        if parsed is None or not all(checks):
            return Typed(UNKNOWN)
        if self.table.documented:
            self._say_unknown_codes(parsed.tree, *path)
        beside = self.table.made | {name: Value("int") for name in also}
        # Files are wide: what is known of their columns is not copied for each expression.
        known = ChainMap(beside, self._values) if beside else self._values
        found = typed(self.context, parsed, known, self.source, *path)
        if want is not None:
            wanted(self.context, found.value, want, self.source, *path)
        return found

    def keep(self, where: str | int, *path: str | int) -> str:
        """Check the condition that chooses rows; what it asks of a column holds from here on."""
        if self._choosing(where, present_if, *path):
            known, of = self._known_values(), f"`{self.source.name}`"
            is_never = say_never(self.context, where, known, self.source, *path, of=of)
            # A plain table is only looked up in; rows of microdata are people.
            if not is_never and self.source.spec.population is not None:
                say_dropped(self.context, where, self.source, *path)
        return str(where)

    def some(self, where: str | int, *path: str | int) -> str:
        """Check a condition that some rows meet, and which says nothing of the others."""
        before = len(self.context.diagnostics)
        self.typed(where, ("bool", "a condition on rows"), *path)
        if len(self.context.diagnostics) == before:
            of = f"`{self.source.name}`"
            say_never(self.context, where, self._known_values(), self.source, *path, of=of)
        return str(where)

    def leave_out(self, where: str | int, *path: str | int) -> str:
        """Check a condition that leaves rows out; of a column that it is true of, the contrary holds then."""
        if self._choosing(where, present_unless, *path):
            known, of = self._known_values(), f"`{self.source.name}`"
            if not say_never(self.context, where, known, self.source, *path, of=of):
                say_always(self.context, where, known, self.source, *path, of=of)
        return str(where)

    def _choosing(
        self, where: str | int, present: Callable[[dict[str, Any]], frozenset[str]], *path: str | int
    ) -> bool:
        """Check a condition on rows and tell if it is sound; columns with a value then are null no more."""
        before = len(self.context.diagnostics)
        self.typed(where, ("bool", "`where`"), *path)
        parsed = self.context.parsed(where, self.source, *path)
        for name in present(parsed.tree) if parsed else ():
            if name in self._values:
                self._values[name] = self._values[name]._replace(nullable=False)
        self._nullable = self._may_be_null()
        return len(self.context.diagnostics) == before

    def _known_values(self) -> dict[str, Domain]:
        return {} if self.lock is None else of_source(self.context, self.source)

    def _may_be_null(self) -> frozenset[str] | None:
        return None if self.lock is None else frozenset(n for n, v in self._values.items() if v.nullable)

    def _known(self, use: ColumnUse, also: frozenset[str], *path: str | int, whole: bool) -> bool:
        """Tell whether a column can be read row by row; say why not."""
        if use.name in self.table.made:
            return True
        if use.name not in also:
            self.read.add(use.name)
        if use.name.lower() in self.table.twice:
            self._say_twice(use, *path)
            return False
        if use.window is not None and not whole:
            self.context.say(
                "SPC303",
                "an expression over raw rows cannot aggregate over a group",
                self.source.at(*path),
                "declare a variable with the aggregate as its value",
            )
            return False
        if use.name in also or self.lock is None or use.name in self.lock.columns:
            return True
        return known_column(
            self.context, self.source, self.lock, use.name, self.source.within(use.offset, *path)
        )

    def _say_unknown_codes(self, tree: dict[str, Any], *path: str | int) -> None:
        """Say which codes a column is compared with that it never has by its layout."""
        for name, kind, code in dict.fromkeys(equalities(tree)):
            domain = self._documented(name)
            if domain is not None and domain.kind == kind and domain.where("=", code).is_empty:
                shown = f"{code:g}" if isinstance(code, float) else f"'{code}'"
                message = f"`{name}` is compared with {shown}, but {domain} by its layout"
                help_ = "mend the code, or the layout, and lock again"
                self.context.say("SPC221", message, self.source.at(*path), help_)

    def _documented(self, name: str) -> Domain | None:
        column = None if self.lock is None else self.lock.columns.get(name)
        return None if column is None or name not in self.table.documented else of_documented(column)

    def _say_twice(self, use: ColumnUse, *path: str | int) -> None:
        self.context.say(
            "SPC213",
            f"`{use.name}` stands in two files of `{self.source.name}`",
            self.source.within(use.offset, *path),
            "give the joined file a `prefix:`, with which its columns are read",
            related=self.table.twice[use.name.lower()],
        )


def raw_values(lock: LockedSource) -> dict[str, Value]:
    """Return what a lock says of the columns of a file."""
    return {name: Value(type_of_sql(c.type), nullable=c.nulls > 0) for name, c in lock.columns.items()}
