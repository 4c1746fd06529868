"""Calibration from Python: `calibrate` moves weights as little as possible so that they meet facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

import numpy as np
import polars as pl

from runtime.calibration.conflicts import conflicts
from runtime.calibration.distance import Logit
from runtime.calibration.dual import DualOptions, solve
from runtime.calibration.fit import fit, weight_report
from runtime.calibration.gram import rmatvec
from runtime.calibration.methods import UNBOUNDED, bounded
from runtime.calibration.problem import USUAL_TOLERANCE, Problem, miss_scale
from specc.dataframes import names_of, read
from specc.facts import Fact, matrix_of
from specc.matrices import fact_names, in_order, matrix_from, numbers_from, tolerances

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.calibration.conflicts import Conflict
    from runtime.calibration.distance import Distance
    from runtime.calibration.dual import Solution
    from runtime.calibration.fit import Fit, WeightReport

    Doubles = npt.NDArray[np.float64]
    Named = Mapping[str, float] | Sequence[float] | Doubles

PENALTY = 0.01
"""A fact is then missed by less than its tolerance, where weights change by up to a half for it."""

DistanceName = Literal["entropy", "chi_square", "logit"]


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Weights, and the proof of how good they are.

    Attributes:
        weights: (records,) float64, in the order and unit of those that were given.
        facts: a row a fact: its name, target, estimate before and after, relative error after, and
            `pull`, its multiplier: far from zero where it is hard to meet.
        fit: shares of facts within 1, 5 and 10 percent, mean and median error.
        weights_report: effective sample sizes and quantiles of the ratios to the weights before.
        converged: whether the duality gap says that no other weights are better.
        reason: why the solver stopped.
        iterations: Newton steps.
        relative_gap: the duality gap, of the objective.
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
    relative_gap: float
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
) -> Calibrated:
    """Return the weights closest to `weights` that meet the facts as well as tolerances ask.

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

    Raises:
        TypeError, ValueError: shapes that disagree, unknown names, values that are not finite, a fact that no
            record with a weight carries, or bounds that exclude each other, naming the culprit.
    """
    problem = _problem(matrix, targets, weights, tolerance, importance, names)
    options = DualOptions(penalty, _distance(distance, bounds, weight_bounds, problem.start))
    solution = solve(problem, options)
    if weight_bounds is not None:  # a product of ratios may round to just outside
        inside = np.clip(solution.weights, *weight_bounds)
        solution = replace(solution, weights=np.where(problem.start > 0, inside, 0.0))
    return _calibrated(problem, solution, conflicts(problem, solution, options))


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


def _distance(
    name: str, bounds: tuple[float, float] | None, weight_bounds: tuple[float, float] | None, start: Doubles
) -> Distance:
    if name == "logit":
        if bounds is None or weight_bounds is not None:
            raise ValueError("`logit` takes `bounds=(lowest, highest)` of ratios, and no `weight_bounds`")
        return Logit(*bounds)
    if name not in UNBOUNDED:
        raise ValueError(f"there is no distance `{name}`; they are {', '.join([*UNBOUNDED, 'logit'])}")
    if bounds is not None and not bounds[0] <= 1 <= bounds[1]:
        raise ValueError(f"bounds are {bounds}: no weight could stay as it is")
    if weight_bounds is None:
        return bounded(name, bounds)
    low, high = bounds or (0.0, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        least, most = (np.where(start > 0, bound / start, 1.0) for bound in weight_bounds)
    return bounded(name, (np.maximum(least, low), np.minimum(most, high)))


def _calibrated(problem: Problem, solution: Solution, found: tuple[Conflict, ...]) -> Calibrated:
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
            "pull": solution.multipliers,
        }
    )
    return Calibrated(
        weights=solution.weights,
        facts=facts,
        fit=fitted,
        weights_report=weight_report(solution.weights, problem.start),
        converged=solution.converged,
        reason=str(solution.reason),
        iterations=solution.iterations,
        relative_gap=solution.relative_gap,
        conflicts=tuple((names[c.fact], None if c.against is None else names[c.against]) for c in found),
    )
