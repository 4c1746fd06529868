"""Facts of places are scaled to those of the nation, or the nation to its places; every change is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in, found
from tiny_bundle import planned, run_of, written

from compiler.geography import coding
from runtime.coverage import coverage
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

FAMILIES = {
    "people": {"name": "people", "role": "train", "measure": "count", "factor": 1, "index": None},
    "pay": {"name": "pay", "role": "train", "measure": "sum", "factor": 1, "index": None},
}
READ = {"kind": "VARCHAR", "place": "VARCHAR", "counted": "BOOLEAN", "amount": "DOUBLE"}
PLAIN: dict[str, Any] = {
    "read": READ, "rows": None, "unpivot": None, "where": None, "value": "amount", "combine": None,
    "lower": None, "upper": None, "uncovered": [], "family": "kind", "counts": "counted", "factors": {},
    "geography": None, "match": {}, "families": FAMILIES, "adds_up_to": None, "leave_out": [],
}  # fmt: skip
NATION = "kind,place,counted,amount\npeople,,,110\npay,,false,1000\npay,,true,50\n"
STATES = (
    "kind,place,counted,amount\n"
    "people,06,,60\npeople,48,,40\npay,06,false,600\npay,48,false,650\npay,06,true,20\npay,48,true,20\n"
)
DISTRICTS = "kind,place,counted,amount\npeople,0601,,20\npeople,0602,,20\npeople,4801,,50\n"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def _geography(level: Any) -> dict[str, Any]:  # noqa: ANN401 - a level, as text
    form = coding(level, "fips")
    return {"level": level, "column": "place", "coded": "fips", "digits": None, "form": form.form,
            "codes": form.codes}  # fmt: skip


def _rule(digits: int, at_most: float = 0.5, *families: str) -> dict[str, Any]:
    names = families or ("people", "pay")
    return {"to": "other", "families": {n: n for n in names}, "digits": digits, "at_most": at_most}


def _facts(bench: Bench, name: str, table: str, **changed: object) -> pl.DataFrame:
    agreed = {"agreed": str(changed.pop("to"))} if "to" in changed else {}
    bench.put(f"table.{name}", {"data": table})
    inputs = {"table": f"table.{name}"} | agreed
    artifact = bench.run("facts", PLAIN | changed, artifacts=inputs, address=name)
    return pl.read_parquet(artifact.path("facts.parquet"))


def test_places_are_scaled_to_the_nation(bench: Bench) -> None:
    """Shares of places stay, counts of an amount have a factor of their own; the published value stays."""
    _facts(bench, "nation", NATION)
    states = _facts(
        bench, "states", STATES, to="nation", geography=_geography("state"), reconcile=_rule(0),
        standard_error="amount / 10",
    )  # fmt: skip
    assert states["value"].to_list() == pytest.approx([66, 44, 480, 520, 25, 25])
    assert states["published"].to_list() == [60, 40, 600, 650, 20, 20]
    assert states["standard_error"].to_list() == pytest.approx([6.6, 4.4, 48, 52, 2.5, 2.5])
    moved = found(bench.done["states"].artifact)["reconciled"]
    assert moved == {
        "people": {"nation": pytest.approx(1.1)},
        "pay": {"nation": pytest.approx(0.8)},
        "pay.returns": {"nation": pytest.approx(1.25)},
    }


def test_the_nation_is_scaled_to_its_places(bench: Bench) -> None:
    """The other way round."""
    _facts(bench, "states", STATES, geography=_geography("state"))
    nation = _facts(bench, "nation", NATION, to="states", reconcile=_rule(0))
    assert nation["value"].to_list() == pytest.approx([100, 1250, 40])


def test_nation_states_and_districts_agree_in_the_end(bench: Bench) -> None:
    """Districts follow their own state, which has followed the nation."""
    _facts(bench, "nation", NATION)
    _facts(bench, "states", STATES, to="nation", geography=_geography("state"), reconcile=_rule(0))
    people = {"people": FAMILIES["people"]}
    rule = _rule(2, 0.7, "people")
    districts = _facts(
        bench, "districts", DISTRICTS, to="states", geography=_geography("district"), families=people,
        reconcile=rule,
    )  # fmt: skip
    assert districts["value"].to_list() == pytest.approx([33, 33, 44])


REFUSED = {
    "too large a change": (STATES, 0.05, r"`people` would change by \+10.00%, 5.00% is allowed"),
    "another sign": (STATES.replace("60", "-600"), 0.5, r"`people` counts -600"),
    "nothing to scale": (
        "kind,place,counted,amount\npay,06,false,0\npeople,06,,100\n", 0.5, "`pay` comes to 0.*no factor",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "at_most", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_made_to_agree_is_refused(bench: Bench, table: str, at_most: float, said: str) -> None:
    """By name, with both sums."""
    _facts(bench, "nation", NATION)
    with pytest.raises(NodeFailed, match=said) as caught:
        _facts(
            bench, "states", table, to="nation", geography=_geography("state"), reconcile=_rule(0, at_most)
        )
    assert caught.value.remedy


def test_a_place_without_a_counterpart_is_refused(bench: Bench) -> None:
    """Districts of a state that the other target does not know."""
    people = {"people": FAMILIES["people"]}
    only_california = "kind,place,counted,amount\npeople,06,,60\n"
    _facts(bench, "states", only_california, geography=_geography("state"), families=people)
    with pytest.raises(NodeFailed, match="`people` of 48 has nothing to agree with"):
        _facts(
            bench, "districts", DISTRICTS, to="states", geography=_geography("district"), families=people,
            reconcile=_rule(2, 0.9, "people"),
        )  # fmt: skip


NATION_OF_BUNDLE = """\
targets:
  nation:
    source: people
    period: 2023
    where: state != 'PR'
    value: people * 1.1
    combine: sum
    entity: person
    families: {people: {count: person}}
  people:
    reconcile: {to: nation, at_most: 0.2}
"""


def test_a_bundle_that_reconciles_tells_every_change(tmp_path: Path) -> None:
    """From the spec to the ledger of the calibration and to the coverage of the run."""
    folder = written(tmp_path / "tiny", ("targets:\n  people:\n", NATION_OF_BUNDLE))
    plan = planned(folder)
    run, _ = run_of(plan, folder)
    artifacts = {address: done.artifact for address, done in run.execute().items()}
    fits = pl.read_parquet(artifacts["calibrate.people"].path("fits.parquet"))
    assert (fits["value"] / fits["published"]).to_list() == pytest.approx([1.1] * fits.height)
    kept = coverage(plan, artifacts, run.store)
    assert kept is not None
    lines = pl.read_parquet(kept.path("coverage.parquet"))
    table = (folder / "people.csv").read_text().splitlines()
    assert lines["rows"].sum() == len(table) - 1
    used = lines.drop_nulls("fact")
    assert (used["value"] / used["published"]).to_list() == pytest.approx([1.1] * fits.height)
    assert used["reconciled"].to_list() == pytest.approx([1.1] * fits.height)
    assert set(lines["status"]) == {"trained", "outside"} | set(used["status"])
