"""Calibration from Python: `calibrate` moves weights as little as possible so that they meet facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

import numpy as np
import polars as pl

from runtime.calibration.fit import fit, weight_report
from runtime.calibration.gram import rmatvec
from runtime.calibration.methods import options
from runtime.calibration.problem import USUAL_TOLERANCE, Problem, miss_scale
from runtime.calibration.solvers.registry import kinds
from runtime.calibration.solvers.regularised import Regularised
from runtime.seeds import stream
from specc.dataframes import names_of, read
from specc.facts import Fact, matrix_of
from specc.matrices import fact_names, in_order, matrix_from, numbers_from, tolerances

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.calibration.fit import Fit, WeightReport
    from runtime.calibration.methods import Method
    from runtime.calibration.solvers.protocol import Solved

    Doubles = npt.NDArray[np.float64]
    Named = Mapping[str, float] | Sequence[float] | Doubles

PENALTY = 0.01
"""A fact is then missed by less than its tolerance, where weights change by up to a half for it."""

DistanceName = Literal["entropy", "chi_square", "logit"]
_BY_DISTANCE = frozenset({"dual", "l0", "exact_k"})
"""The methods that end with `dual`, and take what it takes."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Weights, and the proof of how good they are.

    Attributes:
        weights: (records,) float64, in the order and unit of those that were given.
        facts: a row a fact: its name, target, estimate before and after, relative error after, and
            `pull`, its multiplier, where the method has such: far from zero where it is hard to meet.
        fit: shares of facts within 1, 5 and 10 percent, mean and median error.
        weights_report: effective sample sizes and quantiles of the ratios to the weights before.
        converged: whether the method arrived; of `dual`, whether the gap proves that no other weights are
            better.
        reason: why the solver stopped.
        iterations: steps, sweeps or epochs.
        relative_gap: the duality gap, of the objective; None of a method that proves none.
        at_limit: whether more iterations, or a longer way for the weights, would have changed the answer.
        details: what else the method has to say.
        conflicts: the facts that are missed by more than 1 % (exact ones by more than a hundred thousandth),
            the worst first, at most twenty, and with each the one that stands against it most.
    """

    weights: Doubles
    facts: pl.DataFrame
    fit: Fit
    weights_report: WeightReport
    converged: bool
    reason: str
    iterations: int
    relative_gap: float | None
    at_limit: bool
    details: Mapping[str, Any]
    conflicts: tuple[tuple[str, str | None], ...]


def calibrate(  # noqa: PLR0913 - each says something of its own about the problem
    matrix: Any,  # noqa: ANN401 - whatever holds numbers in rows and columns
    targets: Named | Sequence[Fact],
    weights: Any,  # noqa: ANN401 - as above
    *,
    distance: DistanceName = "entropy",
    tolerance: float | Named | None = None,
    bounds: tuple[float, float] | None = None,
    weight_bounds: tuple[float, float] | None = None,
    penalty: float = PENALTY,
    importance: Named | None = None,
    names: Sequence[str] | None = None,
    method: str | Mapping[str, Any] = "dual",
    mass: Literal["conserve"] | None = None,
    seed: int = 0,
) -> Calibrated:
    """Return weights that meet the facts as well as tolerances ask; those closest to `weights`, unless told.

    Args:
        matrix: records x facts, what one unit of a record's weight adds to each fact: an array, a sparse
            matrix of scipy, or a frame of polars or pandas whose columns are the facts. With a list of
            `Fact`, the frame that their expressions read.
        targets: what the weighted sums should be, in the order of the columns or by name; or `Fact`s.
        weights: the weight of each record, finite and >= 0; with `Fact`s also the name of a column. A weight
            of zero stays zero.
        distance: what "closest" means: `entropy` (raking; ratios are positive), `chi_square` (the generalised
            regression estimator; ratios >= 0 unless `bounds` say otherwise), `logit` (needs `bounds`).
        tolerance: the relative miss that is about as good as none, one for all or one each, in the order of
            the columns or by name. Facts without one are met exactly where any weights meet them; of those
            that cannot be met together the result is as near as can be, and `conflicts` names them.
        bounds: lowest and highest ratio of a weight to what it was.
        weight_bounds: lowest and highest weight.
        penalty: the miss of a fact with a tolerance of 0.01, per unit of its pull: smaller meets such facts
            better and moves weights more.
        importance: factor on the squared miss of each fact, > 0; None for 1.
        names: of the facts, where neither `matrix` nor `targets` name them.
        method: a kind (`dual`, `ipf`, `microcalibrate`), or a mapping of a kind and its settings as in a
            bundle's `method:`, such as `{"kind": "exact_k", "records": 5000}`.
        mass: `conserve` keeps the sum of the weights as it is.
        seed: of a method that draws.

    Raises:
        TypeError, ValueError: shapes that disagree, unknown names, values that are not finite, a fact that no
            record with a weight carries, bounds that exclude each other, or something that the method cannot
            keep, naming the culprit.
    """
    problem = _problem(matrix, targets, weights, tolerance, importance, names)
    asked = {
        "distance": distance, "penalty": penalty, "bounds": bounds,
        "weight_bounds": weight_bounds, "mass": mass,
    }  # fmt: skip
    how = _method(method, asked, seed)
    return _calibrated(problem, how.solve(problem), how)


def _problem(
    matrix: Any,  # noqa: ANN401 - as above
    targets: Any,  # noqa: ANN401 - as above
    weights: Any,  # noqa: ANN401 - as above
    tolerance: Any,  # noqa: ANN401 - as above
    importance: Any,  # noqa: ANN401 - as above
    names: Sequence[str] | None,
) -> Problem:
    if _are_facts(targets):
        frame = read(matrix, names_of(matrix, "frame"), "frame")
        weights = frame[weights] if isinstance(weights, str) else weights
        names = [fact.label for fact in targets]
        tolerance = [fact.tolerance for fact in targets] if tolerance is None else tolerance
        matrix, targets = matrix_of(frame, targets), [fact.value for fact in targets]
    csr = matrix_from(matrix)
    known = fact_names(matrix, targets, names, csr.shape[1])
    misses = tolerances(tolerance, known)
    return Problem(
        csr,
        in_order(targets, known, "targets"),
        numbers_from(weights, "weights"),
        tolerance=np.where(np.isnan(misses), USUAL_TOLERANCE, misses),
        importance=None if importance is None else in_order(importance, known, "importance"),
        names=known,
        exact=np.isnan(misses),
    )


def _are_facts(targets: object) -> TypeGuard[Sequence[Fact]]:
    if not isinstance(targets, Sequence) or isinstance(targets, str):
        return False
    return len(targets) > 0 and all(isinstance(each, Fact) for each in targets)


def _method(method: str | Mapping[str, Any], asked: Mapping[str, Any], seed: int) -> Method:
    """Return how to solve: what a method says of itself, and beside it what the arguments say."""
    said = {"kind": method} if isinstance(method, str) else dict(method)
    if "kind" not in said:
        raise ValueError(f"method has no `kind`; they are {', '.join(kinds())}")
    usual = {"distance": "entropy", "penalty": PENALTY}
    takes = said["kind"] in _BY_DISTANCE
    # What is left at its default is not asked of a method that has no such setting.
    more = {name: value for name, value in asked.items() if takes or value not in (None, usual.get(name))}
    twice = next((name for name in more if name in said and asked[name] not in (None, usual.get(name))), None)
    if twice is not None:
        raise ValueError(f"`{twice}` is said by the method and beside it; say it once")
    return options({**more, **said}, stream(seed, "calibrate"))


def _calibrated(problem: Problem, solution: Solved, how: Method) -> Calibrated:
    found, has_pulls = how.conflicts(problem, solution), isinstance(how.solver, Regularised)
    scale = miss_scale(problem)
    fitted = fit(problem.matrix, problem.targets, solution.weights, scale)
    names = problem.names or ()
    facts = pl.DataFrame(
        {
            "name": list(names),
            "target": problem.targets,
            "before": rmatvec(problem.matrix, problem.start),
            "after": fitted.estimates,
            "relative_error": fitted.relative_errors,
            "exact": problem.exact,
            "pull": pl.Series(solution.multipliers) if has_pulls else [None] * len(names),
        },
        schema_overrides={"pull": pl.Float64},
    )
    return Calibrated(
        weights=solution.weights,
        facts=facts,
        fit=fitted,
        weights_report=weight_report(solution.weights, problem.start),
        converged=solution.converged,
        reason=solution.reason,
        iterations=solution.iterations,
        relative_gap=solution.relative_gap,
        at_limit=solution.at_limit,
        details=solution.details,
        conflicts=tuple((names[c.fact], None if c.against is None else names[c.against]) for c in found),
    )
