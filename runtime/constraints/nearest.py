"""Points that break linear rules, moved to the nearest that meet them: relative least squares, row by row.

For a row y, the x that minimises the sum of (x_j - y_j)^2 / |y_j| subject to A x >= b, with equality for some
rules: the weighted least squares adjustment of Pannekoek and Zhang 2015, "Optimal adjustments for
inconsistency in imputed data", Survey Methodology 41(1). With these weights, parts that must reach a total
change by one ratio. All rules hold at once, the problem is convex and its answer unique, so no order in which
rules are written or applied can change it.

An amount of zero has no size to measure a change by. It stays zero, the limit of those weights, wherever the
rules can be met without it; elsewhere all amounts below a thousandth of the row's largest count as that.

Most rows are solved at once by a primal-dual active set method (Hintermueller, Ito and Kunisch 2002, SIAM
Journal on Optimization 13(3)), which takes a row as solved only when the conditions of optimality hold. What
is left is solved one by one as a least distance problem (Lawson and Hanson 1974, "Solving least squares
problems", chapter 23), which also proves that a row has no feasible point, and names the rules to blame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.optimize import nnls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]
    Indices: TypeAlias = NDArray[np.int64]

_CHUNK = 32_768
_ROUNDS = 12
# In units of a row's largest amount.
_SOLVED = 1e-11
_NOTHING = 1e-9
_OF_A_ZERO = 1e-3
_IMPOSSIBLE = 1e-7


@dataclass(frozen=True, slots=True)
class Nearest:
    """What was found.

    Attributes:
        points: (n, k) the nearest points; where there is none, the row as it was.
        blamed: (n, m) rules that contradict each other in a row; none where the row has a point.
    """

    points: Floats
    blamed: Mask


@dataclass(frozen=True, slots=True)
class _Scaled:
    """Rows in units in which distance is Euclidean: rules @ steps >= due, rules of unit length."""

    rules: Floats
    due: Floats
    equal: Mask
    applies: Mask


def nearest(rules: Floats, equal: Mask, points: Floats, bounds: Floats, applies: Mask) -> Nearest:
    """Return the nearest points at which the rules hold.

    Args:
        rules: (m, k) coefficients; a rule is `rules @ x >= bound`.
        equal: (m,) rules that hold with equality.
        points: (n, k) finite.
        bounds: (n, m) finite where the rule applies.
        applies: (n, m) which rules a row must meet.
    """
    found, blamed = np.empty_like(points), np.empty(applies.shape, dtype=np.bool_)
    for start in range(0, len(points), _CHUNK):
        part = slice(start, start + _CHUNK)
        bound = np.where(applies[part], bounds[part], 0.0)
        found[part], blamed[part] = _nearest(rules, equal, points[part], bound, applies[part])
    return Nearest(found, blamed)


def _nearest(
    rules: Floats, equal: Mask, points: Floats, bounds: Floats, applies: Mask
) -> tuple[Floats, Mask]:
    largest = np.maximum(np.abs(points).max(axis=1), np.abs(bounds).max(axis=1))
    unit = np.where(largest > 0, largest, 1.0)[:, None]
    start, due = points / unit, bounds / unit - (points / unit) @ rules.T
    size = np.where(np.abs(start) < _NOTHING, 0.0, np.abs(start))
    steps, blamed = _steps(rules, equal, due, applies, size)
    left = np.flatnonzero(blamed.any(axis=1))
    moving = np.maximum(size[left], _OF_A_ZERO)
    steps[left], blamed[left] = _steps(rules, equal, due[left], applies[left], moving)
    return unit * (start + steps), blamed


def _steps(rules: Floats, equal: Mask, due: Floats, applies: Mask, size: Floats) -> tuple[Floats, Mask]:
    """Return the shortest steps (n, k), and the rules to blame where there is none."""
    root = np.sqrt(size)
    scaled = rules[None] * root[:, None, :]
    length = np.sqrt((scaled**2).sum(axis=2))
    usable = np.where(length > 0, length, 1.0)
    # A rule none of whose variables can move holds or does not.
    missed = np.where(equal, np.abs(due), due) > _SOLVED
    blamed = applies & (length == 0) & missed
    problem = _Scaled(scaled / usable[..., None], due / usable, equal, applies & (length > 0))
    steps, solved = _at_once(problem)
    for row in np.flatnonzero(~solved & ~blamed.any(axis=1)):
        steps[row], blamed[row] = _one_by_one(problem, int(row))
    steps[blamed.any(axis=1)] = 0.0
    return root * steps, blamed


def _at_once(problem: _Scaled) -> tuple[Floats, Mask]:
    """Return steps, and for which rows they are proved to be the shortest."""
    active = problem.applies & (problem.equal | (problem.due > 0))
    steps, solved = np.zeros(problem.rules.shape[::2]), np.zeros(len(active), dtype=np.bool_)
    for _ in range(_ROUNDS):
        rows = np.flatnonzero(~solved)
        if not len(rows):
            break
        forces = np.zeros(problem.due[rows].shape)
        steps[rows], forces = _on_active(problem, rows, active[rows])
        slack = np.einsum("nmk,nk->nm", problem.rules[rows], steps[rows]) - problem.due[rows]
        wanted = problem.equal | (active[rows] & (forces > 0)) | (slack < -_SOLVED)
        wanted &= problem.applies[rows]
        missed = (active[rows] & (np.abs(slack) > _SOLVED)).any(axis=1)
        solved[rows] = (wanted == active[rows]).all(axis=1) & ~missed
        active[rows] = wanted
    return steps, solved


def _on_active(problem: _Scaled, rows: Indices, active: Mask) -> tuple[Floats, Floats]:
    """Return the shortest steps that meet the active rules with equality, and the rules' multipliers."""
    steps, forces = np.zeros((len(rows), problem.rules.shape[2])), np.zeros(active.shape)
    patterns, which = np.unique(active, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        here = np.flatnonzero(which.ravel() == number)
        chosen = problem.rules[rows[here]][:, pattern]
        gram = np.einsum("nak,nbk->nab", chosen, chosen)
        found = np.einsum(
            "nab,nb->na", np.linalg.pinv(gram, hermitian=True), problem.due[rows[here]][:, pattern]
        )
        forces[np.ix_(here, np.flatnonzero(pattern))] = found
        steps[here] = np.einsum("nak,na->nk", chosen, found)
    return steps, forces


def _one_by_one(problem: _Scaled, row: int) -> tuple[Floats, Mask]:
    """Return the shortest step of one row, or the rules that leave it none."""
    used = np.flatnonzero(problem.applies[row])
    twice = np.concatenate([used, used[problem.equal[used]]])
    sign = np.concatenate([np.ones(len(used)), -np.ones(len(twice) - len(used))])
    rules, due = sign[:, None] * problem.rules[row, twice], sign * problem.due[row, twice]
    most = np.abs(due).max(initial=0.0) or 1.0
    system = np.vstack([rules.T, due / most])
    goal = np.append(np.zeros(rules.shape[1]), 1.0)
    forces, distance = nnls(system, goal)
    blamed = np.zeros(problem.applies.shape[1], dtype=np.bool_)
    if distance < _IMPOSSIBLE:
        blamed[twice[forces > 0]] = True
        return np.zeros(rules.shape[1]), blamed
    active = forces > 0
    step: Floats = np.linalg.lstsq(rules[active], due[active])[0]
    return step, blamed
