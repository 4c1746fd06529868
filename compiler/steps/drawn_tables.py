"""The tables that `draw:` reads: rates by a key, and values with their probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions import Value
from compiler.expressions.values import type_of_sql
from compiler.steps.files import file_node, known_column, locked, raw_types
from compiler.steps.joined import RawTable
from compiler.steps.raw import RawColumns
from compiler.typed import frame_values, typed, wanted

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.draws import DrawSet, FromTable, RateTable
    from compiler.model.recipe import Definition, Step
    from compiler.model.sources import Source
    from compiler.steps.facts import Facts

_NUMBERS = frozenset({"int", "float"})


class _Table:
    """A published table: its lock, and which of its columns are read."""

    def __init__(self, context: Context, owner: Definition[DrawSet], name: str, *path: Step) -> None:
        self.context, self.owner = context, owner
        self.source: Definition[Source] | None = context.find("sources", name, owner.at(*path))
        self.lock: LockedSource | None = None if self.source is None else locked(context, self.source)
        self.where: str | None = None
        self.read: set[str] = set()
        if self.source is not None and self.source.spec.where is not None:
            rows = RawColumns(context, self.source, RawTable(self.lock, self.lock))
            self.where = rows.keep(self.source.spec.where, "where")
            self.read |= rows.read

    @property
    def file(self) -> str | None:
        """The node of the file."""
        return None if self.source is None else file_node(self.context, self.source)

    @property
    def said(self) -> dict[str, Any]:
        """What the runtime is told of the table itself."""
        return {"where": self.where, "read": raw_types(self.lock, self.read) if self.lock else {}}

    def type(self, column: str, *path: Step) -> str:
        """Return the type of a column that is read, `unknown` where there is none; say so."""
        self.read.add(column)
        if self.source is None or self.lock is None:
            return "unknown"
        if not known_column(self.context, self.source, self.lock, column, self.owner.at(*path)):
            return "unknown"
        return type_of_sql(self.lock.columns[column].type)

    def number(self, column: str, what: str, *path: Step) -> None:
        """Say where a column is no number."""
        found = self.type(column, *path)
        if found not in {*_NUMBERS, "unknown"}:
            message = f"{what} is a number, the column `{column}` holds none"
            self.context.say("SPC306", message, self.owner.at(*path), "name a column of numbers")

    def keys(self, frame: Frame, given: dict[str, str], *path: Step) -> list[list[str]]:
        """Return variables with the columns that hold the same; say where their types never meet."""
        for ours, theirs in given.items():
            self._meet(theirs, frame, ours, *path, "given", ours)
        return [[ours, theirs] for ours, theirs in sorted(given.items())]

    def _meet(self, column: str, frame: Frame, name: str, *path: Step) -> None:
        theirs, ours = self.type(column, *path), self._of_frame(frame, name, *path)
        if "unknown" not in (theirs, ours) and _sort(theirs) != _sort(ours):
            message = (
                f"`{name}` is {_WORDS[_sort(ours)]}, the column `{column}` holds {_WORDS[_sort(theirs)]}"
            )
            help_ = f"declare a variable with `{name}` as the column has it"
            self.context.say("SPC306", message, self.owner.at(*path), help_)

    def _of_frame(self, frame: Frame, text: str, *path: Step) -> str:
        parsed = self.context.parsed(text, self.owner, *path)
        if parsed is None or not parsed.columns <= frame.names():
            return "unknown"
        values = frame_values(self.context, frame, parsed.columns)
        found = typed(self.context, parsed, values, self.owner, *path).value
        return "unknown" if found.open else found.type


_WORDS = {"int": "a number", "str": "text", "bool": "a truth value", "date": "a date"}


def _sort(type_: str) -> str:
    return "int" if type_ in _NUMBERS else type_


def rate_table(
    context: Context, definition: Definition[DrawSet], frame: Frame, name: str, spec: RateTable
) -> tuple[dict[str, Any], str | None]:
    """Return what the runtime is told of a table of rates, and the node of its file."""
    path = ("values", name, "rate")
    table = _Table(context, definition, spec.source, *path, "source")
    given = table.keys(frame, spec.given, *path)
    table.number(spec.column, "a rate", *path, "column")
    return {"given": given, "column": spec.column, **table.said}, table.file


def value_table(
    context: Context,
    definition: Definition[DrawSet],
    frame: Frame,
    named: tuple[str, Facts],
    written: FromTable,
) -> tuple[dict[str, Any], str | None]:
    """Return what the runtime is told of a table of values, and the node of its file."""
    (name, facts), spec = named, written.table
    path = ("values", name, "from")
    table = _Table(context, definition, spec.source, *path, "source")
    given = table.keys(frame, spec.given, *path)
    table.number(spec.probability, "a probability", *path, "probability")
    found = table.type(spec.value, *path, "value")
    if found != "unknown":
        wanted(context, Value(found), (facts.type, f"`{name}`"), definition, *path, "value")
    rule = {
        "given": given,
        "value": spec.value, "probability": spec.probability,
        "values": None if facts.values is None else sorted(facts.values), **table.said,
    }  # fmt: skip
    return {"table": rule}, table.file
