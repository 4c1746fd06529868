"""`replicate`: every replicate of the sample calibrated to the same facts, from the same matrix.

Nothing is imputed, computed or counted anew: a replicate is other start weights, and the search for its
answer begins where that of the whole sample ended.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.calibration.fit import effective_sample_size
from runtime.calibration.gram import rmatvec
from runtime.calibration.problem import gross_estimate
from runtime.calibration.replication import Scheme, rescaled, scheme_of
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.imputation.variances import Estimated
from runtime.operations.calibrate import FITS, factor_of, problem_of
from runtime.operations.fits import read_facts
from runtime.operations.solving import method_of, solved
from runtime.tables import stored

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.calibration.methods import Method
    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Solved
    from runtime.frames import FrameReader
    from runtime.operations.fits import Facts
    from runtime.store import Artifact
    from runtime.task import Task

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]
    Booleans = npt.NDArray[np.bool_]

WEIGHTS, FACTS, REPORT = "replicates.parquet", "replicate_facts.parquet", "report.json"


@dataclass(frozen=True)
class Replicates:
    """Replicate weights (households, replicates), float32, and what a variance is of them."""

    weights: npt.NDArray[np.float32]
    scheme: Scheme

    def of_total(self, estimate: float, values: Doubles) -> Estimated:
        """Return a total with its variance; `values` (households,) are per unit of weight."""
        return self._estimated(estimate, values @ self.weights)

    def of_ratio(self, estimate: float, values: Doubles, divisors: Doubles) -> Estimated:
        """Return a ratio of two totals with its variance."""
        return self._estimated(estimate, (values @ self.weights) / (divisors @ self.weights))

    def _estimated(self, estimate: float, each: Doubles) -> Estimated:
        return Estimated(estimate, float(self.scheme.variance(each, estimate)), self.scheme.degrees)


def run(task: Task) -> None:
    """Write the weights of every replicate, and every fact with its variance and interval.

    Raises:
        NodeFailed: a stratum with a single unit; replicate weights that are none; a replicate without answer.
    """
    parameters, reader = task.parameters, task.frame()
    stored_weights, start = (_doubles(reader, parameters[name]) for name in ("weight", "start"))
    facts, trained = trained_facts(task, start)
    factors, degrees = _factors(task, reader, stored_weights, start)
    base = problem_of(
        facts, trained, start * factor_of(facts, stored_weights, parameters["scale_to"]), parameters
    )
    how = method_of(task)
    whole = solved(base, how)
    weights, dropped = np.empty(factors.shape, np.float32), np.zeros(len(trained), np.int64)
    for number, factor in enumerate(factors.T):
        scale = factor_of(facts, stored_weights * factor, parameters["scale_to"])
        solution, left_out = _replicate(replace(base, start=start * factor * scale), how, whole)
        weights[:, number] = solution.weights
        dropped += left_out
        task.progress(number + 1, factors.shape[1])
    scheme = scheme_of(parameters["replicates"], factors.shape[1], degrees)
    _write(task, facts, whole.weights, Replicates(weights, scheme), dropped)


def trained_facts(task: Task, start: Doubles) -> tuple[Facts, Integers]:
    """Return the facts, and the numbers of those that the calibration has trained on in the end."""
    facts = read_facts(task.artifact("matrix"), start, 1)
    status = stored(task.artifact("calibrated").path(FITS))["status"].to_numpy()
    return facts, np.flatnonzero(status == "train")


def read_replicates(artifact: Artifact) -> Replicates:
    """Read what `replicate` wrote."""
    told = json.loads(artifact.path(REPORT).read_text(encoding="utf-8"))
    weights = stored(artifact.path(WEIGHTS)).to_numpy()
    return Replicates(weights, Scheme(np.asarray(told["factors"]), told["degrees"]))


def _replicate(problem: Problem, how: Method, whole: Solved) -> tuple[Solved, Booleans]:
    """Return the answer of a replicate, and which facts nobody in it carries: those are left out of it."""
    nobody = gross_estimate(problem) == 0
    if not nobody.any():
        return solved(problem, how, whole.multipliers), nobody
    kept = np.flatnonzero(~nobody)
    fewer = replace(
        problem,
        matrix=problem.matrix[:, kept].tocsr(),
        targets=problem.targets[kept],
        names=None if problem.names is None else tuple(problem.names[fact] for fact in kept),
        **{
            name: values[kept]
            for name in ("tolerance", "importance", "exact")
            if (values := getattr(problem, name)) is not None
        },
    )
    return solved(fewer, how, whole.multipliers[kept]), nobody


def _factors(task: Task, reader: FrameReader, weight: Doubles, start: Doubles) -> tuple[Doubles, int | None]:
    """Return what the weight of each household is multiplied by in each replicate, and degrees of freedom."""
    told = task.parameters["replicates"]
    if told["scheme"] == "bootstrap":
        return _bootstrapped(task, reader, told, start)
    base = weight if "of" not in told else _doubles(reader, told["of"])
    columns = np.column_stack([_doubles(reader, name) for name in told["columns"]])
    wrong = ~np.isfinite(columns)
    if wrong.any():
        name = told["columns"][int(np.argmax(wrong.any(axis=0)))]
        raise NodeFailed(
            f"the replicate weight `{name}` is missing for {int(wrong.any(axis=1).sum())} households"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = columns / base[:, None]
    return _carried_over(ratios, base > 0, start > 0, origins(reader)), None


def _carried_over(
    ratios: Doubles, known: npt.NDArray[np.bool_], needed: npt.NDArray[np.bool_], origin: Integers
) -> Doubles:
    """Give a copy whose stored weight is zero the ratios of the household that it is a copy of."""
    first = np.full(int(origin.max(initial=-1)) + 1, -1)
    with_ratio = np.flatnonzero(known)
    first[origin[with_ratio][::-1]] = with_ratio[::-1]
    given = np.where(known, np.arange(len(known)), first[origin])
    lost = needed & (given < 0)
    if lost.any():
        raise NodeFailed(
            f"{int(lost.sum())} households have a start weight, but none that replicate weights belong to",
            remedy="name the weight of the whole sample with `of:`",
        )
    return np.where(given[:, None] >= 0, ratios[given], 0.0)


def origins(reader: FrameReader) -> Integers:
    """Return the row of the first frame that each household continues; copies have that of the original."""
    nodes = reader.frame.rows
    found = np.arange(reader.count("household"))
    for node in reversed(nodes[1:]):
        found = reader.source_rows(node, "household")[found]
    return found


def _bootstrapped(
    task: Task, reader: FrameReader, told: dict[str, Any], start: Doubles
) -> tuple[Doubles, int]:
    design: tuple[str, ...] = ("strata", "units")
    said = evaluate(reader, "household", {key: f"({told[key]})::VARCHAR" for key in design if key in told})
    origin = origins(reader)
    keys = pl.DataFrame({"origin": origin}).with_columns(said).with_columns(
        strata=pl.col("strata") if "strata" in said.columns else pl.lit(""),
        units=pl.col("units") if "units" in said.columns else pl.col("origin").cast(pl.String),
    )  # fmt: skip
    missing = keys.select("strata", "units").null_count().row(0)
    if any(missing):
        raise NodeFailed(f"the stratum or the unit of {max(missing)} households is missing")
    # A copy belongs to the unit of the household that it is a copy of, wherever it lives now.
    keys = keys.with_columns(pl.col("strata", "units").first().over("origin"))
    sampled = keys.filter(pl.Series(start > 0)).select("strata", "units").unique().sort("strata", "units")
    _refuse_lonely(sampled)
    strata = sampled["strata"].rank("dense").to_numpy().astype(np.int64)
    factors = rescaled(strata, told["count"], task.stream("bootstrap"))
    numbered, on = sampled.with_row_index("__at"), ["strata", "units"]
    at = keys.join(numbered, on=on, how="left", maintain_order="left")["__at"].fill_null(0).to_numpy()
    return np.where((start > 0)[:, None], factors[at], 0.0), sampled.height - len(np.unique(strata))


def _refuse_lonely(sampled: pl.DataFrame) -> None:
    lonely = sampled.group_by("strata").len().filter(pl.col("len") == 1).sort("strata")
    if lonely.height:
        raise NodeFailed(
            f"the stratum `{lonely['strata'][0]}` has a single unit"
            + (f", and {lonely.height - 1} more have" if lonely.height > 1 else "")
            + ": nothing says how its units differ",
            remedy="put it together with another one in `strata:`",
        )


def _doubles(reader: FrameReader, name: str) -> Doubles:
    return reader.column(name).cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _write(task: Task, facts: Facts, weights: Doubles, found: Replicates, dropped: Integers) -> None:
    number = found.weights.shape[1]
    pl.DataFrame(found.weights, schema=[f"replicate_{n}" for n in range(1, number + 1)]).write_parquet(
        task.folder / WEIGHTS
    )
    estimate = rmatvec(facts.matrix, weights)
    each = np.column_stack([rmatvec(facts.matrix, w.astype(np.float64)) for w in found.weights.T])
    variance = found.scheme.variance(each, estimate)
    low, high = found.scheme.interval(estimate, variance)
    facts.ledger.select("fact", "name", "target", "family", "role", "value").with_columns(
        estimate=pl.Series(estimate), error=pl.Series(np.sqrt(variance)),
        low=pl.Series(low), high=pl.Series(high),
    ).write_parquet(task.folder / FACTS)  # fmt: skip
    sizes = [effective_sample_size(column.astype(np.float64)) for column in found.weights.T]
    task.write_json(
        REPORT,
        {
            "scheme": task.parameters["replicates"]["scheme"],
            "replicates": number,
            "degrees": found.scheme.degrees,
            "factors": found.scheme.factors.tolist(),
            "effective_sample_size": {"least": min(sizes), "mean": float(np.mean(sizes))},
            "facts_nobody_carried": int((dropped > 0).sum()),
            "families": _families(facts, estimate, variance),
        },
    )
    task.notes.update({"replicates": number})


def _families(facts: Facts, estimate: Doubles, variance: Doubles) -> list[dict[str, Any]]:
    """Return by family how large standard errors are, as shares of the estimates."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.sqrt(variance) / np.abs(estimate)
    table = facts.ledger.select("target", "family", "role").with_columns(share=pl.Series(share))
    finite = table.filter(pl.col("share").is_finite())
    by = finite.group_by("target", "family", "role", maintain_order=True)
    return by.agg(facts=pl.len(), median=pl.col("share").median(), largest=pl.col("share").max()).to_dicts()
