"""`population`: the rows of a table become persons and their groups; its columns become variables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from compiler.plan import GROUPS
from runtime.errors import NodeFailed
from runtime.frames import membership
from runtime.operations.counts import count_of, named_items
from runtime.operations.ids import count_name, id_name, ids_of, origin, refuse_nulls
from runtime.operations.raw_rows import hold_to_codes, leave_out, make_raw, paths_of
from runtime.operations.row_persons import persons_in, refuse_differences, windows
from runtime.operations.split_rows import split_rows
from runtime.operations.units import UNITS, add_units
from runtime.sql import connection, quoted, select

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.operations.ids import Persons
    from runtime.task import Task

    Integers = npt.NDArray[np.int64]

_POLARS = {"DOUBLE": pl.Float64, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean, "VARCHAR": pl.String}
_ABSENT = {"DOUBLE": 0.0, "BIGINT": 0, "BOOLEAN": False, "VARCHAR": ""}


def run(task: Task) -> None:
    """Build every entity of a source.

    A member whom a column does not name has zero, false or an empty text; a raw null stays null.

    Raises:
        NodeFailed: no row is left, ids or counts that make no population, or a weight that is none.
    """
    rows = _rows(task)
    persons = persons_in(task.parameters, rows)
    refuse_differences(task.parameters, rows, _of_one_row(task.parameters))
    ids = ids_of(task.parameters["entities"], rows, persons)
    for entity, table in ids.items():
        task.write_rows(entity, table, None)
    rows_of = {group: _first_rows(ids, group, persons) for group in GROUPS} | {"person": persons.row}
    for rule in task.parameters["columns"]:
        made = count_of(rule, rows, persons, ids["person"]) if "named_by" in rule else None
        column = _column(task, rule, rows, persons, rows_of) if made is None else made
        if rule["name"] == task.parameters["weight"].get("internal"):
            _checked(column, "internal weight")
        task.write_column(rule["entity"], column)
    weights = _checked(rows["__weight"].gather(rows_of["household"]))
    task.write_column("household", weights.alias(task.parameters["weight"]["column"]))
    task.notes["persons"] = persons.count


def _rows(task: Task) -> pl.DataFrame:
    """Return one row a raw row: its columns, group ids, member counts, the weight, every expression's value.

    They come in the order of household and tax unit ids, then of the file.
    """
    parameters, where = task.parameters, task.parameters["where"]
    order = ", ".join([*_order(parameters["entities"]), "__at"])
    units = [task.artifact("units").path(UNITS)] if "units" in parameters else []
    with connection(*paths_of(task), *units) as database:
        make_raw(task, database)
        if "split" in parameters:
            draws = partial(task.stream, "split")
            task.notes["split"] = split_rows(parameters["split"], database, draws)
        leave_out(task, database)
        hold_to_codes(task, database)
        if "units" in parameters:
            add_units(task, database)
        identified = f"SELECT *, rowid AS __at{_ids(parameters)} FROM raw"  # noqa: S608
        over = windows(parameters["entities"]) if "rows" in parameters else ""
        items = ", ".join(_items(parameters))
        query = f"SELECT *, {items} FROM ({identified}){over} ORDER BY {order}"  # noqa: S608
        rows = select(database, query)
    if rows.height == 0:
        said = [f"`where: {where}`"] if where else []
        said += ["`leave_out:`"] if parameters.get("leave_out") else []
        remedy = f"check {' and '.join(said) or 'the file'}"
        raise NodeFailed("no row of the source is left", remedy=remedy)
    return rows


def _ids(parameters: dict[str, Any]) -> str:
    """Return the ids that follow from a row alone; of persons where a row is one."""
    entities = {name: rule["id"] for name, rule in parameters["entities"].items() if "id" in rule}
    if parameters["members"]:
        entities.pop("person", None)
    return "".join(f", ({text})::BIGINT AS {quoted(id_name(name))}" for name, text in entities.items())


def _items(parameters: dict[str, Any]) -> list[str]:
    items = [f"({text})::BIGINT AS {quoted(count_name(m))}" for m, text in parameters["members"]]
    items += [f"({parameters['weight']['value']})::DOUBLE AS __weight"]
    for rule in parameters["columns"]:
        items += [f"({text})::{rule['type']} AS {quoted(name)}" for name, text in _values(rule)]
        items += named_items(rule)
        if "when" in rule:
            items.append(f"coalesce({rule['when']}, false) AS {quoted(_value_name(rule, 'when'))}")
    return items


def _of_one_row(parameters: dict[str, Any]) -> dict[str, str]:
    """Return what must be the same in all rows of a person: what is not said to be the first one's."""
    rules = [rule for rule in parameters["columns"] if rule.get("take") != "first"]
    return {_value_name(rule, "row"): f"`{rule['name']}`" for rule in rules if "row" in rule}


def _order(entities: dict[str, dict[str, Any]]) -> list[str]:
    """Return what rows are sorted by: households stay together, and so do the units in them."""
    sources = dict.fromkeys(origin(entities, group) for group in ("household", "tax_unit"))
    return [quoted(id_name(name)) for name in sources if name != "person" and "id" in entities[name]]


def _values(rule: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the SQL values of a column rule under the names they get in the table of rows."""
    if "row" in rule:
        return [(_value_name(rule, "row"), rule["row"])]
    if "named_by" in rule:
        return []
    return [(_value_name(rule, m), value) for m, value in rule["members"].items() if isinstance(value, str)]


def _value_name(rule: dict[str, Any], member: str) -> str:
    return f"__value_{rule['name']}_{member}"


def _first_rows(ids: dict[str, pl.DataFrame], group: str, persons: Persons) -> Integers:
    """Return, group by group, the raw row that its first person comes from."""
    return persons.row[persons.first_of(ids["person"][membership(group)].to_numpy())]


def _column(
    task: Task, rule: dict[str, Any], rows: pl.DataFrame, persons: Persons, rows_of: dict[str, Integers]
) -> pl.Series:
    name, entity = rule["name"], rule["entity"]
    if name.endswith("_id") and name in {f"{entity}_id", *map(membership, GROUPS)}:
        raise NodeFailed(f"`{name}` is an id, which the entities make", remedy="take it out of `columns:`")
    if "row" in rule:
        taken = rows[_value_name(rule, "row")].gather(rows_of[entity]).alias(name)
        return taken if "draw" not in rule else _redrawn(task, rule, rows, taken, persons)
    if entity != "person":
        raise NodeFailed(
            f"`{name}` belongs to {entity}, but has a value for each member",
            remedy="give it one expression over the row",
        )
    return _by_member(task, rule, rows, persons)


def _redrawn(
    task: Task, rule: dict[str, Any], rows: pl.DataFrame, taken: pl.Series, persons: Persons
) -> pl.Series:
    """Return the values, drawn anew where the condition holds.

    Everybody has a draw, whether it counts or not: so the condition changes nobody else's.
    """
    if rule["entity"] != "person":
        raise NodeFailed(f"`{rule['name']}` is drawn, but is no person's", remedy="draw a person's variable")
    drawn = _drawn(task, rule.get("stream", rule["name"]), "row", rule["draw"], persons.count)
    chosen = rows[_value_name(rule, "when")].gather(persons.row)
    return drawn.cast(_POLARS[rule["type"]]).zip_with(chosen, taken).alias(rule["name"])


def _by_member(task: Task, rule: dict[str, Any], rows: pl.DataFrame, persons: Persons) -> pl.Series:
    """Return a person column: all members' values one under the other, taken from each person's place."""
    kind, listed = _POLARS[rule["type"]], rule["members"]
    parts = [pl.Series([_ABSENT[rule["type"]]], dtype=kind)]
    place, end = np.zeros(persons.count, dtype=np.int64), 1
    for member in persons.members:
        value, chosen = listed.get(member, listed.get("others")), persons.of(member)
        if value is None:
            continue
        if isinstance(value, list):
            parts.append(
                _drawn(task, rule.get("stream", rule["name"]), member, value, int(chosen.sum())).cast(kind)
            )
            place[chosen] = end + np.arange(parts[-1].len())
        else:
            parts.append(rows[_value_name(rule, member if member in listed else "others")])
            place[chosen] = end + persons.row[chosen]
        end += parts[-1].len()
    return pl.concat(parts).gather(place).alias(rule["name"])


def _drawn(task: Task, name: str, member: str, bounds: list[int], size: int) -> pl.Series:
    """Draw whole numbers evenly, from a stream of their own: no other column can disturb them."""
    return pl.Series(task.stream(name, member).integers(bounds[0], bounds[1], endpoint=True, size=size))


def _checked(weights: pl.Series, what: str = "design weight") -> pl.Series:
    refuse_nulls(weights, f"the {what}")
    if not (weights.is_finite() & (weights >= 0)).all():
        raise NodeFailed(
            f"a{'n' if what[0] == 'i' else ''} {what} is infinite or negative",
            remedy="check `weight:` of the source",
        )
    return weights
