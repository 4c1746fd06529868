"""Newton directions of the dual: by Cholesky, or by conjugate gradients under the factor of an earlier step.

Weights move by a few tens of percent, so the Hessian at one point is a good preconditioner at the next; where
a new factor costs much more than products with the matrix, a few of those take its place (an inexact Newton
method: Nocedal and Wright 2006, section 7.1). Which way is taken depends on the problem's size alone, never
on the clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.calibration.objective import Dual

    Doubles = NDArray[np.float64]
    Factor = tuple[Doubles, bool]

LIFTS = (0.0, *(10.0**power for power in range(-14, 1)))
"""Relative increases of the Hessian's diagonal to try in turn until its Cholesky factor exists."""

WORTH = 10
"""Products that a new factor must cost at least for a direction to be sought by products."""

CACHED = 16 * 2**20
"""Bytes of a Hessian that still fits a processor's cache: its factor costs less than is said below."""

MOST_PRODUCTS = 12
"""Products after which an earlier factor is too old, and a new one is made."""

COARSEST = 0.1
"""Largest relative error of a direction, in the norm of its preconditioner."""

# Nanoseconds, as ratios: what an addition of the Gram matrix, of a product with the CSR, a multiplication
# within a Cholesky factor, and reading a number of that factor take on one processor.
_GRAM, _PRODUCT, _CHOLESKY, _READ = 10.0, 2.5, 0.02, 1.6


class Directions:
    """Gives the direction at one point after another, and keeps the last factor.

    Attributes:
        is_rough: whether the last direction was found by products.
    """

    def __init__(self, dual: Dual) -> None:
        self.is_rough = False
        self._dual = dual
        self._factor: Factor | None = None
        is_dear = _factor_cost(dual) > WORTH * _product_cost(dual)
        self._by_products = is_dear and 8 * len(dual.aims) ** 2 > CACHED

    def at(self, pull: Doubles, gradient: Doubles, left: float) -> Doubles:
        """Return -hessian^-1 gradient, shape (facts,), exactly or about.

        `left` is the square root of the share of the first gap that is left: directions get exact as it
        vanishes, so that convergence stays quadratic.

        Raises:
            ArithmeticError: the Hessian holds values that are not finite.
        """
        if self._factor is None or not self._by_products:
            return self.exact(pull, gradient)
        found = _conjugate(self._dual, self._factor, pull, gradient, min(COARSEST, left))
        if found is None:
            return self.exact(pull, gradient)
        self.is_rough = True
        return found

    def exact(self, pull: Doubles, gradient: Doubles) -> Doubles:
        """Return -hessian^-1 gradient, shape (facts,), by a new factor."""
        self.is_rough, self._factor = False, None  # two of them are never held
        self._factor = factor(self._dual.hessian(pull))
        return -_solved(self._factor, gradient)


def _conjugate(dual: Dual, held: Factor, pull: Doubles, gradient: Doubles, error: float) -> Doubles | None:
    """Solve by preconditioned conjugate gradients; None where that takes too many products."""
    curvature = dual.curvature(pull)
    found, rest = np.zeros_like(gradient), -gradient
    along = nearer = _solved(held, rest)
    size = float(np.sum(rest * nearer))
    enough = error**2 * size
    for _ in range(MOST_PRODUCTS):
        if size <= enough:
            break
        bent = dual.product(curvature, along)
        length = size / float(np.sum(along * bent))
        found, rest = found + length * along, rest - length * bent
        nearer = _solved(held, rest)
        before, size = size, float(np.sum(rest * nearer))
        along = nearer + (size / before) * along
    return found if size <= enough else None


def _factor_cost(dual: Dual) -> float:
    facts, entries = len(dual.aims), int(dual.matrix.nnz)
    return _GRAM * entries * entries / max(len(dual.shares), 1) + _CHOLESKY * facts**3 / 3


def _product_cost(dual: Dual) -> float:
    return 2 * _PRODUCT * int(dual.matrix.nnz) + 2 * _READ * len(dual.aims) ** 2


def factor(hessian: Doubles) -> Factor:
    """Return the Cholesky factor of a Hessian given by its upper triangle; its diagonal may be changed.

    The Hessian is positive definite by the allowance; where rounding hides that (repeated facts under a tiny
    penalty) its diagonal is lifted until the factor exists. That bends the direction, never the objective or
    its optimum.

    Raises:
        ArithmeticError: no lift helps, so the Hessian holds values that are not finite.
    """
    diagonal = hessian.diagonal().copy()
    for lift in LIFTS:
        hessian[np.diag_indices_from(hessian)] = diagonal * (1 + lift)
        try:
            # The transpose is Fortran-ordered, as LAPACK wants it, and its lower triangle is our upper one.
            found: Factor = cho_factor(hessian.T, lower=True, check_finite=False)
        except LinAlgError:
            continue
        return found
    raise ArithmeticError(
        f"the Hessian of {len(diagonal)} facts has no Cholesky factor: contributions leave float64"
    )


def _solved(held: Factor, gradient: Doubles) -> Doubles:
    return np.asarray(cho_solve(held, gradient, check_finite=False))
