"""Amounts move by the growth of their index, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from runtime_harness import bench_in, column, found

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

TABLE = "YEAR,WAGE,RENT\n2012,1.5,0\n2013,2,100\n2014,3,110\n2015,5,\n2015,7,\n"
PARAMETERS: dict[str, Any] = {
    "year": "YEAR",
    "concept": "growth",
    "read": {"YEAR": "BIGINT", "WAGE": "DOUBLE", "RENT": "DOUBLE"},
    "moves": [["wages", "WAGE", 2012, 2014]],
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def move(bench: Bench, **changed: object) -> Artifact:
    """Move wages, of which one is missing, by the table."""
    bench.put("file", {"data": TABLE})
    columns = {"person.wages": [1.0, None, -2.0], "person.idle": [0.0, 0.0, None]}
    frame = bench.frame("base", {"household": [1, 1, 2]}, columns)
    return bench.run("uprate", PARAMETERS | changed, frames={"frame": frame}, artifacts={"factors": "file"})


def test_growth_is_multiplied_over_the_years_between(bench: Bench) -> None:
    """From 2012 to 2014: the growth of 2013 and of 2014, not of 2012. A missing amount stays missing."""
    artifact = move(bench)
    assert column(artifact, "person", "wages").to_list() == [6.0, None, -12.0]
    assert found(artifact)["factors"] == {"WAGE 2012-2014": 6.0}


def test_levels_are_divided(bench: Bench) -> None:
    """An index of levels: the later over the earlier."""
    artifact = move(bench, concept="level", moves=[["wages", "RENT", 2013, 2014]])
    assert column(artifact, "person", "wages").to_list() == [pytest.approx(1.1), None, pytest.approx(-2.2)]


@pytest.mark.parametrize(("concept", "factor"), [("growth", 1 / 3), ("level", 2 / 3)])
def test_backwards_is_the_inverse(bench: Bench, concept: str, factor: float) -> None:
    """Moving there and back changes nothing."""
    artifact = move(bench, concept=concept, moves=[["wages", "WAGE", 2014, 2013]])
    assert column(artifact, "person", "wages")[0] == pytest.approx(factor)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "missing year": ({"moves": [["wages", "WAGE", 2012, 2020]]}, "`WAGE` has 2 values for 2015"),
    "year beyond": ({"moves": [["wages", "WAGE", 2009, 2012]]}, "`WAGE` has no value for 2010"),
    "empty cell": (
        {"moves": [["wages", "RENT", 2013, 2012]], "concept": "level"},
        "`RENT` has the value 0 for 2012",
    ),
    "null cell": ({"moves": [["wages", "RENT", 2013, 2015]]}, "`RENT` has 2 values for 2015"),
    "idle index": (
        {"moves": [["wages", "WAGE", 2012, 2014], ["idle", "RENT", 2013, 2014]]},
        "the index `RENT` moves nothing",
    ),
    "factor of one": ({"moves": [["wages", "WAGE", 2012, 2012]]}, "the index `WAGE` moves nothing"),
}


@pytest.mark.parametrize(("changed", "said"), REFUSED.values(), ids=REFUSED)
def test_a_move_that_cannot_be_made_is_refused(bench: Bench, changed: dict[str, Any], said: str) -> None:
    """No year is skipped, none counted twice, and no index is there for nothing."""
    with pytest.raises(NodeFailed, match=said):
        move(bench, **changed)


LONG = "Variable,Year,Value,Used\n" + "".join(
    f"{index},{year},{value},{used}\n"
    for index, year, value, used in [
        ("gains", 2012, 100, 1), ("gains", 2014, 300, 1), ("gains", 2014, 999, 0),
        ("losses", 2012, 10, 1), ("losses", 2014, 60, 1), ("count", 2012, 20, 1), ("count", 2014, 30, 1),
    ]
)  # fmt: skip


def move_long(bench: Bench, **changed: object) -> Artifact:
    """Move wages by a table with a row a year and index, per head, losses by an index of their own."""
    bench.put("file", {"data": LONG})
    columns = {"person.wages": [1.0, None, -2.0], "person.idle": [0.0, 3.0, None], "household.w": [10.0, 5.0]}
    frame = bench.frame("base", {"household": [1, 1, 2]}, columns)
    said = {
        "year": "Year", "concept": "level",
        "read": {"Variable": "VARCHAR", "Year": "BIGINT", "Value": "DOUBLE", "Used": "BIGINT"},
        "long": {"index": "Variable", "value": "Value", "where": '"Used" = 1'}, "per": "count",
        "moves": [["wages", "gains", 2012, 2014]], "losses": [["wages", "losses", 2012, 2014]],
        "steady": [["idle", 1.1, 2012, 2014]], "weights": [["w", "count", 2012, 2014]],
    } | changed  # fmt: skip
    return bench.run("uprate", said, frames={"frame": frame}, artifacts={"factors": "file"})


def test_losses_have_an_index_of_their_own_and_totals_become_averages(bench: Bench) -> None:
    """Gains and losses grow threefold, heads 1.5 times: each twice ."""
    artifact = move_long(bench)
    assert column(artifact, "person", "wages").to_list() == [2.0, None, -8.0]


def test_weights_grow_by_the_count_itself_and_the_rest_steadily(bench: Bench) -> None:
    """A weight is not per head; a steady growth needs no table."""
    artifact = move_long(bench)
    assert column(artifact, "household", "w").to_list() == [15.0, 7.5]
    assert column(artifact, "person", "idle").to_list() == [0.0, pytest.approx(3 * 1.21), None]


def test_a_second_row_of_an_index_and_year_stops_the_run(bench: Bench) -> None:
    """Which of the two is meant, the source's `where` has to say."""
    long = {"index": "Variable", "value": "Value", "where": None}
    with pytest.raises(NodeFailed, match="`gains` has 2 values for 2014"):
        move_long(bench, long=long)
