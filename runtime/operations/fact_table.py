"""The rows of a published table, as a target reads them: chosen, made long, their expressions computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed
from runtime.operations.fact_misses import precision_items
from runtime.operations.fact_places import place_items
from runtime.sql import connection, literal, quoted, select
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl


def left_out(parameters: dict[str, Any]) -> list[str]:
    """Return the columns that say of each rule whether it leaves a row out."""
    return [f"__left_out_{number}" for number in range(len(parameters["leave_out"]))]


def read_rows(parameters: dict[str, Any], path: Path) -> pl.DataFrame:
    """Return the rows that `where` chooses, one a column that is turned into rows: `__row` is their number.

    Raises:
        NodeFailed: there are none.
    """
    numbered = f"row_number() OVER () AS __row, {columns_of(parameters['read'])}"
    raw = f"SELECT {numbered} FROM {scan(path, parameters['read'])}"  # noqa: S608
    raw += f" WHERE {parameters['rows']}" if parameters["rows"] else ""
    query = f"SELECT {', '.join(_items(parameters))} FROM {_long(parameters)}"  # noqa: S608
    if parameters["where"]:
        query += f" WHERE {parameters['where']}"
    with connection(path) as database:
        database.execute(f"CREATE TABLE raw AS {raw}")
        rows = select(database, query)
    if rows.height == 0:
        remedy = f"check `where: {parameters['where']}`" if parameters["where"] else "check the file"
        raise NodeFailed("no row of the table is left", remedy=remedy)
    return rows


def _items(parameters: dict[str, Any]) -> list[str]:
    """Return the select list; a condition that is neither true nor false (a null in it) does not hold."""
    family = parameters["family"] or literal(next(iter(parameters["families"])))
    items = ["__row", f"({parameters['value']})::DOUBLE AS value", f"({family})::VARCHAR AS __family"]
    items += [*place_items(parameters["geography"]), *precision_items(parameters)]
    items += [f"({parameters[b] or 'NULL'})::DOUBLE AS {b}" for b in ("lower", "upper")]
    items += [f"coalesce(({parameters['counts'] or 'false'})::BOOLEAN, false) AS __counts"]
    for name, rule in parameters["match"].items():
        items.append(f"({rule['column']})::VARCHAR AS {quoted('__match_' + name)}")
    for name, where in zip(left_out(parameters), parameters["leave_out"], strict=True):
        items.append(f"coalesce(({where})::BOOLEAN, false) AS {name}")
    return [*items, _column(parameters)]


def _column(parameters: dict[str, Any]) -> str:
    """Return which column a row comes from, where columns are turned into rows."""
    unpivot = parameters["unpivot"]
    return f"{'NULL' if unpivot is None else quoted(unpivot['name'])}::VARCHAR AS __column"


def _long(parameters: dict[str, Any]) -> str:
    unpivot = parameters["unpivot"]
    if unpivot is None:
        return "raw"
    wide = ", ".join(f"{quoted(column)} AS {literal(name)}" for column, name in unpivot["columns"].items())
    name, value = quoted(unpivot["name"]), quoted(unpivot["value"])
    amounts = ", ".join(f"{quoted(column)}::DOUBLE AS {quoted(column)}" for column in unpivot["columns"])
    # Without INCLUDE NULLS a fact without a value would vanish instead of being refused.
    return (
        f"(SELECT * FROM (SELECT * REPLACE ({amounts}) FROM raw) "  # noqa: S608
        f"UNPIVOT INCLUDE NULLS ({value} FOR {name} IN ({wide})))"
    )
