"""Rows that are persons, with columns of other files beside them; rows of which a person has several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from runtime_harness import bench_in, column, ids

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

PEOPLE = "hh,line,spouse,age,wages\n2,1,0,45,5.5\n1,1,2,80,0\n1,2,1,79,12\n1,3,0,80,\n"
HOUSES = "seq,fips,w,age\n1,6,1500,40\n2,36,2100.5,50\n7,1,0,60\n"
READ = {"hh": "BIGINT", "line": "BIGINT", "spouse": "BIGINT", "age": "BIGINT", "wages": "DOUBLE"}
HOUSE: dict[str, Any] = {
    "name": "house",
    "keys": [["hh", "seq"]],
    "read": {"seq": "BIGINT", "fips": "BIGINT", "w": "DOUBLE", "age": "BIGINT"},
    "as": {"seq": "seq", "fips": "fips", "w": "w", "age": "house_age"},
    "missing": False,
}
ENTITIES = {
    "person": {"id": "hh * 10 + line"},
    "household": {"id": "hh"},
    "family": {"same_as": "household"},
    "tax_unit": {"same_as": "person"},
    "spm_unit": {"same_as": "household"},
    "marital_unit": {"id": "hh * 10 + greatest(line, spouse)"},
}
AGE: dict[str, Any] = {"name": "age", "entity": "person", "type": "BIGINT", "row": "age"}
WAGES: dict[str, Any] = {"name": "wages", "entity": "person", "type": "DOUBLE", "row": "wages"}
STATE: dict[str, Any] = {"name": "state_fips", "entity": "household", "type": "BIGINT", "row": "fips"}
MONTHS = "hh,line,month,age,pay,cars,w\n1,1,1,30,100,1,5\n1,1,2,31,200,2,6\n1,2,1,40,50,0,7\n2,1,1,50,,1,8\n"
OF_MONTHS: dict[str, Any] = {
    "read": {
        "hh": "BIGINT",
        "line": "BIGINT",
        "age": "BIGINT",
        "pay": "DOUBLE",
        "cars": "BIGINT",
        "w": "BIGINT",
    },
    "join": [],
    "rows": {"of": "person", "each": "month"},
    "entities": ENTITIES | {"marital_unit": {"same_as": "person"}},
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def build(
    bench: Bench, columns: list[dict[str, Any]], people: str = PEOPLE, houses: str = HOUSES, **changed: object
) -> Artifact:
    """Build the population of a file of persons and one of households."""
    bench.put("file", {"data": people})
    bench.put("file.house", {"data": houses})
    parameters: dict[str, Any] = {
        "read": READ,
        "where": None,
        "entities": ENTITIES,
        "members": [],
        "weight": {"column": "household_weight", "value": "w"},
        "columns": columns,
        "join": [HOUSE],
    }
    artifacts = {"file": "file", "join.house": "file.house"}
    outputs = {"household": ("household_weight",)}
    return bench.run("population", parameters | changed, artifacts=artifacts, outputs=outputs)


def values(artifact: Artifact, name: str, entity: str = "person") -> list[Any]:
    """Return a column."""
    return column(artifact, entity, name).to_list()


def test_every_row_is_a_person_and_couples_share_an_id(bench: Bench) -> None:
    """Persons come household by household, in the order of the file; a raw null stays null."""
    artifact = build(bench, [AGE, WAGES])
    people = ids(artifact, "person")
    assert people["person_id"].to_list() == [11, 12, 13, 21]
    assert people["person_marital_unit_id"].to_list() == [12, 12, 13, 21]
    assert values(artifact, "age") == [80, 79, 80, 45]
    assert values(artifact, "wages") == [0.0, 12.0, None, 5.5]


def test_rows_take_the_columns_of_their_partner(bench: Bench) -> None:
    """By key, whatever the order; a household without persons counts nothing; names do not mix."""
    older = {"name": "older", "entity": "person", "type": "BOOLEAN", "row": "age > house_age"}
    artifact = build(bench, [STATE, older], where="fips < 40")
    assert values(artifact, "state_fips", "household") == [6, 36]
    assert values(artifact, "household_weight", "household") == [1500.0, 2100.5]
    assert values(artifact, "older") == [True, True, True, False]


def test_a_key_that_stands_twice_is_refused(bench: Bench) -> None:
    """Which of the two rows is meant, nobody can tell; the key is told."""
    with pytest.raises(NodeFailed, match="of `house` the key seq 2 stands twice"):
        build(bench, [AGE], houses=HOUSES + "2,1,1,1\n")


def test_a_row_without_a_partner_is_refused_unless_that_is_said(bench: Bench) -> None:
    """How many there are is told, and who is the first; rows that are left out need none."""
    lone = HOUSES.replace("1,6,", "9,6,")
    with pytest.raises(
        NodeFailed, match="3 rows have no partner in the file of `house`, the first is that of hh 1"
    ):
        build(bench, [AGE], houses=lone)
    assert values(build(bench, [AGE], houses=lone, where="hh = 2"), "age") == [45]
    weight = {"column": "household_weight", "value": "coalesce(w, 3)"}
    artifact = build(bench, [STATE], houses=lone, join=[HOUSE | {"missing": True}], weight=weight)
    assert values(artifact, "state_fips", "household") == [None, 36]


def test_only_those_of_whom_the_condition_holds_are_drawn(bench: Bench) -> None:
    """Top-coded ages get one of the range; who is drawn changes nobody else's draw."""
    drawn = AGE | {"draw": [800, 80_000], "when": "age = 80"}
    ages = values(build(bench, [drawn]), "age")
    assert ages[1] == 79
    assert ages[3] == 45
    assert 800 <= ages[0] != ages[2] >= 800
    every = values(build(bench, [drawn | {"when": "age > 70"}]), "age")
    assert (every[0], every[2]) == (ages[0], ages[2])
    assert every[1] >= 800


def test_who_is_named_by_others_of_the_group_is_counted(bench: Bench) -> None:
    """By a parent's line number: once a child, in one's own household only, and never by what is no line."""
    people = "hh,line,spouse,age,wages\n1,1,2,40,-1\n1,2,-1,41,\n1,3,1,9,2\n1,4,2,7,2\n2,1,9,50,1\n2,2,1,3,\n"
    rule: dict[str, Any] = {"name": "children", "entity": "person", "type": "BIGINT", "within": "household"}
    rule |= {"named_by": ["case when age < 18 then spouse end", "wages::BIGINT"], "own_name": "line"}
    artifact = build(bench, [rule], people, entities=ENTITIES | {"marital_unit": {"same_as": "person"}})
    assert values(artifact, "children") == [1, 2, 0, 0, 2, 0]


def test_a_condition_without_a_value_draws_nobody(bench: Bench) -> None:
    """Null is neither true nor false."""
    drawn = AGE | {"draw": [800, 900], "when": "wages < 1"}
    assert [age >= 800 for age in values(build(bench, [drawn]), "age")] == [True, False, False, False]


def test_months_of_a_person_are_one_person(bench: Bench) -> None:
    """Sums are over the person's or the group's months; `first` is the file's first; nulls add nothing."""
    columns = [
        WAGES | {"row": "sum(pay) over person"},
        AGE | {"take": "first"},
        WAGES | {"name": "together", "entity": "household", "row": "sum(pay) over family"},
        AGE | {"name": "cars", "entity": "household", "row": "max(cars) over household"},
    ]
    artifact = build(bench, columns, MONTHS, **OF_MONTHS)
    assert ids(artifact, "person")["person_id"].to_list() == [11, 12, 21]
    assert values(artifact, "wages") == [300.0, 50.0, None]
    assert values(artifact, "age") == [30, 40, 50]
    assert values(artifact, "together", "household") == [350.0, None]
    assert values(artifact, "cars", "household") == [2, 1]
    assert values(artifact, "household_weight", "household") == [5.0, 8.0]


def test_what_differs_between_the_months_of_a_person_is_refused(bench: Bench) -> None:
    """An age of which nobody said which month counts, a household that changes; what is equal is in order."""
    with pytest.raises(NodeFailed, match="`age` differs between the rows of 1 persons, as of 11"):
        build(bench, [AGE], MONTHS, **OF_MONTHS)
    moved = OF_MONTHS | {"entities": OF_MONTHS["entities"] | {"person": {"id": "line"}}}
    with pytest.raises(NodeFailed, match="the id of household differs"):
        build(bench, [], MONTHS, **moved)
    assert values(build(bench, [AGE], MONTHS.replace("31", "30"), **OF_MONTHS), "age") == [30, 40, 50]


def test_two_rows_of_one_person_are_refused_where_a_row_is_a_person(bench: Bench) -> None:
    """A file of months that is taken for one of persons."""
    months = {name: value for name, value in OF_MONTHS.items() if name != "rows"}
    with pytest.raises(NodeFailed, match="the person id 11 occurs twice"):
        build(bench, [], MONTHS, **months)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ({"gone": "BIGINT", "lost": "DOUBLE"}, "the file has no column `gone`, `lost`"),
        ({"wages": "BIGINT"}, "`wages` is DOUBLE, not BIGINT"),
    ],
)
def test_a_file_is_held_to_what_its_layout_says(bench: Bench, read: dict[str, str], said: str) -> None:
    """Nobody had seen it when the lock was made; all that differs is named."""
    with pytest.raises(NodeFailed, match=said):
        build(bench, [AGE], read=READ | read, documented=True)
    assert values(build(bench, [AGE], documented=True), "age") == [80, 79, 80, 45]
    with pytest.raises(
        NodeFailed, match="the file of `house` is not what its layout says: `fips` is VARCHAR"
    ):
        build(bench, [AGE], houses=HOUSES.replace("36", "NY"), join=[HOUSE | {"documented": True}])
