"""What the compiler knows about a frame after each step: its rows, its columns, who wrote them and where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compiler.plan import ColumnRef, FrameRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.diagnostics import Span
    from compiler.expressions import Parsed, Value

SQL_TYPES = {"float": "DOUBLE", "int": "BIGINT", "bool": "BOOLEAN", "str": "VARCHAR", "enum": "VARCHAR"}
TEXT = frozenset({"str", "enum"})


@dataclass(frozen=True, slots=True)
class Owner:
    """The definition that wrote a column, such as `sources.cps_2014`, and the line where it does."""

    definition: str
    span: Span


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its facts, the node that wrote it last, and the line that made it.

    `period` is the year its amounts are of, `per` the stretch of that year: a month or the year. `null_at`
    is the place that a missing value comes from. `original` wrote what the original half of a cloned frame
    still holds, where that is another than `owner`.
    """

    name: str
    entity: str
    type: str
    unit: str | None
    period: int | None
    ref: ColumnRef
    span: Span
    per: str | None = None
    null_at: Span | None = None
    owner: Owner | None = None
    original: Owner | None = None

    @property
    def nullable(self) -> bool:
        """Whether some row may be without a value."""
        return self.null_at is not None

    @property
    def owners(self) -> dict[str, Owner | None]:
        """Who wrote it, by half."""
        if self.original is None:
            return {"both": self.owner}
        return {"original": self.original, "clone": self.owner}


@dataclass(frozen=True, slots=True)
class View:
    """A column that is computed whenever it is read."""

    name: str
    entity: str
    type: str
    parsed: Parsed
    span: Span
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame between two steps; steps return a changed copy.

    `size` is how many rows of a source it is expected to hold, for estimates only.
    """

    rows: tuple[str, ...]
    columns: dict[str, Column] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    size: float = 0

    def __contains__(self, name: str) -> bool:
        """Tell whether a column or view of that name can be read."""
        return name in self.columns or name in self.views

    def names(self) -> set[str]:
        """Return the names of everything that can be read."""
        return set(self.columns) | set(self.views)

    def entity_of(self, name: str) -> str:
        """Return the entity of a column or view."""
        return self.columns[name].entity if name in self.columns else self.views[name].entity

    def type_of(self, name: str) -> str:
        """Return the type of a column or view."""
        return self.columns[name].type if name in self.columns else self.views[name].type

    def with_columns(self, columns: list[Column]) -> Frame:
        """Return the frame with columns added or replaced."""
        return replace(self, columns={**self.columns, **{column.name: column for column in columns}})

    def with_rows(self, node: str, times: float) -> Frame:
        """Return the frame after a step that defines new rows, `times` as many as before."""
        return replace(self, rows=(*self.rows, node), size=self.size * times)

    def ref(self, node: str) -> ColumnRef:
        """Return the reference to a column that `node` writes for the rows as they are now."""
        return ColumnRef(node, len(self.rows))

    def slice(self, names: set[str]) -> FrameRef:
        """Return what must be read to have those columns that there are, views unfolded to stored ones."""
        stored, views = self.unfolded(names)
        columns: dict[str, dict[str, ColumnRef]] = {}
        for name in sorted(stored):
            column = self.columns[name]
            columns.setdefault(column.entity, {})[name] = column.ref
        return FrameRef(self.rows, dict(sorted(columns.items())), tuple(views))

    def unfolded(self, names: set[str]) -> tuple[set[str], list[tuple[str, str, str, str]]]:
        """Return the stored columns that names come down to, and the views, each after what it reads."""
        stored: set[str] = set()
        views: dict[str, tuple[str, str, str, str]] = {}

        def visit(name: str) -> None:
            if name in self.columns:
                stored.add(name)
            elif name in self.views and name not in views:
                view = self.views[name]
                for column in sorted(view.parsed.columns):
                    visit(column)
                # Written after the columns it reads: the order in which views can be computed.
                views[name] = (view.name, view.entity, SQL_TYPES[view.type], view.parsed.text)

        for name in sorted(names):
            visit(name)
        return stored, list(views.values())


@dataclass(frozen=True, slots=True)
class Stage:
    """The frame as a step of the pipeline left it."""

    kind: str
    name: str
    span: Span
    frame: Frame
    # What is known of the frame's views, found out when somebody asks.
    values: Callable[[], dict[str, Value]]

    @property
    def step(self) -> str:
        """The step as it is named on the command line, such as `clone.puf_support`."""
        return f"{self.kind}.{self.name}"
