"""Replicates are calibrated to the same facts; variances of facts and totals follow from them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, column, extended, report

from compiler.plan import GROUPS
from runtime.errors import NodeFailed
from runtime.frames import SOURCE_ROW, membership
from runtime.names import rows_file
from runtime.operations.replicate import FACTS, WEIGHTS

if TYPE_CHECKING:
    import numpy.typing as npt
    from runtime_harness import Bench

    from compiler.plan import FrameRef
    from runtime.store import Artifact

    Doubles = npt.NDArray[np.float64]

SCRIPT = Path(__file__).parents[1] / "calibration" / "survey_replicates.R"
SOLVING: dict[str, Any] = {
    "method": {"kind": "dual", "distance": "entropy", "penalty": 1e-6},
    "scale_to": None, "weight": "w", "start": "w",
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def matrix(bench: Bench, facts: dict[str, tuple[str, float, Doubles]]) -> str:
    """Commit the matrix of facts: by name role, value and what each household adds."""
    rows = [
        (int(household), number, float(values[household]))
        for number, (_, _, values) in enumerate(facts.values())
        for household in np.flatnonzero(values)
    ]
    ledger = {
        "fact": range(len(facts)), "name": list(facts), "target": list(facts), "family": ["f"] * len(facts),
        "role": [role for role, *_ in facts.values()], "geography": ["nation"] * len(facts),
        "place": pl.Series([None] * len(facts), dtype=pl.String), "lower": [None] * len(facts),
        "upper": [None] * len(facts), "value": [value for _, value, _ in facts.values()],
        "carriers": [int((values != 0).sum()) for *_, values in facts.values()],
    }  # fmt: skip
    schema = {"household": pl.Int64, "fact": pl.Int64, "value": pl.Float32}
    triples = pl.DataFrame(sorted(rows), schema=schema, orient="row")
    return bench.put("matrix", {"matrix.parquet": triples, "facts.parquet": pl.DataFrame(ledger)})


def replicated(
    bench: Bench, frame: FrameRef, facts: dict[str, tuple[str, float, Doubles]], **told: object
) -> Artifact:
    """Calibrate the households of a frame and their replicates."""
    solving = SOLVING | {name: told.pop(name) for name in ("weight", "start") if name in told}
    given = {"matrix": matrix(bench, facts)}
    bench.run(
        "calibrate", solving | {"minimum_carriers": 1, "flags": []}, frames={"frame": frame},
        artifacts=given, outputs={"household": (solving["weight"],)}, address="calibrate.it",
    )  # fmt: skip
    given["calibrated"] = "calibrate.it"
    return bench.run(
        "replicate", solving | {"replicates": told}, frames={"frame": frame}, artifacts=given,
        address="replicate.it",
    )  # fmt: skip


def surveyed(bench: Bench, number: int, **columns: object) -> FrameRef:
    """Return the frame of so many households, one person each."""
    named = {f"household.{name}": values for name, values in columns.items()}
    return bench.frame("base", {"household": list(range(number))}, named)


def weights(artifact: Artifact) -> Doubles:
    """Return the weights of all replicates."""
    return pl.read_parquet(artifact.path(WEIGHTS)).to_numpy().astype(np.float64)


def of_facts(artifact: Artifact) -> dict[str, dict[str, Any]]:
    """Return what is said of each fact."""
    return {row["name"]: row for row in pl.read_parquet(artifact.path(FACTS)).iter_rows(named=True)}


def test_what_is_calibrated_to_has_no_variance_and_a_post_stratified_total_has_its_own(bench: Bench) -> None:
    """Two post-strata of known size: the variance of the total is that within them."""
    random = np.random.default_rng(5)
    number = 400
    old = random.random(number) < 0.4
    income = np.where(old, 50.0, 10.0) + random.normal(0, 4, number)
    facts: dict[str, tuple[str, float, Doubles]] = {
        "old": ("train", 900.0, np.where(old, 1.0, 0.0)),
        "young": ("train", 1100.0, np.where(old, 0.0, 1.0)),
        "income": ("audit", 1.0, income),
    }
    artifact = replicated(
        bench, surveyed(bench, number, w=[5.0] * number), facts, scheme="bootstrap", count=300
    )
    found = of_facts(artifact)
    assert found["old"]["error"] < 1e-3
    within = sum(
        size**2 * income[group].var(ddof=1) / group.sum() for size, group in ((900, old), (1100, ~old))
    )
    assert found["income"]["error"] == pytest.approx(within**0.5, rel=0.15)
    assert found["income"]["low"] < found["income"]["estimate"] < found["income"]["high"]
    unweighted = 5.0 * (number * income.var(ddof=1)) ** 0.5
    assert found["income"]["error"] < unweighted / 3
    assert report(artifact)["degrees"] == 299


def test_variances_are_those_of_the_survey_package(bench: Bench, tmp_path: Path) -> None:
    """Its jackknife of school districts, post-stratified by type of school, in one run of R."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not here: install r-cran-survey to compare with it")
    done = subprocess.run(["Rscript", SCRIPT, tmp_path], capture_output=True, text=True, check=False)  # noqa: S607
    if "there is no package called" in done.stderr:
        pytest.skip("R has no package `survey`: install r-cran-survey to compare with it")
    assert done.returncode == 0, done.stderr
    schools, said = pl.read_csv(tmp_path / "schools.csv"), pl.read_csv(tmp_path / "total.csv")
    names = [name for name in schools.columns if name.startswith("r")]
    columns = {name: schools[name].cast(pl.Float64).to_list() for name in ("pw", *names)}
    facts = {
        kind: ("train", size, (schools["stype"] == kind).cast(pl.Float64).to_numpy())
        for kind, size in (("E", 4421.0), ("H", 755.0), ("M", 1018.0))
    }
    facts["enrolled"] = ("audit", 1.0, schools["enroll"].cast(pl.Float64).to_numpy())
    artifact = replicated(
        bench, surveyed(bench, schools.height, **columns), facts,
        weight="pw", start="pw", scheme="jk1", columns=names,
    )  # fmt: skip
    found = of_facts(artifact)["enrolled"]
    assert found["estimate"] == pytest.approx(said["total"][0], rel=1e-5)
    assert found["error"] == pytest.approx(said["error"][0], rel=1e-4)


def test_a_copy_is_drawn_with_the_household_that_it_is_a_copy_of(bench: Bench) -> None:
    """In every replicate both are drawn as often; a stratum is that of the original."""
    frame = surveyed(bench, 20, w=[1.0] * 20)
    households = pl.DataFrame({"household_id": range(40), SOURCE_ROW: [*range(20), *range(20)]})
    members = {membership(group): list(range(40)) for group in GROUPS}
    persons = pl.DataFrame({"person_id": range(1, 41), **members, SOURCE_ROW: [*range(20)] * 2})
    groups = {group: households.rename({"household_id": f"{group}_id"}) for group in GROUPS}
    stored = [1.0] * 20 + [0.0] * 20
    bench.put(
        "clone.it",
        {
            "rows.person.parquet": persons,
            **{rows_file(group): table for group, table in groups.items()},
            "household.w.parquet": pl.DataFrame({"w": stored}),
            "household.inside.parquet": pl.DataFrame({"inside": [0.5] * 40}),
        },
    )  # fmt: skip
    copied = extended(frame, "clone.it", {"w": "household", "inside": "household"}, rows=True)
    facts = {"all": ("audit", 20.0, np.ones(40))}
    artifact = replicated(bench, copied, facts, start="inside", scheme="bootstrap", count=20)
    found = weights(artifact)
    assert found[:20].tolist() == found[20:].tolist()
    assert len(np.unique(found)) > 2
    whole = np.ones(20)
    halves = np.column_stack([whole * (1 + sign) for sign in (-0.5, 0.5)])
    surveys = {
        f"r{number}": pl.DataFrame({f"r{number}": [*half, *half]}) for number, half in enumerate(halves.T)
    }
    bench.put("more", {f"household.{name}.parquet": table for name, table in surveys.items()})
    own = extended(copied, "more", dict.fromkeys(surveys, "household"))
    columns = {"scheme": "brr", "columns": ["r0", "r1"]}
    assert weights(replicated(bench, own, facts, start="inside", **columns)).tolist() == [[0.25, 0.75]] * 40


def test_units_are_drawn_whole_and_a_stratum_of_one_is_refused(bench: Bench) -> None:
    """Households of one unit have one factor; with one unit nothing says how units differ."""
    units, strata = [h // 2 for h in range(20)], [h // 10 for h in range(20)]
    frame = surveyed(bench, 20, w=[1.0] * 20, unit=units, stratum=strata)
    facts = {"all": ("audit", 20.0, np.ones(20))}
    asked = {"scheme": "bootstrap", "count": 30, "strata": "stratum", "units": "unit"}
    artifact = replicated(bench, frame, facts, **asked)
    found = weights(artifact)
    assert found[::2].tolist() == found[1::2].tolist()
    assert found[:10].sum(axis=0) == pytest.approx(np.full(30, 10))
    assert report(artifact)["degrees"] == 8
    lonely = surveyed(bench, 20, w=[1.0] * 20, unit=units, stratum=[*strata[:18], 7, 7])
    with pytest.raises(NodeFailed, match="the stratum `7` has a single unit"):
        replicated(bench, lonely, facts, **asked)


def test_a_fact_that_nobody_in_a_replicate_carries_is_left_out_of_it_and_counted(bench: Bench) -> None:
    """Its one household is not in every sample."""
    facts = {"all": ("train", 30.0, np.ones(12)), "one": ("train", 2.0, np.eye(12)[0])}
    artifact = replicated(bench, surveyed(bench, 12, w=[1.0] * 12), facts, scheme="bootstrap", count=20)
    assert report(artifact)["facts_nobody_carried"] == 1
    found = weights(artifact)
    assert found.sum(axis=0) == pytest.approx(np.full(20, 30), rel=1e-3)
    assert set(np.round(found[0], 2)) == {0.0, 2.0}


def test_replicate_weights_that_are_none_are_refused(bench: Bench) -> None:
    """A missing one, and a household that no weight of the whole sample belongs to."""
    facts = {"all": ("audit", 3.0, np.ones(3))}
    broken = surveyed(bench, 3, w=[1.0] * 3, a=[1.0, None, 2.0], b=[1.0] * 3)
    with pytest.raises(NodeFailed, match="the replicate weight `a` is missing for 1 households"):
        replicated(bench, broken, facts, scheme="sdr", columns=["a", "b"])
    without = surveyed(bench, 3, w=[1.0] * 3, whole=[1.0, 0.0, 1.0], a=[1.0] * 3, b=[1.0] * 3)
    with pytest.raises(NodeFailed, match="1 households have a start weight"):
        replicated(bench, without, facts, scheme="sdr", columns=["a", "b"], of="whole")


def test_the_same_replicates_come_out_again(bench: Bench) -> None:
    """To the byte; whatever other node there is."""
    facts = {"all": ("train", 30.0, np.ones(12))}
    frame = surveyed(bench, 12, w=[1.0] * 12)
    one = replicated(bench, frame, facts, scheme="bootstrap", count=5)
    two = replicated(bench, frame, facts, scheme="bootstrap", count=5, unread=1)
    assert one.key != two.key
    assert {n: o.sha256 for n, o in one.outputs.items()} == {n: o.sha256 for n, o in two.outputs.items()}


RULE = {"sum": "wages", "entity": "household", "benchmark": 50.0, "tolerance": 0.1, "unit": "currency-USD"}


def test_a_validated_total_has_the_interval_of_the_replicates_and_draws_pool_it(bench: Bench) -> None:
    """Post-stratified to itself it has none; several draws add what differs between them."""
    random = np.random.default_rng(2)
    wages = random.uniform(1, 9, 60)
    frame = surveyed(bench, 60, w=[2.0] * 60, wages=wages.tolist())
    artifact = replicated(bench, frame, {"all": ("train", 120.0, np.ones(60))}, scheme="bootstrap", count=80)
    whole = extended(frame, "calibrate.it", {"w": "household"})
    parameters = {"aggregates": {"pay": RULE}, "weight": "w", "blocking": False}
    row = report(
        bench.run("validate", parameters, frames={"frame": whole}, artifacts={"replicates": "replicate.it"})
    )["pay"]
    totals = wages @ weights(artifact)
    assert row["standard_error"] == pytest.approx(((totals - row["total"]) ** 2).mean() ** 0.5)
    assert row["interval"][0] < row["total"] < row["interval"][1]
    assert row["degrees"] == 59
    frames = {"draw_1": whole, "draw_2": whole}
    given = {"draw_1.replicates": "replicate.it", "draw_2.replicates": "replicate.it"}
    gate = {"statistic": "mean", "value": "wages", "entity": "household", "at_least": 0.0, "at_most": None}
    asked = {"weight": "w", "draws": 2, "aggregates": {"pay": RULE}, "gates": {"mean": gate}}
    pooled = report(bench.run("pool", asked, frames=frames, artifacts=given), "pooled.json")
    assert pooled["aggregates"]["pay"]["within"] == pytest.approx(row["standard_error"] ** 2)
    assert pooled["aggregates"]["pay"]["between"] == 0
    # The weights of every replicate add up to 120, so that the mean is the total over that.
    assert pooled["gates"]["mean"]["within"] == pytest.approx(row["standard_error"] ** 2 / 120**2, rel=1e-4)


@pytest.mark.soak
def test_intervals_hold_the_truth_as_often_as_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 post-stratified samples of a population whose total is known: 95 percent, to what 200 can tell."""
    random = np.random.default_rng(11)
    kind = random.integers(0, 3, 20_000)
    income = random.gamma(2, 10, 20_000) * (1 + kind)
    held = 0
    for sample in range(200):
        bench = bench_in(tmp_path / str(sample), monkeypatch)
        chosen = random.choice(20_000, 150, replace=False)
        facts: dict[str, tuple[str, float, Doubles]] = {
            f"kind {each}": ("train", float((kind == each).sum()), (kind[chosen] == each) * 1.0)
            for each in range(3)
        }
        facts["income"] = ("audit", 1.0, income[chosen])
        frame = surveyed(bench, 150, w=[20_000 / 150] * 150)
        found = of_facts(replicated(bench, frame, facts, scheme="bootstrap", count=100))["income"]
        held += found["low"] <= income.sum() <= found["high"]
    assert 0.90 <= held / 200 <= 0.985


def test_column_of_the_weight_is_there(bench: Bench) -> None:
    """The calibration beside it is untouched by its replicates."""
    frame = surveyed(bench, 12, w=[1.0] * 12)
    replicated(bench, frame, {"all": ("train", 30.0, np.ones(12))}, scheme="bootstrap", count=3)
    assert column(bench.done["calibrate.it"].artifact, "household", "w").sum() == pytest.approx(30, rel=1e-4)
