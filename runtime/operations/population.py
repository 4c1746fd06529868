"""`population`: the rows of a table become households, families, tax units, persons; its columns become variables."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from compiler.plan import GROUPS

from runtime.errors import NodeFailed
from runtime.frames import membership
from runtime.operations.file import DATA
from runtime.sql import connection, quoted, select
from runtime.tables import columns_of, scan
from runtime.task import Task

_POLARS = {"DOUBLE": pl.Float64, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean, "VARCHAR": pl.String}
_ABSENT = {"DOUBLE": 0.0, "BIGINT": 0, "BOOLEAN": False, "VARCHAR": ""}
Integers = npt.NDArray[np.int64]


def run(task: Task) -> None:
    """Build every entity of a source."""
    rows = _rows(task)
    persons = _Persons(rows, tuple(task.parameters["members"]))
    ids = _ids(task, rows, persons)
    for entity, table in ids.items():
        task.write_rows(entity, table, None)
    first_rows = {group: _first_row_of(ids, group, persons) for group in GROUPS}
    for rule in task.parameters["columns"]:
        task.write_column(rule["entity"], _column(task, rule, rows, persons, first_rows))
    weight = task.parameters["weight"]["column"]
    task.write_column("household", _weights(task, rows["__weight"].gather(first_rows["household"])).alias(weight))
    task.notes["persons"] = persons.count


def _rows(task: Task) -> pl.DataFrame:
    """Return one row a raw row: group ids, member counts, the weight, and every expression's value, in id order."""
    parameters, path = task.parameters, task.artifact("file").path(DATA)
    items = [f"({rule['id']})::BIGINT AS {quoted('__' + name)}" for name, rule in parameters["entities"].items() if "id" in rule and name != "person"]
    items += [f"({count})::BIGINT AS {quoted('__count_' + member)}" for member, count in parameters["members"].items()]
    items += [f"({parameters['weight']['value']})::DOUBLE AS __weight"]
    items += [f"({text})::{rule['type']} AS {quoted(name)}" for rule in parameters["columns"] for name, text in _values(rule)]
    read = columns_of(parameters["read"])
    where = f" WHERE {parameters['where']}" if parameters["where"] else ""
    with connection(path) as database:
        database.execute(f"CREATE TABLE raw AS SELECT {read} FROM {scan(path, parameters['read'])}{where}")  # noqa: S608
        rows = select(database, f"SELECT *, {', '.join(items)} FROM raw ORDER BY __household, __tax_unit")  # noqa: S608
    if rows.height == 0:
        raise NodeFailed("no row of the source is left", place=task.node.address, remedy=f"check `where: {parameters['where']}`")
    return rows


def _values(rule: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the SQL values of a column rule under the names they get in the table of rows."""
    if "row" in rule:
        return [(_value_name(rule, "row"), rule["row"])]
    return [(_value_name(rule, member), value) for member, value in rule["members"].items() if isinstance(value, str)]


def _value_name(rule: dict[str, Any], member: str) -> str:
    return f"__value_{rule['name']}_{member}"


class _Persons:
    """Persons in the order of rows and, within a row, of members."""

    def __init__(self, rows: pl.DataFrame, members: tuple[str, ...]) -> None:
        counts = rows.select(f"__count_{member}" for member in members).to_numpy().astype(np.int64)
        if (counts < 0).any():
            row, column = np.argwhere(counts < 0)[0]
            raise NodeFailed(f"row {row} has {counts[row, column]} members `{members[column]}`", remedy="use greatest(..., 0) in its count")
        if (counts.sum(axis=1) == 0).any():
            raise NodeFailed("a row has no members at all", remedy="give at least one member a count of 1")
        self.members = members
        self.count = int(counts.sum())
        self.row: Integers = np.repeat(np.arange(len(counts)), counts.sum(axis=1))
        self.member: Integers = np.repeat(np.tile(np.arange(len(members)), len(counts)), counts.ravel())
        starts = np.cumsum(counts.sum(axis=1)) - counts.sum(axis=1)
        self.number: Integers = np.arange(self.count) - starts[self.row] + 1

    def of(self, member: str) -> npt.NDArray[np.bool_]:
        """Return which persons are members of a kind."""
        return np.asarray(self.member == self.members.index(member))


def _ids(task: Task, rows: pl.DataFrame, persons: _Persons) -> dict[str, pl.DataFrame]:
    entities = task.parameters["entities"]
    person_id = _person_ids(entities["person"]["id"], rows, persons)
    of_person: dict[str, Integers] = {}
    for group in GROUPS:
        rule = entities[group]
        if "id" in rule:
            of_person[group] = rows[f"__{group}"].to_numpy()[persons.row]
        elif "couple" in rule:
            of_person[group] = _couples(rule["couple"], person_id, persons)
    for group in GROUPS:
        if "same_as" in entities[group]:
            of_person[group] = of_person[entities[group]["same_as"]]
    tables = {"person": pl.DataFrame({"person_id": person_id, **{membership(g): of_person[g] for g in GROUPS}})}
    for group in GROUPS:
        tables[group] = pl.DataFrame({f"{group}_id": of_person[group]}).unique(maintain_order=True)
        _one_household_a_group(task, group, of_person)
    _check_ids(task, tables)
    return tables


def _person_ids(text: str, rows: pl.DataFrame, persons: _Persons) -> Integers:
    table = rows[persons.row].with_columns(pl.Series("member", persons.number)).with_row_index("__order")
    with connection() as database:
        database.register("persons", table.to_arrow())
        found = select(database, f"SELECT ({text})::BIGINT AS id FROM persons ORDER BY __order")  # noqa: S608
    return np.asarray(found["id"].to_numpy(), dtype=np.int64)


def _couples(members: list[str], person_id: Integers, persons: _Persons) -> Integers:
    """Return the marital unit of each person: a couple has its first partner's id, everybody else their own."""
    ids = person_id.copy()
    partner = np.isin(persons.member, [persons.members.index(member) for member in members])
    rows, first = np.unique(persons.row[partner], return_index=True)
    leader = dict(zip(rows.tolist(), person_id[partner][first].tolist(), strict=True))
    ids[partner] = [leader[row] for row in persons.row[partner].tolist()]
    return ids


def _one_household_a_group(task: Task, group: str, of_person: dict[str, Integers]) -> None:
    pairs = pl.DataFrame({"group": of_person[group], "household": of_person["household"]}).unique()
    if pairs["group"].n_unique() != pairs.height:
        twice = pairs.filter(pl.col("group").is_duplicated())["group"][0]
        raise NodeFailed(f"{group} {twice} spans several households", place=task.node.address, remedy=f"make the id of {group} finer")


def _check_ids(task: Task, tables: dict[str, pl.DataFrame]) -> None:
    for entity, table in tables.items():
        ids = table[f"{entity}_id"]
        low = ids.min()
        if ids.n_unique() != ids.len():
            twice = ids.filter(ids.is_duplicated())[0]
            raise NodeFailed(f"the {entity} id {twice} occurs twice", place=task.node.address, remedy=f"make the id of {entity} finer")
        if ids.null_count() or not isinstance(low, int) or low <= 0:
            raise NodeFailed(f"the lowest {entity} id is {low}; ids are whole numbers above zero", place=task.node.address,
                             remedy=f"change the id of {entity}")


def _first_row_of(ids: dict[str, pl.DataFrame], group: str, persons: _Persons) -> Integers:
    """Return, group by group, the raw row that its first person comes from."""
    member_of = ids["person"][membership(group)].to_numpy()
    _, first = np.unique(member_of, return_index=True)
    return np.asarray(persons.row[np.sort(first)], dtype=np.int64)


def _column(task: Task, rule: dict[str, Any], rows: pl.DataFrame, persons: _Persons, first_rows: dict[str, Integers]) -> pl.Series:
    name, entity = rule["name"], rule["entity"]
    if "row" in rule:
        at = persons.row if entity == "person" else first_rows[entity]
        return rows[_value_name(rule, "row")].gather(at).alias(name)
    values = pl.Series(name, [_ABSENT[rule["type"]]], dtype=_POLARS[rule["type"]]).new_from_index(0, persons.count).to_numpy().copy()
    listed = rule["members"]
    for member in persons.members:
        value, key = listed.get(member, listed.get("others")), member if member in listed else "others"
        if value is None:
            continue
        mask = persons.of(member)
        if isinstance(value, list):
            values[mask] = task.stream(name, member).integers(value[0], value[1], endpoint=True, size=int(mask.sum()))
        else:
            values[mask] = rows[_value_name(rule, key)].to_numpy()[persons.row[mask]]
    return pl.Series(name, values, dtype=_POLARS[rule["type"]])


def _weights(task: Task, weights: pl.Series) -> pl.Series:
    low = weights.min()
    if weights.null_count() or not weights.is_finite().all() or (isinstance(low, float) and low < 0):
        raise NodeFailed("a design weight is missing, infinite or negative", place=task.node.address, remedy="check `weight:` of the source")
    return weights
