"""Weights meet what is trained on; of everything else the report says how it came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, column, found, report
from scipy.sparse import csr_matrix

from compiler.model import targets
from runtime.calibration import problem
from runtime.calibration.methods import Method
from runtime.calibration.solvers import Limits
from runtime.calibration.solvers.regularised import Regularised
from runtime.errors import NodeFailed
from runtime.operations.tolerances import with_tolerances

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

HOUSEHOLDS = 40
# name, role, value, who carries it with what: half of the households are clones.
FACTS: list[tuple[str, str, float, dict[int, float]]] = [
    ("people", "train", 200.0, dict.fromkeys(range(HOUSEHOLDS), 2.0)),
    ("clones", "train", 30.0, dict.fromkeys(range(20, 40), 1.0)),
    ("held", "holdout", 12.0, dict.fromkeys(range(5, 15), 1.0)),
    ("looked_at", "audit", 0.0, dict.fromkeys(range(3), -1.0)),
    ("rare", "train", 1.0, {0: 1.0}),
]
PARAMETERS: dict[str, Any] = {
    "method": {"kind": "dual", "distance": "entropy", "penalty": 1e-6},
    "minimum_carriers": 3,
    "scale_to": None,
    "weight": "household_weight",
    "start": "internal",
    "flags": ["is_clone"],
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def put_matrix(
    bench: Bench, facts: list[tuple[str, str, float, dict[int, float]]], told: dict[str, list[str]]
) -> str:
    """Commit a matrix as the `matrix` operation does; `told` are further columns of its ledger."""
    entries = [
        (household, number, value)
        for number, (*_, carriers) in enumerate(facts)
        for household, value in carriers.items()
    ]
    schema = {"household": pl.Int64, "fact": pl.Int64, "value": pl.Float32}
    ledger = {
        "fact": range(len(facts)),
        "name": [name for name, *_ in facts],
        "target": [name for name, *_ in facts],
        "family": ["f"] * len(facts),
        "role": [role for _, role, *_ in facts],
        "lower": [None] * len(facts),
        "upper": [None] * len(facts),
        "value": [value for *_, value, _ in facts],
        "carriers": [len(carriers) for *_, carriers in facts],
    }
    triples = pl.DataFrame(sorted(entries), schema=schema, orient="row")
    return bench.put("matrix", {"matrix.parquet": triples, "facts.parquet": pl.DataFrame(ledger | told)})


def calibrate(
    bench: Bench, facts: list[tuple[str, str, float, dict[int, float]]] = FACTS, **changed: object
) -> Artifact:
    """Calibrate forty households, the second twenty of them clones with a stored weight of zero."""
    told: Any = changed.pop("ledger", {})
    more: Any = changed.pop("more", {})
    stored = [1.0] * 20 + [0.0] * 20
    columns = {
        "household.household_weight": stored,
        "household.internal": [0.5] * 40,
        "household.is_clone": [False] * 20 + [True] * 20,
    }
    frame = bench.frame("base", {"household": list(range(1, 41))}, columns | more)
    return bench.run(
        "calibrate",
        PARAMETERS | changed,
        frames={"frame": frame},
        artifacts={"matrix": put_matrix(bench, facts, told)},
        outputs={"household": ("household_weight",)},
    )


def fits(artifact: Artifact) -> pl.DataFrame:
    """Return the ledger with estimates."""
    return pl.read_parquet(artifact.path("fits.parquet"))


def test_trained_facts_are_met_and_stored_zeros_come_alive(bench: Bench) -> None:
    """A clone stored with zero starts from its internal weight, and takes up what the facts ask for."""
    artifact = calibrate(bench)
    weights = column(artifact, "household", "household_weight").to_numpy()
    assert 2 * weights.sum() == pytest.approx(200, rel=1e-4)
    assert weights[20:].sum() == pytest.approx(30, rel=1e-4)
    assert (weights[20:] > 0.1).all()
    assert found(artifact)["weightSums"]["household_weight"] == pytest.approx(weights.sum())


def test_each_fact_says_what_it_was_used_for(bench: Bench) -> None:
    """Holdout, audit and scarcely carried facts are estimated, never trained on."""
    table = fits(calibrate(bench))
    assert table["status"].to_list() == ["train", "train", "holdout", "audit", "few carriers"]
    trained_alone = column(calibrate(bench, FACTS[:2]), "household", "household_weight")
    assert column(calibrate(bench), "household", "household_weight").equals(trained_alone)


def test_raw_estimates_are_those_of_the_stored_weights(bench: Bench) -> None:
    """Raw is before any solving: clones count for nothing yet."""
    table = fits(calibrate(bench))
    assert table["raw_estimate"].to_list() == [40.0, 0.0, 10.0, -3.0, 1.0]
    assert table["raw_error"].to_list() == [-0.8, -1.0, pytest.approx(10 / 12 - 1), None, 0.0]


def test_a_fact_of_zero_has_no_relative_error(bench: Bench) -> None:
    """Neither in the table nor in the report, where it is counted as unmeasured and the shares are null."""
    artifact = calibrate(bench)
    assert fits(artifact).filter(pl.col("name") == "looked_at")["error"].to_list() == [None]
    audit = report(artifact)["fit"]["audit"]["calibrated"]
    assert (audit["count"], audit["unmeasured"], audit["mean_error"], audit["within_1"]) == (0, 1, None, None)


def test_a_fact_that_only_weightless_records_carry_is_not_trained_on(bench: Bench) -> None:
    """A start weight of zero cannot move, so its records are no carriers; the run goes on."""
    frame_facts = [*FACTS, ("stuck", "train", 5.0, dict.fromkeys(range(20, 30), 1.0))]
    table = fits(calibrate(bench, frame_facts, start="household_weight"))
    assert dict(zip(table["name"], table["status"], strict=True))["stuck"] == "few carriers"


def test_the_start_is_scaled_to_a_target(bench: Bench) -> None:
    """Raw weights then add up to it: 200 people, two a household."""
    artifact = calibrate(bench, scale_to="people")
    assert report(artifact)["start_factor"] == pytest.approx(5)
    assert report(artifact)["raw_weight_sum"] == pytest.approx(100)
    assert fits(artifact)["raw_estimate"][0] == pytest.approx(200)


@pytest.mark.parametrize("value", [0.0, -5.0])
def test_a_start_cannot_be_scaled_to_nothing(bench: Bench, value: float) -> None:
    """The factor would be zero, negative or endless."""
    facts = [("people", "train", value, FACTS[0][3])]
    with pytest.raises(NodeFailed, match="cannot be scaled to `people`"):
        calibrate(bench, facts, scale_to="people")
    with pytest.raises(NodeFailed, match="cannot be scaled to `nobody`"):
        calibrate(bench, scale_to="nobody")


def test_the_report_tells_halves_weights_and_scarce_facts(bench: Bench) -> None:
    """The clones' share of the weight, the roles of families, and facts that few carry, by name."""
    told = report(calibrate(bench))
    assert told["halves"]["is_clone"]["households"] == 20
    assert told["halves"]["is_clone"]["active_households"] == 20
    assert told["halves"]["is_clone"]["weight_share"] == pytest.approx(0.3, rel=1e-3)
    assert told["facts"] == {"train": 2, "holdout": 1, "audit": 1, "few carriers": 1}
    assert told["few_carriers"] == [["rare", 1]]
    assert told["families"]["held.f"] == "holdout"
    assert told["weights"]["effective_sample_size"] == pytest.approx(34.5, abs=0.5)


def test_without_trained_facts_the_start_is_the_answer(bench: Bench) -> None:
    """Nothing to meet, nothing to move; the report of nothing is null, not NaN."""
    artifact = calibrate(bench, FACTS[2:4])
    assert column(artifact, "household", "household_weight").to_list() == [0.5] * 40
    assert set(report(artifact)["fit"]) == {"holdout", "audit"}


def test_weights_of_zero_everywhere_give_a_report_without_figures(bench: Bench) -> None:
    """Not a number is no figure: JSON has null for it."""
    frame = bench.frame(
        "base", {"household": [1, 2]}, {"household.w": [0.0, 0.0], "household.c": [True, False]}
    )
    artifacts = {"matrix": put_matrix(bench, [("a", "train", 1.0, {0: 1.0})], {})}
    parameters = PARAMETERS | {"weight": "w", "start": "w", "flags": ["c"]}
    told = report(bench.run("calibrate", parameters, frames={"frame": frame}, artifacts=artifacts))
    assert told["weights"]["ratio_p50"] is None
    assert told["halves"]["c"]["weight_share"] is None


def test_the_answer_repeats_to_the_byte(bench: Bench) -> None:
    """Another build of the same step gives the same files."""
    first, second = calibrate(bench, penalty=1), calibrate(bench, penalty=2)  # an unread parameter: a new key
    assert first.key != second.key
    assert {n: o.sha256 for n, o in first.outputs.items()} == {n: o.sha256 for n, o in second.outputs.items()}


def test_a_solver_without_an_answer_fails_the_step(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that are no answer are not written."""
    monkeypatch.setattr("runtime.operations.calibrate.method_of", lambda *_: _never())
    with pytest.raises(NodeFailed, match="the solver stopped without an answer: the limit of iterations"):
        calibrate(bench)
    assert bench.left() == []


def _never() -> object:
    return Method(Regularised(most_iterations=0), Limits())


def test_weights_are_finite_and_not_negative(bench: Bench) -> None:
    """Whatever the facts ask for, negative amounts included."""
    losses = ("losses", "train", -40.0, {k: -1.0 if k % 2 else 0.25 for k in range(40)})
    weights = column(calibrate(bench, [*FACTS, losses]), "household", "household_weight").to_numpy()
    assert np.isfinite(weights).all()
    assert (weights >= 0).all()


# One fact of the nation and three of states, which contradict it: together they cannot be met.
CONTRADICTION: list[tuple[str, str, float, dict[int, float]]] = [
    ("nation", "train", 40.0, dict.fromkeys(range(HOUSEHOLDS), 1.0)),
    *((f"state_{n}", "train", 60.0, dict.fromkeys(range(HOUSEHOLDS), 1.0)) for n in range(3)),
]


def test_groups_of_facts_weigh_the_same(bench: Bench) -> None:
    """However many facts a group has: three states pull as much as one nation."""

    def total(**changed: object) -> float:
        artifact = calibrate(bench, CONTRADICTION, **changed)
        return float(column(artifact, "household", "household_weight").sum())

    levels = {"geography": ["nation", "state", "state", "state"]}
    # Where the slopes of squared relative misses cancel: three of 60 against one of 40, or one against one.
    assert total(ledger=levels) == pytest.approx(51.43, abs=0.01)
    assert total(ledger=levels, balance=["geography"]) == pytest.approx(46.15, abs=0.01)


def test_bounded_weights_stay_within_their_bounds(bench: Bench) -> None:
    """What the facts ask for beyond them is missed."""
    method = {"kind": "dual", "distance": "logit", "bounds": [0.5, 1.5], "penalty": 1e-3}
    weights = column(calibrate(bench, method=method), "household", "household_weight").to_numpy()
    assert weights.min() >= 0.25
    assert weights.max() <= 0.75


def test_the_usual_tolerance_is_one_for_compiler_and_runtime() -> None:
    """A plan says nothing of it: a fact without a tolerance has it on both sides."""
    assert targets.USUAL_TOLERANCE == problem.USUAL_TOLERANCE


def test_exact_facts_are_met_whatever_others_ask_for(bench: Bench) -> None:
    """The penalty is for those that have a tolerance; a smaller one brings a fact nearer."""
    soft = {"kind": "dual", "distance": "entropy", "penalty": 3.0}
    exact = fits(calibrate(bench, method=soft, tolerances={"people": "exact"}))
    assert abs(exact["error"][0]) < 1e-8
    assert abs(exact["error"][1]) > 0.01
    nearer = fits(calibrate(bench, method=soft, tolerances={"people": "exact", "clones": 0.001}))
    assert abs(nearer["error"][1]) < abs(exact["error"][1]) / 10


TWICE_AS_DEAR = {
    "tolerance of a row": ({"ledger": {"tolerance": [0.02, 0.01]}}, 4),
    "standard error of a row": ({"ledger": {"standard_error": [1.0, 0.5]}}, 4),
    "tolerance of a target": ({"tolerances": {"low": 0.02}}, 4),
    "weight of a family": ({"weights": {"high.f": 2.0}}, 2),
    "weights of both": ({"weights": {"high.f": 30.0, "low.f": 3.0}}, 10),
    "tolerance beside weight": ({"ledger": {"tolerance": [0.01, 0.005]}, "weights": {"low.f": 4.0}}, 1),
    "a row without its own": ({"ledger": {"tolerance": [None, 0.005]}}, 4),
}


@pytest.mark.parametrize(("changed", "times"), TWICE_AS_DEAR.values(), ids=TWICE_AS_DEAR)
def test_half_the_tolerance_costs_four_times_as_much(
    bench: Bench, changed: dict[str, Any], times: float
) -> None:
    """Two facts that want other things of the same households, with nearly nothing said for staying."""
    carriers = FACTS[0][3]
    facts = [("low", "train", 50.0, carriers), ("high", "train", 50.5, carriers)]
    table = fits(calibrate(bench, facts, **changed))
    cheap, dear = (table["estimate"] - table["value"]).abs()
    assert cheap / dear == pytest.approx(times, rel=0.03)


def test_a_standard_error_of_a_fact_of_zero_is_a_share_of_what_its_carriers_add() -> None:
    """It has no value to be a share of: 0.4 of what they add at the start is a tolerance of 0.01."""
    gross = sum(0.5 * value for value in FACTS[0][3].values())
    problem_ = problem.Problem(
        csr_matrix(np.asarray([[value] for value in FACTS[0][3].values()], np.float32)),
        np.zeros(1), np.full(len(FACTS[0][3]), 0.5),
    )  # fmt: skip
    ledger = pl.DataFrame({"target": ["a"], "standard_error": [0.01 * gross]})
    assert with_tolerances(problem_, ledger, {}).tolerance == pytest.approx([0.01])


def test_the_ledger_says_who_supports_a_fact_and_with_how_much(bench: Bench) -> None:
    """Support are households with an entry, carriers those with a start weight; mass has no sign."""
    facts = [*FACTS, ("mixed", "audit", 5.0, {0: 3.0, 1: -4.0})]
    table = fits(calibrate(bench, facts)).tail(1)
    assert table.select("support", "carriers", "mass").rows() == [(2, 2, 3.5)]


@pytest.mark.parametrize("distance", ["entropy", "chi_square"])
def test_ratios_stay_within_their_bounds(bench: Bench, distance: str) -> None:
    """Of a weight to where it started, 0.5; whatever the facts ask for."""
    method = {"kind": "dual", "distance": distance, "bounds": [0.9, 1.5], "penalty": 1e-3}
    weights = column(calibrate(bench, method=method), "household", "household_weight").to_numpy()
    assert weights.min() >= 0.45 - 1e-12
    assert weights.max() == pytest.approx(0.75)


def test_the_regression_estimator_draws_no_weight_below_zero(bench: Bench) -> None:
    """Without bounds it would; a clone that nobody asks for is given up."""
    facts = [*FACTS[:1], ("clones", "train", 0.001, FACTS[1][3])]
    method = {"kind": "dual", "distance": "chi_square", "penalty": 1e-6}
    weights = column(calibrate(bench, facts, method=method), "household", "household_weight").to_numpy()
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(100, rel=1e-3)


def test_facts_that_fight_are_named_with_what_stands_against_them(bench: Bench) -> None:
    """Forty households of two persons, and two hundred people in a hundred and fifty persons' halves."""
    carriers = FACTS[0][3]
    facts = [
        ("all", "train", 200.0, carriers),
        ("first", "train", 60.0, {h: 2.0 for h in carriers if h < 20}),
        ("second", "train", 90.0, {h: 2.0 for h in carriers if h >= 20}),
    ]
    found = report(calibrate(bench, facts))["conflicts"]
    assert {each["fact"] for each in found} == {"all", "first", "second"}
    assert {each["fact"]: each["against"] for each in found if each["fact"] != "all"} == {
        "first": "all",
        "second": "all",
    }
    assert all(abs(each["miss"]) > 0.01 for each in found)
    assert report(calibrate(bench))["conflicts"] == []


def test_clones_are_told_of_band_by_band(bench: Bench) -> None:
    """How many come alive, and what share they are of each band; one without weight has none."""
    rule = {"by": "household_weight + case when is_clone then 1 else 0 end", "bands": [0.5, 2.0]}
    rows = report(calibrate(bench, activation=rule))["activation"]["is_clone"]
    assert [(row["from"], row["below"]) for row in rows] == [(None, 0.5), (0.5, 2.0), (2.0, None)]
    assert [(row["households"], row["active_households"]) for row in rows] == [(0, 0), (20, 20), (0, 0)]
    assert rows[1]["share"] == pytest.approx(0.3, rel=1e-3)
    assert (rows[1]["start_share"], rows[2]["share"]) == (0.5, None)
    missing = {"by": "case when is_clone then 1 end", "bands": [0.5]}
    with pytest.raises(NodeFailed, match="`activation` has no value for 20 of 40 households"):
        calibrate(bench, activation=missing)


def test_carriers_are_told_by_originals_and_clones(bench: Bench) -> None:
    """Together they are all of them; a household without a start weight is none, whatever it holds."""
    artifact = calibrate(bench, clones={"copy": "is_clone"}, minimum_carriers=15)
    table = fits(artifact)
    assert table["carriers_originals"].to_list() == [20, 0, 10, 3, 1]
    assert table["carriers_copy"].to_list() == [20, 20, 0, 0, 0]
    assert (table["carriers_originals"] + table["carriers_copy"]).equals(table["carriers"])
    assert report(artifact)["carriers"] == {"originals": 4, "with": {"copy": 3}, "all": 3}
    stored = fits(calibrate(bench, FACTS[2:], clones={"copy": "is_clone"}, start="household_weight"))
    assert stored["carriers_copy"].to_list() == [0, 0, 0]


def test_several_clones_are_each_told_with_the_originals(bench: Bench) -> None:
    """So that they can be compared; a frame without clones says nothing of it."""
    clones = {"copy": "is_clone", "none": "is_none"}
    columns = {"household.is_none": [False] * 40}
    artifact = calibrate(bench, clones=clones, flags=[*clones.values()], minimum_carriers=15, more=columns)
    assert report(artifact)["carriers"]["with"] == {"copy": 3, "none": 4}
    assert "carriers" not in report(calibrate(bench))
    assert "carriers_originals" not in fits(calibrate(bench)).columns
