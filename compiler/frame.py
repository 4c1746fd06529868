"""What the compiler knows about a frame after each step: its rows, its columns, who wrote them and where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from compiler.plan import ColumnRef, FrameRef

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from compiler.diagnostics import Span
    from compiler.expressions import Parsed, Value

SQL_TYPES = {"float": "DOUBLE", "int": "BIGINT", "bool": "BOOLEAN", "str": "VARCHAR", "enum": "VARCHAR"}
TEXT = frozenset({"str", "enum"})


class Owner(NamedTuple):
    """The definition that wrote a column, such as `sources.cps_2014`, and the line where it does."""

    definition: str
    span: Span


class Column(NamedTuple):
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


class View(NamedTuple):
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
    # What has been found out about names of this very frame, so that no copy takes it along: whether a view
    # is in order, and what is known of values.
    checked: dict[str, bool] = field(default_factory=dict, init=False, compare=False, repr=False)
    known: dict[str, Value] = field(default_factory=dict, init=False, compare=False, repr=False)

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

    def stored(self, names: Iterable[str]) -> set[str]:
        """Return the stored columns behind names: those among them, and those that views read."""
        wanted = set(names)
        read = wanted.union(*(view.parsed.columns for view in self.views_of(wanted)))
        return read & self.columns.keys()

    def views_of(self, names: Iterable[str], known: Container[str] = ()) -> list[View]:
        """Return the views among names and all that they read, less the known ones.

        Each comes after the views that it reads: the order in which they can be computed.
        """
        found: dict[str, View] = {}
        opened: set[str] = set()
        waiting = sorted(names, reverse=True)
        # No recursion: a chain of views may be longer than Python's stack is deep.
        while waiting:
            name = waiting[-1]
            view = None if name in self.columns or name in known else self.views.get(name)
            if view is not None and name not in opened:
                opened.add(name)
                waiting += sorted(view.parsed.columns, reverse=True)
                continue
            waiting.pop()
            if view is not None:
                found.setdefault(name, view)
        return list(found.values())

    def slice(self, names: set[str]) -> FrameRef:
        """Return what must be read to have those columns that there are, views unfolded to stored ones."""
        columns: dict[str, dict[str, ColumnRef]] = {}
        for name in sorted(self.stored(names)):
            column = self.columns[name]
            columns.setdefault(column.entity, {})[name] = column.ref
        views = ((v.name, v.entity, SQL_TYPES[v.type], v.parsed.text) for v in self.views_of(names))
        return FrameRef(self.rows, dict(sorted(columns.items())), tuple(views))


def by_entity(columns: Iterable[Column]) -> dict[str, tuple[str, ...]]:
    """Return the names of columns by entity, in their order: what a node writes."""
    found: dict[str, list[str]] = {}
    for column in columns:
        found.setdefault(column.entity, []).append(column.name)
    return {entity: tuple(names) for entity, names in found.items()}


class Giving(NamedTuple):
    """The donors of an imputation, and the nodes of its blocks in the order in which they draw."""

    donor: Frame
    nodes: tuple[str, ...]


class Stage(NamedTuple):
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
