"""What the rows of a source are read from: its own table, and those that are joined to it by their keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Related
from compiler.expressions.values import NUMBERS, WORDS, Value, type_of_sql
from compiler.steps.files import file_node, known_column, locked, main_table, raw_types, tables_of

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.tables import Joined
    from compiler.steps.files import Table


@dataclass(frozen=True, slots=True)
class RawTable:
    """The columns that expressions over the rows of a source can read.

    Attributes:
        lock: what is known of all of them together, under the names they are read by; None where some is not.
        own: what is known of the source's own table alone.
        joined: the same of each joined one.
        twice: columns that several tables have, in lower case, as the runtime knows no other; each with the
            places of those tables.
        documented: columns that only a layout tells of.
        made: what rules about who lives together add to every row.
    """

    lock: LockedSource | None
    own: LockedSource | None = None
    joined: dict[str, LockedSource] = field(default_factory=dict)
    twice: dict[str, tuple[Related, ...]] = field(default_factory=dict)
    documented: frozenset[str] = frozenset()
    made: dict[str, Value] = field(default_factory=dict)


def raw_table(context: Context, source: Definition[Source]) -> RawTable:
    """Return what is known of the tables of a source; say where their keys do not fit."""
    own = locked(context, source)
    joined = {t.join: locked(context, source, t) for t in tables_of(source) if t.join is not None}
    known = {name: lock for name, lock in joined.items() if lock is not None}
    made = made_by_rules(source)
    if own is None or len(known) < len(joined):
        return RawTable(None, made=made)
    for name, lock in known.items():
        _check_keys(context, source, name, own, lock)
    columns, places = dict(own.columns), {name.lower(): main_table(source) for name in own.columns}
    twice: dict[str, tuple[Related, ...]] = {}
    documented = set(own.columns if own.documented else ())
    for table in tables_of(source)[1:]:
        join, lock = source.spec.join[table.join or ""], known[table.join or ""]
        for name, column in _readable(join, lock).items():
            if name.lower() in places:
                twice[name.lower()] = tuple(_at(place) for place in (places[name.lower()], table))
                continue
            columns[name] = replace(column, name=name, nulls=column.nulls + (join.missing is not None))
            places[name.lower()] = table
            documented |= {name} if lock.documented else set()
    return RawTable(replace(own, columns=columns), own, known, twice, frozenset(documented), made)


def made_by_rules(source: Definition[Source]) -> dict[str, Value]:
    """Return what the rules of a source add to its rows, under the names that it gives."""
    found = None if source.spec.population is None else source.spec.population.rules
    gives = {} if found is None else found[1].given
    return {name: Value("str" if what == "role" else "bool") for what, name in gives.items()}


def _at(table: Table) -> Related:
    return Related(table.place, f"`{table.name}` has it")


def _readable(join: Joined, lock: LockedSource) -> dict[str, Any]:
    """Return a joined table's columns as they are read. A key with one name in both tables is one column."""
    prefix = join.prefix or ""
    same = {right for left, right in join.keys.items() if left == prefix + right}
    return {prefix + name: column for name, column in lock.columns.items() if name not in same}


def keys_of(source: Definition[Source]) -> set[str]:
    """Return the columns by which tables are joined to a source, as they are read."""
    own = {left for join in source.spec.join.values() for left in join.keys}
    return own | {(j.prefix or "") + right for j in source.spec.join.values() for right in j.keys.values()}


def _check_keys(
    context: Context, source: Definition[Source], name: str, own: LockedSource, lock: LockedSource
) -> None:
    for left, right in source.spec.join[name].keys.items():
        path = ("join", name, "keys", left)
        ours = known_column(context, source, own, left, source.key_at(*path))
        if not ours or not _has(context, source, name, lock, right, source.at(*path)):
            continue
        types = [type_of_sql(own.columns[left].type), type_of_sql(lock.columns[right].type)]
        if "unknown" in types or types[0] == types[1] or NUMBERS.issuperset(types):
            continue
        message = f"`{left}` is {WORDS[types[0]]}, `{right}` of `{source.name}.{name}` is {WORDS[types[1]]}"
        help_ = "join by columns of one type; a key written as text in one file never equals a number"
        context.say("SPC210", message, source.at(*path), help_)


def _has(
    context: Context, source: Definition[Source], join: str, lock: LockedSource, column: str, span: Span
) -> bool:
    if column in lock.columns:
        return True
    context.say("SPC203", f"the file of `{source.name}.{join}` has no column `{column}`", span,
                f"it has {len(lock.columns)} columns; see sources.lock")  # fmt: skip
    return False


def join_parameters(source: Definition[Source], raw: RawTable, read: set[str]) -> list[dict[str, Any]]:
    """Return what the runtime needs of every joined table: keys, types, and the names columns are read by."""
    return [_join(name, join, raw.joined[name], read) for name, join in source.spec.join.items()]


def _join(name: str, join: Joined, lock: LockedSource, read: set[str]) -> dict[str, Any]:
    prefix = join.prefix or ""
    wanted = {column: prefix + column for column in lock.columns if prefix + column in read}
    same = {right for left, right in join.keys.items() if left == prefix + right}
    taken = {column: shown for column, shown in wanted.items() if column not in same}
    return {
        "name": name,
        "keys": [[left, right] for left, right in join.keys.items()],
        "read": raw_types(lock, {*taken, *join.keys.values()}),
        "as": taken,
        "missing": join.missing is not None,
        **({"documented": True} if lock.documented else {}),
    }


def join_nodes(context: Context, source: Definition[Source]) -> dict[str, str]:
    """Add the nodes that fetch the joined tables; return their addresses by role."""
    tables = [table for table in tables_of(source) if table.join is not None]
    return {f"join.{table.join}": file_node(context, source, table) for table in tables}
