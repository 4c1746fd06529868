"""Files: one node a distinct file, however many sources read it; and what is known of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.model.tables import content_of
from compiler.plan import Node, cost
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition, Step
    from compiler.model.sources import Source
    from compiler.model.tables import File

_LOCK = "run `specc sources lock` on the bundle and commit sources.lock"

_MOST_COLUMNS = 10


class Table(NamedTuple):
    """A table that a source reads: its own, or one that is joined to it."""

    source: Definition[Source]
    parts: tuple[File, ...]
    join: str | None = None

    @property
    def name(self) -> str:
        """What locks and messages call it."""
        return self.source.name if self.join is None else f"{self.source.name}.{self.join}"

    @property
    def content(self) -> str:
        """What tells it from other tables."""
        return content_of(self.parts)

    @property
    def named_parts(self) -> Iterator[tuple[str, File]]:
        """Its files, each with its name: that of the table, or with a number."""
        for number, part in enumerate(self.parts, start=1):
            yield (self.name if len(self.parts) == 1 else f"{self.name}.{number}"), part

    @property
    def places(self) -> Iterator[tuple[tuple[Step, ...], File]]:
        """Its files, each with where it is declared in the source."""
        for number, part in enumerate(self.parts):
            yield ((*self.path, "files", number) if self._has_several else self.path), part

    @property
    def _has_several(self) -> bool:
        spec = self.source.spec
        return bool(spec.files if self.join is None else spec.join[self.join].files)

    @property
    def locator(self) -> str:
        """Where its files are, in words."""
        return ", ".join(part.locator for part in self.parts)

    @property
    def layout(self) -> str | None:
        """The documented columns of it."""
        spec = self.source.spec
        return spec.layout if self.join is None else spec.join[self.join].layout

    @property
    def path(self) -> tuple[Step, ...]:
        """Where it is declared in its source."""
        return () if self.join is None else ("join", self.join)

    @property
    def place(self) -> Span:
        """The key it is declared under."""
        return self.source.key_at(*self.path) if self.path else self.source.key

    def first_name(self, context: Context) -> str:
        """Return its name by what its source was called first."""
        first = context.first_name("sources", self.source.name)
        return first if self.join is None else f"{first}.{self.join}"


def main_table(source: Definition[Source]) -> Table:
    """Return the table that a source's rows are of."""
    return Table(source, source.spec.parts)


def tables_of(source: Definition[Source]) -> list[Table]:
    """Return the tables of a source, its own first."""
    return [main_table(source), *(Table(source, j.parts, name) for name, j in source.spec.join.items())]


def file_node(context: Context, source: Definition[Source], table: Table | None = None) -> str:
    """Add the node that fetches and checks a source's table, or one joined to it; return its address."""
    table = table or main_table(source)
    name = _named(context, table).first_name(context) if _is_unpinned(table) else None
    return context.add(Node(
        address=f"file.{table_name(context, table)}", operation="file", version=1,
        parameters=_parameters(table, name), outputs={"file": ("data",)}, estimate=cost.linear("file"),
        place=str(table.place),
    ))  # fmt: skip


def _parameters(table: Table, source: str | None) -> dict[str, Any]:
    """Return what says which bytes are meant; where nothing pins them, by the source's name as well."""
    named = {} if source is None else {"source": source}
    if len(table.parts) == 1:
        return {**table.parts[0].parameters, **named}
    return {"files": [part.parameters for part in table.parts], **named}


def _is_unpinned(table: Table) -> bool:
    return any(part.digest is None for part in table.parts)


def _named(context: Context, table: Table) -> Table:
    """Return, of the tables with the same content, the first by its first name."""
    if not context.files:
        every = [other for source in context.recipe.sources.values() for other in tables_of(source)]
        for other in sorted(every, key=lambda each: each.first_name(context)):
            context.files.setdefault(other.content, other)
    return context.files[table.content]


def table_name(context: Context, table: Table) -> str:
    """Return the name of a table: of those with the same content, the first by its first name."""
    return _named(context, table).name


def file_name(context: Context, source: Definition[Source]) -> str:
    """Return the name of a source's file: of the sources that read it, the first by its first name."""
    return table_name(context, main_table(source))


def described_files(sources: dict[str, Definition[Source]]) -> dict[str, dict[str, str]]:
    """Return by content what is said of every file: whose it is, where it is, and under which licence.

    `bundle` is the folder beside this one that it may lie in.
    """
    tables = [table for _, source in sorted(sources.items(), reverse=True) for table in tables_of(source)]
    return {part.content: _said(table, name, part) for table in tables for name, part in table.named_parts}


def _said(table: Table, name: str, part: File) -> dict[str, str]:
    spec, bundle = table.source.spec, table.source.bundle
    prose = {"locator": part.locator, "licence": spec.licence, "title": spec.title}
    return {"source": name, **prose, **({"bundle": bundle} if bundle else {})}


def locked(context: Context, source: Definition[Source], table: Table | None = None) -> LockedSource | None:
    """Return what is known of a table's columns; say so when nothing is, or the lock is of another file."""
    table = table or main_table(source)
    lock = context.locks.get(table.name)
    if lock is None:
        message, span = _unlocked(context, table)
        context.say("SPC701", message, span, _LOCK)
        return None
    if lock.sha256 != table.content:
        context.say("SPC702", f"`{table.name}` was locked as {_short(lock.sha256)}, the spec says "
                    f"{_short(table.content)}", source.at(*table.path, "sha256"), _LOCK)  # fmt: skip
        return None
    if lock.rows == 0 and not lock.documented:
        context.say("SPC703", f"`{table.name}` has no rows", table.place, _LOCK)
    return lock


def _short(content: str) -> str:
    """Return the beginning of a digest; what is none is shown whole."""
    digest, _, member = content.partition("!")
    shown = f"{digest[:12]}{digest[64:]}"  # behind the digest stands what lines begin with that are skipped
    return content if content.startswith("none:") else shown + (f" {member}" if member else "")


def _unlocked(context: Context, table: Table) -> tuple[str, Span]:
    """Return what to say of a table that is not locked: of all of its bundle at once where none is."""
    beside = [each for each in context.recipe.sources.values() if each.bundle == table.source.bundle]
    names = {other.name for each in beside for other in tables_of(each)}
    if len(beside) > 1 and names.isdisjoint(context.locks):
        first = min(each.key for each in beside)
        return f"nothing is locked: nothing is known of the columns of {len(beside)} sources", first
    return f"nothing is known of the columns of `{table.name}`: it is not locked", table.place


def known_column(
    context: Context, source: Definition[Source], lock: LockedSource, column: str, span: Span
) -> bool:
    """Tell whether a raw column exists; say so when it does not."""
    if column in lock.columns:
        return True
    help_ = did_you_mean(column, lock.columns) or _columns(lock)
    verb = "have" if source.spec.join else "has"
    context.say("SPC203", f"{files_in_words(context, source)} {verb} no column `{column}`", span, help_)
    return False


def files_in_words(context: Context, source: Definition[Source]) -> str:
    """Return how messages speak of what the rows of a source are read from."""
    if source.spec.join:
        return f"the files of `{source.name}`"
    # By the file's name, so that a line that two sources share is reported once.
    return f"the file of `{file_name(context, source)}`"


def _columns(lock: LockedSource) -> str:
    if len(lock.columns) > _MOST_COLUMNS:
        return f"it has {len(lock.columns)} columns; see sources.lock"
    return "its columns: " + ", ".join(lock.columns)


def raw_types(lock: LockedSource, columns: set[str]) -> dict[str, str]:
    """Return the locked SQL type of each raw column, in the order of the names."""
    return {name: lock.columns[name].type for name in sorted(columns) if name in lock.columns}
