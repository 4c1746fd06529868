"""A bundle that derives, draws, and imputes from a frame prepared for it: from the text to the tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from cli_desk import Desk


def _table(desk: Desk, name: str, out: str = "out") -> pl.DataFrame:
    return pl.read_parquet(desk.folder / out / "tables" / f"{name}.parquet")


def _notes(desk: Desk, name: str) -> dict[str, float]:
    """Return what the manifest of a draw says of its variable."""
    found = [m for m in desk.folder.rglob("*.json") if f'"{name}": {{' in m.read_text("utf-8")]
    notes = [note for path in found for note in _with_share(json.loads(path.read_text("utf-8")), name)]
    return notes[0]


def _with_share(value: object, name: str) -> list[dict[str, float]]:
    if isinstance(value, dict):
        own = [value[name]] if isinstance(value.get(name), dict) and "weighted_share" in value[name] else []
        return own + [note for inner in value.values() for note in _with_share(inner, name)]
    return [note for inner in value for note in _with_share(inner, name)] if isinstance(value, list) else []


def test_what_is_derived_drawn_and_given_by_the_frame_is_in_the_tables(prepared: Desk) -> None:
    """Values of a set read one another; rates hold at their ends; donors give what their frame derived."""
    ended = prepared.specc("run", "tiny", "--out", "out")
    assert ended.code == 0, ended.err
    persons = _table(prepared, "person")
    wages = pl.when(pl.col("age") >= 25).then("employment_income_before_lsr").otherwise(0.0)
    assert persons["adult_wages"].to_list() == persons.select(wages).to_series().to_list()
    hundredth = pytest.approx((persons["adult_wages"] / 100).to_list())
    assert persons["tax_exempt_interest_income"].to_list() == hundredth
    given = set((persons["employment_income_before_lsr"] * 2).to_list())
    assert persons["adult_wages"].sum() > 0
    assert set(persons["taxable_interest_income"].to_list()) <= given
    takes_up = "takes_up_medicaid_if_eligible"
    assert not persons.filter(pl.col("age") < 40)[takes_up].any()
    assert persons.filter(pl.col("age").is_between(40, 59))[takes_up].all()
    assert set(_table(prepared, "household")["block_geoid"]) == {"060371234561001", "360610001001000"}


def test_manifests_say_what_share_was_drawn(prepared: Desk) -> None:
    """Beside the rate that was meant, weighted, and who was in for certain."""
    prepared.specc("run", "tiny", "--out", "out")
    plan = prepared.json("out/plan.json")
    drawn = {n["address"]: n for n in plan["nodes"] if n["operation"] == "draw"}
    streams = {n["stream"] for n in drawn.values()}
    assert streams == set(drawn) == {
        f"draw.take_up.{name}"
        for name in ("block_geoid", "takes_up_medicaid_if_eligible", "takes_up_snap_if_eligible")
    }  # fmt: skip
    said = _notes(prepared, "takes_up_snap_if_eligible")
    assert 0 < said["certain"] < said["true"] < said["rows"]
    assert said["weighted_rate"] == pytest.approx(0.5)
    assert said["weighted_share"] == pytest.approx(0.5, abs=0.12)
    cited = plan["metadata"]["citations"]["draw.take_up.block_geoid"]
    assert cited == "nobody, made up for a test"


def test_a_sample_draws_for_its_households_what_the_whole_draws(prepared: Desk) -> None:
    """A number belongs to stream and id: without a share to fill up, neither rows nor others matter."""
    prepared.specc("run", "tiny", "--out", "out")
    prepared.specc("run", "tiny", "--out", "half", "--sample", "50%")
    for table, key, name in (
        ("household", "household_id", "block_geoid"),
        ("person", "person_id", "takes_up_medicaid_if_eligible"),
    ):
        whole = dict(_table(prepared, table).select(key, name).iter_rows())
        half = dict(_table(prepared, table, "half").select(key, name).iter_rows())
        assert 0 < len(half) < len(whole)
        assert half == {each: whole[each] for each in half}


def test_the_steps_of_a_frame_have_addresses_of_their_own(prepared: Desk) -> None:
    """The same uprating moves the dataset and its donor: two nodes."""
    plan = json.loads(prepared.specc("plan", "tiny", "--format", "json").out)
    addresses = {node["address"] for node in plan["nodes"]}
    assert {"uprate.to_2023", "uprate.to_2023@doubled", "derive.interest@doubled"} <= addresses


def test_frame_of_a_prepared_donor_is_shown(prepared: Desk) -> None:
    """With `--of`, also after one of its steps; an unknown frame ends with 3 and names those there are."""
    shown = prepared.specc("frame", "tiny", "--of", "doubled")
    assert shown.code == 0
    assert "derive.interest (sets.yaml:" in shown.out
    assert "frame after derive.interest of doubled" in shown.out
    first = prepared.specc("frame", "tiny", "--of", "doubled", "--after", "scaffold", "--format", "json")
    columns = {column["name"] for column in json.loads(first.out)["columns"]}
    assert "employment_income_before_lsr" in columns
    assert "taxable_interest_income" not in columns
    unknown = prepared.specc("frame", "tiny", "--of", "double")
    assert (unknown.code, unknown.out) == (3, "")
    assert "did you mean `doubled`?" in unknown.err


def test_a_key_that_the_table_of_rates_lacks_stops_the_run(prepared: Desk) -> None:
    """The key is named; nobody is given a rate of zero in silence."""
    prepared.edit("sets.yaml", "where: sex = 'all'", "where: sex = 'all' and decade <> 4")
    ended = prepared.specc("run", "tiny", "--out", "out")
    assert ended.code != 0
    assert "the table has no row for the key of" in ended.err
    assert "decade = 4" in ended.err
