"""The raw rows of a source: its table, the columns of tables that are joined to it, the rows that count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed
from runtime.operations.file import DATA
from runtime.sql import first, quoted
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from runtime.task import Task

_MOST_CODES = 5
_INTEGERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)
# What DuckDB finds in a file for a type that a layout documents: what holds less is no contradiction.
_FITS = {"BIGINT": _INTEGERS, "DOUBLE": _INTEGERS | {"DOUBLE", "FLOAT"}, "BOOLEAN": {"BOOLEAN"}}


def paths_of(task: Task) -> list[Path]:
    """Return the files that the raw rows are read from."""
    joins = [f"join.{join['name']}" for join in task.parameters.get("join", ())]
    return [task.artifact(role).path(DATA) for role in ("file", *joins)]


def make_raw(task: Task, database: duckdb.DuckDBPyConnection) -> None:
    """Make the table `raw`: the rows that `where` keeps, in the order of the file.

    Raises:
        NodeFailed: a key stands twice in a joined table, a row has no partner there, or a file is not what
            its layout says.
    """
    parameters, joins = task.parameters, task.parameters.get("join", [])
    path, where = task.artifact("file").path(DATA), parameters["where"]
    _hold_to_layout(database, path, parameters, "the file")
    kept = f" WHERE {where}" if where else ""
    read = f"SELECT {columns_of(parameters['read'])} FROM {scan(path, parameters['read'])}"  # noqa: S608
    if not joins:
        database.execute(f"CREATE TABLE raw AS {read}{kept}")
        return
    database.execute(f"CREATE TABLE own AS {read}")
    for join in joins:
        _make_joined(task, database, join)
    database.execute(f"CREATE TABLE raw AS SELECT * FROM ({_joined(joins)}){kept} ORDER BY __row")  # noqa: S608
    for join in joins:
        _refuse_missing(database, join)


def leave_out(task: Task, database: duckdb.DuckDBPyConnection) -> None:
    """Drop the raw rows that are left out; each rule sees them all, and one that is null leaves none out.

    Raises:
        NodeFailed: a rule matches no row.
    """
    conditions = {
        text: f"coalesce(({text})::BOOLEAN, false)" for text in task.parameters.get("leave_out", ())
    }
    if not conditions:
        return
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in conditions.values())
    matched = database.execute(f"SELECT {counts} FROM raw").fetchone() or ()  # noqa: S608
    found = dict(zip(conditions, map(int, matched), strict=True))
    for text, rows in found.items():
        if rows == 0:
            raise NodeFailed(f"`leave_out: {text}` matches no row", remedy="remove it or mend its condition")
    database.execute(f"DELETE FROM raw WHERE {' OR '.join(conditions.values())}")  # noqa: S608
    task.notes["left_out"] = found


def hold_to_codes(task: Task, database: duckdb.DuckDBPyConnection) -> None:
    """Hold columns of codes to those that have their place: a file that nobody has seen may hold others.

    Raises:
        NodeFailed: a row that counts has another code.
    """
    for rule in task.parameters["columns"]:
        if "codes" not in rule:
            continue
        column, known = rule["codes"]["column"], rule["codes"]["known"]
        others = f"SELECT DISTINCT {quoted(column)}::VARCHAR FROM raw WHERE NOT ({known}) ORDER BY 1"  # noqa: S608
        found = [code for (code,) in database.execute(f"{others} LIMIT {_MOST_CODES}").fetchall()]
        if found:
            raise NodeFailed(
                f"`{column}` holds the code {', '.join(found)}, which `{rule['name']}` gives no place",
                remedy="add it to a category under `to:`, or list it under `without:` with a reason",
            )


def _make_joined(task: Task, database: duckdb.DuckDBPyConnection, join: dict[str, Any]) -> None:
    """Make the table of a joined file, in which every key must stand once."""
    path, name = task.artifact(f"join.{join['name']}").path(DATA), _table(join)
    _hold_to_layout(database, path, join, f"the file of `{join['name']}`")
    query = f"SELECT {columns_of(join['read'])} FROM {scan(path, join['read'])}"  # noqa: S608
    database.execute(f"CREATE TABLE {name} AS {query}")
    keys = ", ".join(quoted(right) for _, right in join["keys"])
    often = f"SELECT {keys} FROM {name} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"  # noqa: S608
    twice = first(database, often)
    if twice is not None:
        raise NodeFailed(
            f"in the file of `{join['name']}` the key {_shown(join, twice)} stands twice",
            remedy="join by columns that tell its rows apart",
        )


def _joined(joins: list[dict[str, Any]]) -> str:
    """Return the query of the rows with the columns of their partners, and whether each has one."""
    items, tables = ["own.*", "own.rowid AS __row"], ["own"]
    for join in joins:
        name = _table(join)
        items += [f"{name}.{quoted(column)} AS {quoted(shown)}" for column, shown in join["as"].items()]
        items.append(f"{name}.rowid IS NOT NULL AS {_found(join)}")
        on = " AND ".join(f"own.{quoted(left)} = {name}.{quoted(right)}" for left, right in join["keys"])
        tables.append(f"LEFT JOIN {name} ON {on}")
    return f"SELECT {', '.join(items)} FROM {' '.join(tables)}"  # noqa: S608


def _refuse_missing(database: duckdb.DuckDBPyConnection, join: dict[str, Any]) -> None:
    if join["missing"]:
        return
    keys = ", ".join(quoted(left) for left, _ in join["keys"])
    rest = f"FROM raw WHERE NOT {_found(join)}"
    (count,) = first(database, f"SELECT count(*) {rest}") or (0,)
    if count:
        row = first(database, f"SELECT {keys} {rest} ORDER BY __row LIMIT 1") or ()
        shown = ", ".join(f"{left} {value}" for (left, _), value in zip(join["keys"], row, strict=True))
        raise NodeFailed(
            f"{count} rows have no partner in the file of `{join['name']}`, the first is that of {shown}",
            remedy="mend the keys of `keys:`, or write `missing: allowed` where that is in order",
        )


def _hold_to_layout(
    database: duckdb.DuckDBPyConnection, path: Path, table: dict[str, Any], what: str
) -> None:
    """Hold a file to the types that only a layout told of: lint has never seen it."""
    if not table.get("documented"):
        return
    found = {
        str(name).lower(): str(kind)
        for name, kind, *_ in database.execute(f"DESCRIBE SELECT * FROM {scan(path)}").fetchall()  # noqa: S608
    }
    missing = [name for name in table["read"] if name.lower() not in found]
    if missing:
        raise NodeFailed(
            f"{what} has no column {_listed(missing)}, of which its layout tells",
            remedy="take the edition that the layout describes, or mend the layout",
        )
    other = [
        f"`{name}` is {found[name.lower()]}, not {kind}"
        for name, kind in table["read"].items()
        if not _fits(database, path, name, kind, found[name.lower()])
    ]
    if other:
        raise NodeFailed(
            f"{what} is not what its layout says: {'; '.join(other)}",
            remedy="mend the layout and lock again",
        )


def _fits(database: duckdb.DuckDBPyConnection, path: Path, name: str, kind: str, found: str) -> bool:
    if kind not in _FITS or found in _FITS[kind]:
        return True
    # A column without any value has the type of a text.
    query = f"SELECT count({quoted(name)}) FROM {scan(path)}"  # noqa: S608
    return first(database, query) == (0,)


def _listed(names: list[str], most: int = 8) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _shown(join: dict[str, Any], values: tuple[Any, ...]) -> str:
    return ", ".join(f"{right} {value}" for (_, right), value in zip(join["keys"], values, strict=True))


def _table(join: dict[str, Any]) -> str:
    return quoted(f"join.{join['name']}")


def _found(join: dict[str, Any]) -> str:
    return quoted(f"__has_{join['name']}")
