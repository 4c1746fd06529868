"""Who lives in a raw row, and the ids of the persons and of the groups they form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from compiler.plan import ENTITIES, GROUPS
from runtime.errors import NodeFailed
from runtime.frames import membership
from runtime.sql import connection, select

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

MEMBER = "member"


def id_name(entity: str) -> str:
    """Return the column of the table of rows that holds an entity's ids."""
    return f"__id_{entity}"


def count_name(member: str) -> str:
    """Return the column of the table of rows that says how many members of a kind there are."""
    return f"__count_{member}"


class Persons:
    """The persons of a population, in the order of rows and, within a row, of members.

    Attributes:
        members: kinds of members, in the order of the spec; none where a row is a person.
        count: how many persons there are.
        row: (count,) the raw row that each comes from.
        member: (count,) the position of each one's kind in `members`.
        number: (count,) 1, 2, ... within the row.
    """

    def __init__(self, members: tuple[str, ...], row: Integers, member: Integers, number: Integers) -> None:
        self.members, self.count = members, len(row)
        self.row, self.member, self.number = row, member, number

    @classmethod
    def of_members(cls, rows: pl.DataFrame, members: tuple[str, ...]) -> Persons:
        """Return the members of the rows, as many of each kind as each row says.

        Raises:
            NodeFailed: a count is missing or below zero, or a row has no members.
        """
        counts = _counts(rows, members)
        per_row = counts.sum(axis=1)
        row: Integers = np.repeat(np.arange(len(counts)), per_row)
        member: Integers = np.repeat(np.tile(np.arange(len(members)), len(counts)), counts.ravel())
        starts = np.cumsum(per_row) - per_row
        return cls(members, row, member, np.arange(len(row)) - starts[row] + 1)

    @classmethod
    def of_rows(cls, row: Integers) -> Persons:
        """Return persons each of whom a row stands for."""
        return cls((), row, np.zeros(len(row), dtype=np.int64), np.ones(len(row), dtype=np.int64))

    def of(self, member: str) -> npt.NDArray[np.bool_]:
        """Return which persons are members of a kind."""
        return np.asarray(self.member == self.members.index(member))

    def first_of(self, ids: Integers) -> Integers:
        """Return the first person of each group, in the order in which the groups appear; `ids` by person."""
        _, first = np.unique(ids, return_index=True)
        return np.sort(first)


def _counts(rows: pl.DataFrame, members: tuple[str, ...]) -> Integers:
    """Return how many members of each kind each row has, shape (rows, members)."""
    for member in members:
        counts = rows[count_name(member)]
        refuse_nulls(counts, f"the count of `{member}`")
        low = counts.to_numpy().min()
        if low < 0:
            raise NodeFailed(
                f"a row has {low} members `{member}`", remedy="use greatest(..., 0) in its count"
            )
    table = rows.select(count_name(member) for member in members).to_numpy()
    if (table.sum(axis=1) == 0).any():
        raise NodeFailed("a row has no members at all", remedy="give at least one member a count of 1")
    return table.astype(np.int64)


def refuse_nulls(values: pl.Series, what: str) -> None:
    """Refuse missing values where there must be none."""
    if values.null_count():
        raise NodeFailed(
            f"{what} is missing in {values.null_count()} of {values.len()} rows",
            remedy="give it a value for them, as in coalesce(..., 0)",
        )


def origin(entities: dict[str, dict[str, Any]], entity: str) -> str:
    """Return the entity whose own rule makes the ids of `entity`: itself, or what `same_as` leads to."""
    path = [entity]
    while "same_as" in entities[path[-1]]:
        path.append(entities[path[-1]]["same_as"])
        if path[-1] in path[:-1]:
            raise NodeFailed("`same_as` goes in a circle: " + " -> ".join(path), remedy="give one an `id:`")
    return path[-1]


def ids_of(
    entities: dict[str, dict[str, Any]], rows: pl.DataFrame, persons: Persons
) -> dict[str, pl.DataFrame]:
    """Return the ids of every entity in the order of its first persons; for persons with their groups'.

    Raises:
        NodeFailed: an id is missing, not above zero or not unique, or a group spans several households.
    """
    person_id = _person_ids(entities["person"], rows, persons)
    of_person = {group: _group_ids(entities, group, rows, persons, person_id) for group in GROUPS}
    memberships = {membership(group): of_person[group] for group in GROUPS}
    tables = {"person": pl.DataFrame({"person_id": person_id, **memberships})}
    for group in GROUPS:
        _one_household_a_group(group, of_person)
        tables[group] = pl.DataFrame({f"{group}_id": of_person[group][persons.first_of(of_person[group])]})
    for entity in ENTITIES:
        _check(entity, tables[entity][f"{entity}_id"])
    return tables


def _person_ids(rule: dict[str, Any], rows: pl.DataFrame, persons: Persons) -> Integers:
    if "id" not in rule:
        raise NodeFailed("a person needs an id of its own", remedy="write `person: {id: ...}` with `member`")
    if not persons.members:
        found = rows[id_name("person")].gather(persons.row)
        refuse_nulls(found, "the id of person")
        return np.asarray(found.to_numpy(), dtype=np.int64)
    text = rule["id"]
    read = [name for name in rows.columns if name.casefold() in text.casefold() and name != MEMBER]
    table = rows.select(read)[persons.row] if read else pl.DataFrame()
    numbered = table.with_columns(pl.Series(MEMBER, persons.number)).with_row_index("__order")
    with connection() as database:
        database.register("persons", numbered.to_arrow())
        found = select(database, f"SELECT ({text})::BIGINT AS id FROM persons ORDER BY __order")["id"]  # noqa: S608
    refuse_nulls(found, "the id of person")
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _group_ids(
    entities: dict[str, dict[str, Any]], group: str, rows: pl.DataFrame, persons: Persons, person_id: Integers
) -> Integers:
    """Return, person by person, the id of their group."""
    source = origin(entities, group)
    if source == "person":
        return person_id
    if "couple" in entities[source]:
        return _couples(entities[source]["couple"], person_id, persons)
    refuse_nulls(rows[id_name(source)], f"the id of {source}")
    return np.asarray(rows[id_name(source)].to_numpy()[persons.row], dtype=np.int64)


def _couples(members: list[str], person_id: Integers, persons: Persons) -> Integers:
    """Return the unit of each person: a couple has its first partner's id, everybody else their own."""
    unknown = sorted(set(members) - set(persons.members))
    if unknown:
        raise NodeFailed(
            f"`couple` names `{unknown[0]}`, who is no member",
            remedy="members: " + ", ".join(persons.members),
        )
    ids = person_id.copy()
    partner = np.isin(persons.member, [persons.members.index(member) for member in members])
    _, first, row = np.unique(persons.row[partner], return_index=True, return_inverse=True)
    ids[partner] = person_id[partner][first][row]
    return ids


def _one_household_a_group(group: str, of_person: dict[str, Integers]) -> None:
    pairs = pl.DataFrame({"group": of_person[group], "household": of_person["household"]}).unique()
    twice = pairs.filter(pl.col("group").is_duplicated())["group"].sort()
    if twice.len():
        raise NodeFailed(
            f"{group} {twice[0]} spans several households", remedy=f"make the id of {group} finer"
        )


def _check(entity: str, ids: pl.Series) -> None:
    twice = ids.filter(ids.is_duplicated())
    if twice.len():
        raise NodeFailed(f"the {entity} id {twice[0]} occurs twice", remedy=f"make the id of {entity} finer")
    low = int(ids.to_numpy().min())
    if low <= 0:
        raise NodeFailed(
            f"the lowest {entity} id is {low}; ids are whole numbers above zero",
            remedy=f"change the id of {entity}",
        )
