"""Facts are of places: codes of tables become codes of frames, and what is no place is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in

from compiler.geography import WIDTHS, aliases, coding
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from compiler.geography import Coded, Level

FAMILY = {"name": "people", "role": "train", "measure": "count", "factor": 1, "index": None}
PARAMETERS: dict[str, Any] = {
    "read": {"where_": "VARCHAR", "people": "DOUBLE"},
    "rows": None,
    "unpivot": None,
    "where": None,
    "value": "people",
    "combine": None,
    "lower": None,
    "upper": None,
    "uncovered": [],
    "match": {},
    "family": None,
    "counts": None,
    "families": {"people": FAMILY},
    "factors": {},
    "leave_out": [],
    "adds_up_to": None,
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def geography(level: Level, coded: Coded) -> dict[str, Any]:
    """Return the parameters of places, as the compiler writes them."""
    places = coding(level, coded)
    digits = WIDTHS[level] if coded == "fips" else None
    told = {"level": level, "column": "where_", "coded": coded, "digits": digits}
    return told | {"form": places.form, "codes": places.codes}


def read(bench: Bench, labels: list[str], rule: dict[str, Any] | None, **changed: object) -> pl.DataFrame:
    """Return the facts of a table with a row a label."""
    table = "where_,people\n" + "".join(f"{label},{n + 1}\n" for n, label in enumerate(labels))
    bench.put("table", {"data": table})
    parameters = PARAMETERS | {"geography": rule} | changed
    artifacts = {"table": "table"} | ({"whole": "whole"} if parameters["adds_up_to"] else {})
    artifact = bench.run("facts", parameters, artifacts=artifacts)
    return pl.read_parquet(artifact.path("facts.parquet"))


CODED: dict[str, tuple[Level, Coded, list[str], list[str]]] = {
    "states by FIPS": ("state", "fips", ["06", "11", "72"], ["06", "11", "72"]),
    "states by post": ("state", "postal", ["CA", "DC", "PR"], ["06", "11", "72"]),
    "states by name": ("state", "name", ["California", "District of Columbia"], ["06", "11"]),
    "states by id": ("state", "geoid", ["0400000US06"], ["06"]),
    "counties": ("county", "fips", ["06037", "48301"], ["06037", "48301"]),
    "counties by id": ("county", "geoid", ["0500000US06037"], ["06037"]),
    "districts": ("district", "fips", ["0652", "0200", "1198"], ["0652", "0200", "1100"]),
    "districts by id": ("district", "geoid", ["5001800US0201", "5001900US3701"], ["0200", "3701"]),
}


@pytest.mark.parametrize(("level", "coded", "labels", "codes"), CODED.values(), ids=CODED)
def test_labels_of_a_table_become_codes_of_the_frame(
    bench: Bench, level: Level, coded: Coded, labels: list[str], codes: list[str]
) -> None:
    """One code a place, whatever the table calls it; at large is 00, by whatever number."""
    facts = read(bench, labels, geography(level, coded))
    assert facts["place"].to_list() == codes
    assert set(facts["geography"]) == {level}


def test_numbers_get_their_zeros_back(bench: Bench) -> None:
    """A column of 06 and 11 that was read as numbers holds 6 and 11."""
    read_as = {"where_": "BIGINT", "people": "DOUBLE"}
    facts = read(bench, ["6", "11"], geography("state", "fips"), read=read_as)
    assert facts["place"].to_list() == ["06", "11"]


def test_a_nation_has_no_place(bench: Bench) -> None:
    """Without `geography` a fact is of the nation."""
    facts = read(bench, ["anything"], None)
    assert facts.select("geography", "place").rows() == [("nation", None)]


NOWHERE: dict[str, tuple[Level, Coded, list[str], str]] = {
    "unknown": ("state", "postal", ["CA", "XX", "XX"], r"`XX` for the state \(rows 2, 3\)"),
    "lower case": ("state", "postal", ["ca"], "`ca` for the state"),
    "unpadded": ("state", "fips", ["06", "6"], r"`6` for the state \(row 2\)"),
    "no state": ("state", "fips", ["03"], "`03` for the state"),
    "half an id": ("state", "geoid", ["06"], "`06` for the state"),
    "nation among states": ("state", "geoid", ["0100000US"], "`0100000US`"),
    "county of no state": ("county", "fips", ["03037"], "`03037` for the county"),
    "state for a county": ("county", "fips", ["06"], "`06` for the county"),
    "one district too many": ("district", "fips", ["0653"], "`0653` for the district"),
    "nothing": ("state", "fips", ["06", '""'], "a row names no state: row 2"),
}


@pytest.mark.parametrize(("level", "coded", "labels", "said"), NOWHERE.values(), ids=NOWHERE)
def test_what_is_no_place_is_refused(
    bench: Bench, level: Level, coded: Coded, labels: list[str], said: str
) -> None:
    """The message names the label and its row."""
    with pytest.raises(NodeFailed, match=said) as caught:
        read(bench, labels, geography(level, coded))
    assert caught.value.remedy


def test_rows_of_one_place_under_two_names_are_one_fact(bench: Bench) -> None:
    """The one district of Alaska is 00 to the Census and 01 to others."""
    with pytest.raises(
        NodeFailed, match=r"two rows state the same fact: .*place 0200: 1 and 2 \(rows 1, 2\)"
    ):
        read(bench, ["0200", "0201"], geography("district", "fips"))


def adding_up(within: float, *, report: bool = False) -> dict[str, Any]:
    """Return the parameters of a sum over places."""
    return {"target": "nation", "families": {"people": "people"}, "within": within, "report": report}


@pytest.fixture
def whole(bench: Bench) -> Bench:
    """Give a place where the nation counts four people, as a total beside the bands that it adds up."""
    rule = {"lower": "case when people = 4 then '-inf'::double else people end", "upper": "'inf'::double"}
    nation = PARAMETERS | {"geography": None} | rule
    bench.put("table", {"data": "where_,people\nall,4\nsome,3\n"})
    bench.run("facts", nation, artifacts={"table": "table"}, address="whole")
    return bench


def test_places_that_add_up_to_the_nation_pass(whole: Bench) -> None:
    """One and two and one is four; the bands beside the total do not count again."""
    labels, one_each = ["AL", "AK", "AZ"], {"value": "case when where_ = 'AK' then 2 else 1 end"}
    facts = read(whole, labels, geography("state", "postal"), adds_up_to=adding_up(0), **one_each)
    assert facts["value"].sum() == 4


def test_places_that_do_not_add_up_are_refused_with_both_sums(whole: Bench) -> None:
    """Three is a quarter less than four."""
    with pytest.raises(NodeFailed, match=r"adds up to 3 over its places, `nation.people` says 4: .* 25.00%"):
        read(whole, ["AL", "AK"], geography("state", "postal"), adds_up_to=adding_up(0.24))


def test_a_difference_may_be_reported_alone(whole: Bench) -> None:
    """Then the figures are noted and the facts are there."""
    facts = read(whole, ["AL", "AK"], geography("state", "postal"), adds_up_to=adding_up(0, report=True))
    assert facts.height == 2


def test_records_are_found_by_their_place(bench: Bench) -> None:
    """Numbers of the frame get their zeros, and districts at large their one number."""
    frame = bench.frame(
        "base",
        {"household": [1, 2, 3]},
        {"household.congressional_district_geoid": [201, 652, 200]},
    )
    read(bench, ["0200", "0652"], geography("district", "fips"))
    place = {"variable": "congressional_district_geoid", "digits": 4, "aliases": aliases("district")}
    target: dict[str, Any] = {
        "entity": "household", "periods": {"people": 2023}, "place": place, "domain": None, "band": None,
        "match": [], "families": {"people": None},
    }  # fmt: skip
    artifact = bench.run(
        "matrix",
        {"targets": {"districts": target}},
        frames={"frame": frame},
        artifacts={"facts.districts": "step"},
    )
    triples = pl.read_parquet(artifact.path("matrix.parquet"))
    assert triples.select("household", "fact").rows() == [(0, 0), (1, 1), (2, 0)]
    ledger = pl.read_parquet(artifact.path("facts.parquet"))
    assert ledger["name"].to_list() == ["districts.people district 0200", "districts.people district 0652"]
