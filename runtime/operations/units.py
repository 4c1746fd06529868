"""`units`: tax units of those who live together, made by the rules of microunit (MIT, PolicyEngine).

The library is asked in the names of the CPS supplement, which is what it takes. It numbers units in the order
of the table, so that a number depends on who else is there; here a unit goes by the id of its head.
"""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.ids import refuse_nulls
from runtime.operations.raw_rows import leave_out, make_raw, paths_of
from runtime.sql import connection, quoted, select
from runtime.tables import scan

if TYPE_CHECKING:
    import duckdb

    from runtime.task import Task

UNITS = "units.parquet"
# What the library calls what it is asked of. A sum of amounts stands where it would add them up itself.
_NAMES = {
    "line": "A_LINENO", "spouse": "A_SPOUSE", "parent_1": "PEPAR1", "parent_2": "PEPAR2",
    "relationship": "A_EXPRRP", "marital_status": "A_MARITL", "age": "A_AGE",
    "gross_income": "WSAL_VAL", "social_security": "SS_VAL", "total_income": "PTOTVAL",
}  # fmt: skip
_FLAGS = {"is_student": ("A_ENRLW", "A_FTPT"), "is_disabled": ("PEDISPHY",)}


def run(task: Task) -> None:
    """Write, person by person, the id of the tax unit's head, and role and relation there.

    Raises:
        NodeFailed: the library is not there in its version, or something that it is asked of is missing.
    """
    construct = _constructor(task.parameters["library"], task.parameters["version"])
    persons = _persons(task)
    found = _made(construct, persons, task.parameters)
    heads = found.filter(pl.col("role") == "HEAD").select("number", pl.col("person").alias("unit"))
    units = found.join(heads, on="number", how="left", maintain_order="left")
    units.select("person", "unit", "role", "related").write_parquet(task.folder / UNITS)
    task.notes.update({"persons": units.height, "units": heads.height})


def _constructor(library: str, wanted: str) -> Any:  # noqa: ANN401 - a function of a library without types
    """Return what makes tax units."""
    remedy = f"install it: `pip install 'specc[units]'`, or `pip install {library}=={wanted}`"
    try:
        installed = version(library)
    except PackageNotFoundError:
        raise NodeFailed(f"tax units are made by {library}, which is not installed", remedy=remedy) from None
    if installed != wanted:
        raise NodeFailed(f"{library} is installed as {installed}, the spec says {wanted}", remedy=remedy)
    return importlib.import_module(library).construct_tax_units


def _persons(task: Task) -> pl.DataFrame:
    """Return what is asked of every person, in the order of the file."""
    asked = task.parameters["asked"]
    items = [f"({task.parameters[name]})::BIGINT AS {name}" for name in ("person", "household")]
    items += [
        f"({text})::{'BOOLEAN' if name in _FLAGS else 'DOUBLE'} AS {name}" for name, text in asked.items()
    ]
    with connection(*paths_of(task)) as database:
        make_raw(task, database)
        leave_out(task, database)
        rows = select(database, f"SELECT {', '.join(items)} FROM raw ORDER BY rowid")  # noqa: S608
    for column in rows:
        refuse_nulls(column, f"`{column.name}`, of which the rules ask,")
    return rows


def _made(construct: Any, persons: pl.DataFrame, parameters: dict[str, Any]) -> pl.DataFrame:  # noqa: ANN401
    """Return the number of each person's unit, and role and relation there."""
    columns = {theirs: persons[ours] for ours, theirs in _NAMES.items()}
    columns |= {theirs: persons[ours].cast(pl.Int64) for ours, names in _FLAGS.items() for theirs in names}
    table = pl.DataFrame({"PH_SEQ": persons["household"], **columns}).to_pandas()
    assigned, _ = construct(table, year=parameters["year"], mode=parameters["mode"])
    role = [each.decode() for each in assigned["tax_unit_role_input"]]
    related = [bool(each) for each in assigned["is_related_to_head_or_spouse"]]
    number = [int(each) for each in assigned["TAX_ID"]]
    return pl.DataFrame({"person": persons["person"], "number": number, "role": role, "related": related})


def add_units(task: Task, database: duckdb.DuckDBPyConnection) -> None:
    """Add to the raw rows the id of the tax unit, and what the rules give besides."""
    given = {"__unit": "unit"} | task.parameters["units"]["gives"]
    items = ", ".join(f"made.{what} AS {quoted(name)}" for name, what in given.items())
    person = task.parameters["entities"]["person"]["id"]
    made = scan(task.artifact("units").path(UNITS))
    database.execute("ALTER TABLE raw RENAME TO alone")
    own = f"SELECT *, rowid AS __place, ({person})::BIGINT AS __person FROM alone"  # noqa: S608
    query = f"SELECT own.* EXCLUDE (__place, __person), {items} FROM ({own}) AS own LEFT JOIN {made} AS made"  # noqa: S608
    database.execute(f"CREATE TABLE raw AS {query} ON made.person = own.__person ORDER BY own.__place")
