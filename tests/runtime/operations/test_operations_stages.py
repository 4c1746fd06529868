"""Facts join stage by stage: what joins when and why, and which stages are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, column, report
from scipy.sparse import csr_matrix

from runtime.calibration.dual import solve
from runtime.calibration.problem import Problem
from runtime.operations.calibrate import STAGES

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

HOUSEHOLDS = 60
ALL = dict.fromkeys(range(HOUSEHOLDS), 1.0)
FIRST = dict.fromkeys(range(20), 1.0)
# name, target, role, geography, place, value, who carries it with what.
FACTS: list[tuple[str, str, str, str, str | None, float, dict[int, float]]] = [
    ("people", "people", "train", "nation", None, 120.0, ALL),
    ("state 06", "people_of", "train", "state", "06", 50.0, FIRST),
    ("state 36", "people_of", "train", "state", "36", 30.0, dict.fromkeys(range(20, 40), 1.0)),
    ("held", "people_of", "holdout", "state", "48", 40.0, dict.fromkeys(range(40, 60), 1.0)),
    ("looked at", "people", "audit", "nation", None, 9.0, dict.fromkeys(range(5), 1.0)),
    ("rare", "people", "train", "nation", None, 2.0, {0: 1.0}),
    ("of nobody", "people", "train", "nation", None, 1.0, {}),
]
ACCEPT: dict[str, Any] = {
    "objective": "capped_error", "cap": 1.0, "over": ["train", "audit"], "by": 0.0, "support": 0.9,
}  # fmt: skip
PLACES = [{"stage": "nation", "geography": ["nation"]}, {"stage": "states", "geography": ["state"]}]
METHOD = {"kind": "dual", "distance": "entropy", "penalty": 1e-6}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def matrix(bench: Bench, facts: list[Any]) -> str:
    """Commit a matrix as the `matrix` operation does."""
    rows = [(h, n, v) for n, (*_, carriers) in enumerate(facts) for h, v in carriers.items()]
    schema = {"household": pl.Int64, "fact": pl.Int64, "value": pl.Float32}
    names = ("name", "target", "role", "geography", "place", "value")
    ledger = {
        "fact": range(len(facts)),
        "family": ["f"] * len(facts),
        "lower": [None] * len(facts),
        "upper": [None] * len(facts),
        "carriers": [len(carriers) for *_, carriers in facts],
        **{name: [fact[at] for fact in facts] for at, name in enumerate(names)},
    }
    triples = pl.DataFrame(sorted(rows), schema=schema, orient="row")
    return bench.put("matrix", {"matrix.parquet": triples, "facts.parquet": pl.DataFrame(ledger)})


def calibrate(bench: Bench, facts: list[Any] = FACTS, **changed: object) -> Artifact:
    """Calibrate sixty households of one weight."""
    frame = bench.frame("base", {"household": list(range(HOUSEHOLDS))}, {"household.w": [1.0] * HOUSEHOLDS})
    parameters = {
        "method": METHOD, "minimum_carriers": 3, "scale_to": None, "weight": "w", "start": "w", "flags": [],
    }  # fmt: skip
    return bench.run(
        "calibrate", parameters | changed, frames={"frame": frame},
        artifacts={"matrix": matrix(bench, facts)}, outputs={"household": ("w",)},
    )  # fmt: skip


def weights(artifact: Artifact) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the weights."""
    return column(artifact, "household", "w").to_numpy()


def ledger(artifact: Artifact, stage: str) -> dict[str, tuple[str, str]]:
    """Return by fact what was decided at a stage, and why."""
    table = pl.read_parquet(artifact.path(STAGES)).filter(pl.col("stage") == stage)
    return {row["name"]: (row["decision"], row["reason"]) for row in table.iter_rows(named=True)}


def test_accepted_stages_give_what_one_calibration_gives(bench: Bench) -> None:
    """Facts are cumulative and the distance is from the start, so that the way there leaves no trace."""
    staged = calibrate(bench, stages=PLACES, accept=ACCEPT)
    assert [each["accepted"] for each in report(staged)["stages"]] == [True, True]
    assert weights(staged) == pytest.approx(weights(calibrate(bench)), rel=1e-6)


def test_every_fact_has_a_fate_at_every_stage(bench: Bench) -> None:
    """Now, later, or only looked at, with the reason."""
    artifact = calibrate(bench, stages=PLACES, accept=ACCEPT)
    assert ledger(artifact, "nation") == {
        "people": ("solve now", "declared"),
        "state 06": ("solve later", "of a later stage"),
        "state 36": ("solve later", "of a later stage"),
        "held": ("holdout", "declared"),
        "looked at": ("audit only", "declared"),
        "rare": ("audit only", "few carriers"),
        "of nobody": ("audit only", "missing: nobody carries it"),
    }
    assert ledger(artifact, "states")["people"] == ("solve now", "declared")
    assert ledger(artifact, "states")["state 36"] == ("solve now", "declared")
    assert report(artifact)["stages"][1]["trained"] == 3


def test_a_stage_that_makes_the_whole_worse_is_rejected_and_leaves_nothing_behind(bench: Bench) -> None:
    """The weights are those of the stages before it, to the byte; its facts are audited."""
    wrong = [*FACTS, ("wrong", "wrong", "train", "state", "01", 4000.0, ALL)]
    stages = [*PLACES, {"stage": "wrong", "targets": ["wrong"]}]
    stages[1] = {"stage": "states", "targets": ["people_of"]}
    artifact = calibrate(bench, wrong, stages=stages, accept=ACCEPT | {"over": ["train"]})
    assert [each["accepted"] for each in report(artifact)["stages"]] == [True, True, False]
    assert report(artifact)["stages"][2]["because"] == "the objective is no smaller"
    assert ledger(artifact, "at the end")["wrong"] == ("audit only", "its stage was rejected")
    without = calibrate(bench, wrong, stages=stages[:2], accept=ACCEPT)
    assert weights(artifact).tolist() == weights(without).tolist()
    fits = pl.read_parquet(artifact.path("fits.parquet"))
    assert fits.filter(pl.col("name") == "wrong")["status"].to_list() == ["audit"]


def test_a_stage_after_a_rejected_one_goes_on_from_those_that_were_accepted(bench: Bench) -> None:
    """What was rejected pulls no more."""
    wrong = [*FACTS, ("wrong", "wrong", "train", "nation", None, 4000.0, ALL)]
    stages = [
        {"stage": "nation", "families": ["people.f"]},
        {"stage": "wrong", "targets": ["wrong"]},
        {"stage": "states", "geography": ["state"]},
    ]
    artifact = calibrate(bench, wrong, stages=stages, accept=ACCEPT)
    assert [each["accepted"] for each in report(artifact)["stages"]] == [True, False, True]
    assert ledger(artifact, "states")["wrong"] == ("audit only", "its stage was rejected")
    assert weights(artifact) == pytest.approx(weights(calibrate(bench)), rel=1e-6)


def test_capacity_leaves_out_the_facts_that_fewest_carry(bench: Bench) -> None:
    """A later stage may take them; without one they are audited, and the reason is said."""
    first = [{"stage": "first", "most": 1}]
    assert ledger(calibrate(bench, stages=first, accept=ACCEPT), "first")["state 36"] == (
        "audit only",
        "capacity",
    )
    artifact = calibrate(bench, stages=[*first, {"stage": "rest"}], accept=ACCEPT)
    assert ledger(artifact, "first")["people"] == ("solve now", "declared")
    assert ledger(artifact, "first")["state 36"] == ("solve later", "of a later stage")
    assert report(artifact)["stages"][1]["joined"] == 2


def test_a_fact_that_no_stage_takes_is_audited(bench: Bench) -> None:
    """By place, by level, or by the fewest carriers that a stage asks for."""
    stages = [
        {"stage": "nation", "geography": ["nation"]},
        {"stage": "one", "places": ["06"], "minimum_carriers": 20},
        {"stage": "many", "places": ["36"], "minimum_carriers": 21},
    ]
    artifact = calibrate(bench, stages=stages, accept=ACCEPT | {"over": ["train"]})
    assert ledger(artifact, "at the end")["state 06"] == ("solve now", "declared")
    assert ledger(artifact, "at the end")["state 36"] == ("audit only", "no stage takes it")
    assert report(artifact)["stages"][2]["because"] == "no fact joins"


def test_support_may_not_shrink_beyond_the_declared_share(bench: Bench) -> None:
    """A stage that empties a third of the records is rejected, however well it fits."""
    empty = ("empty", "empty", "train", "nation", None, 1e-7, dict.fromkeys(range(40, 60), 1.0))
    facts = [fact for fact in FACTS if fact[0] != "held"]
    stages = [*PLACES, {"stage": "empty", "targets": ["empty"]}]
    stages[0] = {"stage": "nation", "targets": ["people"]}

    def last(share: float) -> dict[str, Any]:
        accept = ACCEPT | {"support": share}
        artifact = calibrate(bench, [*facts, empty], stages=stages, accept=accept)
        found: dict[str, Any] = report(artifact)["stages"][2]
        return found

    assert (last(0.5)["accepted"], last(0.5)["support"]) == (True, pytest.approx(40 / 60))
    assert (last(0.9)["accepted"], last(0.9)["because"]) == (False, "too many records lose their weight")


@pytest.mark.parametrize("name", ["mean_error", "within_1", "within_10"])
def test_another_objective_may_be_declared(bench: Bench, name: str) -> None:
    """Of a first stage that meets its facts, each is smaller afterwards."""
    artifact = calibrate(bench, stages=PLACES, accept=ACCEPT | {"objective": name})
    first = report(artifact)["stages"][0]
    assert first["objective_after"] < first["objective_before"]
    assert report(artifact)["objective"]["objective"] == name


def test_holdout_facts_decide_nothing_unless_declared(bench: Bench) -> None:
    """A held-out fact that gets worse keeps no stage from being accepted."""
    facts = [fact if fact[0] != "held" else (*fact[:5], 20.0, fact[6]) for fact in FACTS[:4]]
    shown = calibrate(bench, facts, stages=PLACES[:1], accept=ACCEPT)
    assert report(shown)["stages"][0]["accepted"]
    asked = calibrate(bench, facts, stages=PLACES[:1], accept=ACCEPT | {"over": ["holdout"]})
    assert not report(asked)["stages"][0]["accepted"]
    assert weights(asked).tolist() == [1.0] * HOUSEHOLDS


def test_a_warm_start_takes_fewer_steps_and_leads_to_the_same_weights() -> None:
    """From multipliers that are near those of the answer; from nonsense the search begins at the start."""
    random = np.random.default_rng(3)
    entries = (random.random((500, 12)) < 0.3) * random.lognormal(0, 1, (500, 12))
    sparse = csr_matrix(entries)
    sparse.indices = sparse.indices.astype(np.int32)
    sparse.indptr = sparse.indptr.astype(np.int64)
    start = random.uniform(1, 3, 500)
    problem = Problem(sparse, entries.T @ (start * random.uniform(0.5, 1.5, 500)), start)
    cold = solve(problem)
    warm = solve(problem, begin=cold.multipliers * 1.001)
    assert warm.iterations < cold.iterations
    assert warm.weights == pytest.approx(cold.weights, rel=1e-6)
    nonsense = solve(problem, begin=np.full(12, 1e6))
    assert nonsense.weights.tolist() == cold.weights.tolist()
