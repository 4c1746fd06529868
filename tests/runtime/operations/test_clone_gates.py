"""Gates about a clone: each holds on a frame in order, and is closed by the mistake that it is there for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in, extended
from tiny_bundle import planned, run_of, written

from compiler.plan import FrameRef
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

GATES = """\
  totals:
    gates:
      copies: {clone: {clone: copies, measure: copies}, at_least: 1, at_most: 1}
      stored: {clone: {clone: copies, measure: stored_weight}, at_most: 0}
      mixed: {clone: {clone: copies, measure: mixed_households}, at_most: 0}
      ids: {clone: {clone: copies, measure: broken_ids}, at_most: 0}
      whole: {clone: {clone: copies, measure: missing_values}, at_most: 0}
      differs: {clone: {clone: copies, measure: differing_copies}, at_least: 0.05}
      same: {clone: {clone: copies, measure: differing_copies, variables: [age]}, at_most: 0}
      kept: {clone: {clone: copies, measure: changed_originals, variables: [age, state_fips]}, at_most: 0}
      alive: {clone: {clone: copies, measure: active_households}, at_least: 0.5}
      share: {clone: {clone: copies, measure: weight_share}, at_least: 0.1, at_most: 0.9}
"""


def test_all_measures_of_a_whole_run(tmp_path: Path) -> None:
    """Rows doubled, nothing stored on copies, nobody mixed, values on both halves, weight at the end."""
    folder = written(tmp_path / "bundle", ("  totals:\n", GATES))
    done = run_of(planned(folder), folder)[0].execute()
    found = json.loads(done["validate.totals"].artifact.path("gates.json").read_text(encoding="utf-8"))
    assert {name for name, row in found.items() if not row["passes"]} == set()
    assert (found["copies"]["value"], found["stored"]["value"]) == (1.0, 0.0)
    assert found["differs"]["by"] == "variable"
    assert found["differs"]["group"] == "taxable_interest_income"
    assert found["kept"]["groups"] == 2


def test_originals_that_a_later_step_moved_are_found(tmp_path: Path) -> None:
    """P57: uprating moved the wages of originals, and the gate counts how many and names the variable."""
    gate = (
        "  totals:\n    gates:\n      kept: {clone: {clone: copies, measure: changed_originals,"
        " variables: [employment_income_before_lsr, age]}, at_most: 0}\n"
    )
    folder = written(tmp_path / "bundle", ("  totals:\n", gate))
    done = run_of(planned(folder), folder)[0].execute()
    found = json.loads(done["validate.totals"].artifact.path("gates.json").read_text(encoding="utf-8"))
    assert found["kept"]["failed"] == ["employment_income_before_lsr"]
    assert found["kept"]["value"] > 10


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


FLAGS = {"person": "person_is_copy", "household": "household_is_copy"}


def _gated(
    bench: Bench, measure: str, now: dict[str, Any], at_most: float | None = 0.0, **rule: object
) -> dict[str, Any]:
    """Carry out one gate over two households of one, whose copies a clone has appended."""
    before = bench.frame(
        "source", {"household": [1, 2]}, {"person.wage": [10.0, 20.0], "household.w": [3.0, 5.0]}
    )
    ids = {"person": {"person_id": [1, 2, 3, 4]}, "household": {"household_id": [1, 2, 3, 4]}}
    ids["person"] |= {f"person_{group}_id": now.pop(f"{group}_ids", [1, 2, 3, 4]) for group in
                      ("household", "tax_unit", "family", "spm_unit", "marital_unit")}  # fmt: skip
    ids |= {
        group: {f"{group}_id": [1, 2, 3, 4]} for group in ("tax_unit", "family", "spm_unit", "marital_unit")
    }
    columns = {
        "person.person_is_copy": [False, False, True, True],
        "household.household_is_copy": [False, False, True, True],
        "household.w": [3.0, 5.0, 0.0, 0.0], "person.wage": [10.0, 20.0, 10.0, 21.0],
        "person.gains": [1.0, 2.0, 3.0, 4.0],
    } | now  # fmt: skip
    files: dict[str, Any] = {
        f"rows.{entity}.parquet": pl.DataFrame({**told, "source_row": [0, 1, 0, 1]})
        for entity, told in ids.items()
    }
    files |= {
        f"{path}.parquet": pl.DataFrame({path.split(".")[1]: values}) for path, values in columns.items()
    }
    bench.put("clone.c", files)
    entities = {path.split(".")[1]: path.split(".")[0] for path in columns}
    frame = extended(before, "clone.c", entities, rows=True)
    gate = {
        "statistic": "clone", "clone": "c", "measure": measure, "variables": [], "flags": FLAGS,
        "weight": "w", "at_least": None, "at_most": at_most,
    } | rule  # fmt: skip
    parameters = {"aggregates": {}, "weight": "w", "blocking": False, "gates": {"it": gate}}
    old = FrameRef(frame.rows, {"person": {"wage": before.columns["person"]["wage"]}})
    artifact = bench.run("validate", parameters, frames={"frame": frame, "before.c": old, "made.c": frame})
    found: dict[str, Any] = json.loads(artifact.path("gates.json").read_text(encoding="utf-8"))["it"]
    return found


@pytest.mark.parametrize(
    ("measure", "variable", "wrong", "value"),
    [
        ("changed_originals", "wage", {"person.wage": [10.0, 99.0, 10.0, 21.0]}, 1.0),
        ("missing_values", "wage", {"person.wage": [10.0, None, 10.0, None]}, 2.0),
        ("filled_originals", "gains", {"person.gains": [0.0, 7.0, 3.0, 4.0]}, 1.0),
        ("mixed_households", None, {"household_ids": [1, 2, 2, 4]}, 1.0),
        ("broken_ids", None, {"tax_unit_ids": [1, 2, 3, 9]}, 1.0),
        ("stored_weight", None, {"household.w": [3.0, 3.0, 0.0, 2.0]}, 0.25),
    ],
)
def test_each_mistake_closes_its_gate(
    bench: Bench, measure: str, variable: str | None, wrong: dict[str, Any], value: float
) -> None:
    """P50, P57, P59, P61, P62, P26: what is wrong is counted, and the variable named."""
    row = _gated(bench, measure, dict(wrong), variables=[variable] if variable else [])
    assert (row["value"], row["passes"]) == (value, False)
    assert row.get("failed") == ([variable] if variable else None)


def test_halves_that_are_alike_or_left_at_zero_are_found(bench: Bench) -> None:
    """P58, P60: the originals of a both-halves variable hold zeros; copies have what their originals have."""
    zeros = {"person.gains": [0.0, 0.0, 3.0, 4.0]}
    row = _gated(bench, "drawn_originals", zeros, variables=["gains"], at_least=0.5, at_most=None)
    assert (row["value"], row["passes"]) == (0.0, False)
    alike = {"person.wage": [10.0, 20.0, 10.0, 20.0]}
    row = _gated(bench, "differing_copies", alike, variables=["wage"], at_least=0.1, at_most=None)
    assert (row["value"], row["passes"]) == (0.0, False)
    row = _gated(bench, "differing_copies", {}, variables=["wage"], at_least=0.1, at_most=None)
    assert (row["value"], row["passes"]) == (0.5, True)


def test_weights_that_came_alive_are_a_figure(bench: Bench) -> None:
    """P64: after calibration the share of copies with weight, and their share of the weight."""
    solved = {"household.w": [2000.0, 1000.0, 1000.0, 0.0]}
    assert _gated(bench, "active_households", dict(solved), at_most=1.0)["value"] == 0.5
    assert _gated(bench, "weight_share", dict(solved), at_most=1.0)["value"] == 0.25


def test_a_variant_without_the_clone_is_told_of_nothing(bench: Bench) -> None:
    """The gate does not hold by accident: it says that it does not apply."""
    row = _gated(bench, "copies", {}, at_least=5.0, at_most=None, applies=False)
    assert (row["applies"], row["value"], row["passes"]) == (False, None, True)


def test_a_clone_that_copied_nobody_is_no_pass(bench: Bench) -> None:
    """A `where:` that holds for nobody ends the run where copies are looked at."""
    none = {"person.person_is_copy": [False] * 4, "household.household_is_copy": [False] * 4}
    with pytest.raises(NodeFailed, match="has no copy that it could look at"):
        _gated(bench, "differing_copies", none, variables=["wage"], at_least=0.1, at_most=None)
    none = {"person.person_is_copy": [False] * 4, "household.household_is_copy": [False] * 4}
    assert not _gated(bench, "copies", none, at_least=0.5, at_most=None)["passes"]
