"""Persons where no row holds members: every row is one, or the rows with one id are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from compiler.plan import ENTITIES
from runtime.errors import NodeFailed
from runtime.operations.ids import Persons, id_name, origin, refuse_nulls

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

    Integers = npt.NDArray[np.int64]


def persons_in(parameters: dict[str, Any], rows: pl.DataFrame) -> Persons:
    """Return the persons of the rows, in the order in which they appear.

    Raises:
        NodeFailed: a person has no id, or counts of members are none.
    """
    members = tuple(name for name, _ in parameters["members"])
    if members:
        return Persons.of_members(rows, members)
    if "rows" not in parameters:
        return Persons.of_rows(np.arange(rows.height))
    ids = rows[id_name("person")]
    refuse_nulls(ids, "the id of person")
    _, first = np.unique(ids.to_numpy(), return_index=True)
    return Persons.of_rows(np.sort(first))


def refuse_differences(parameters: dict[str, Any], rows: pl.DataFrame, values: dict[str, str]) -> None:
    """Refuse what is not the same in all rows of a person: which of them would count, nobody has said.

    `values` are the columns of the table of rows, with what each is called.

    Raises:
        NodeFailed: one of them differs.
    """
    if "rows" not in parameters:
        return
    person = id_name("person")
    groups = {origin(parameters["entities"], entity) for entity in ENTITIES} - {"person"}
    ids = {id_name(g): f"the id of {g}" for g in sorted(groups) if "id" in parameters["entities"][g]}
    for column, what in {**ids, **values}.items():
        pairs = rows.select(person, column).unique()
        twice = pairs.filter(pairs[person].is_duplicated())[person]
        if twice.len():
            raise NodeFailed(
                f"{what} differs between the rows of {twice.n_unique()} persons, as of {twice.sort()[0]}",
                remedy="aggregate it, as in `max(...) over person`, or write `{value: ..., take: first}`",
            )


def windows(entities: dict[str, dict[str, Any]]) -> str:
    """Return the groups that an expression over a person's rows may aggregate over, as SQL has them."""
    made = [(entity, origin(entities, entity)) for entity in ENTITIES]
    named = [(entity, source) for entity, source in made if "id" in entities[source]]
    return " WINDOW " + ", ".join(f'{entity} AS (PARTITION BY "{id_name(s)}")' for entity, s in named)
