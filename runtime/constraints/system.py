"""Linear rules over the rows of an entity: which rows break which, and the points they are moved to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runtime.constraints.nearest import Nearest, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.constraints.nearest import Floats, Indices, Mask

# Sums and differences of floats that are equal but for rounding count as equal.
_ROUNDING = 1e-9
_BESIDE = 1e-11
_LEFT = 1e-12
_REFINEMENTS = 2


@dataclass(frozen=True, slots=True)
class System:
    """Rules and the rows they are about.

    Attributes:
        rules: (m, k) coefficients of the variables.
        sense: (m,) 1 where the sum is at least the bound, -1 where it is at most, 0 where it equals it.
        bounds: (n, m); any number where a rule does not apply.
        applies: (n, m) which rules a row must meet.
        moves: (k,) variables that may be moved.
        whole: (k,) variables that count in whole numbers.
    """

    rules: Floats
    sense: Floats
    bounds: Floats
    applies: Mask
    moves: Mask
    whole: Mask

    def still_broken(self, points: Floats, before: Floats) -> Mask:
        """Return (n, m) which rules are broken by more than rounding of what the rows were before."""
        bounds = np.where(self.applies, np.abs(self.bounds), 0.0).max(axis=1)
        largest = np.maximum(np.nan_to_num(np.abs(before)).max(axis=1), bounds)
        return self.broken(points, _LEFT * largest)

    def broken(self, points: Floats, least: Floats | float = 0.0) -> Mask:
        """Return (n, m) which rules the rows break.

        Where terms are added up, by more than rounding and more than `least`.
        """
        found = np.zeros(self.applies.shape, dtype=np.bool_)
        for number, rule in enumerate(self.rules):
            miss, scale = self._miss(points, number)
            is_sum = (rule != 0).sum() > 1
            found[:, number] = miss > (np.maximum(_ROUNDING * scale, least) if is_sum else 0.0)
        return found & self.applies

    def misses(self, points: Floats, broken: Mask) -> Floats:
        """Return (n, m) by how much the rows miss the bounds of the rules that they break; elsewhere zero."""
        by_rule = [self._miss(points, number)[0] for number in range(len(self.rules))]
        return np.where(broken, np.column_stack(by_rule), 0.0)

    def _miss(self, points: Floats, number: int) -> tuple[Floats, Floats]:
        """Return (n,) by how much a rule's bound is missed, not above zero where it is met, and the size."""
        rule, bound, sense = self.rules[number], self.bounds[:, number], self.sense[number]
        columns = np.flatnonzero(rule)
        terms = points[:, columns] * rule[columns]
        slack = terms.sum(axis=1) - bound
        scale: Floats = np.maximum(np.abs(terms).max(axis=1), np.abs(bound))
        return np.abs(slack) if sense == 0 else -sense * slack, scale

    def solved(self, points: Floats) -> Nearest:
        """Return the nearest points that break no rule; rows and variables that need not move do not.

        `blamed` names the rules of each row that has no such point.
        """
        found = self._once(points)
        for _ in range(0 if found.blamed.any() else _REFINEMENTS):
            # What a large row left by rounding is large beside the small amounts that it was moved to.
            again = self._once(found.points)
            found = Nearest(again.points, found.blamed | again.blamed)
        return found

    def _once(self, points: Floats) -> Nearest:
        moved, blamed = points.copy(), np.zeros(self.applies.shape, dtype=np.bool_)
        broken = self.broken(points)
        for variables, rules in self._components():
            rows = np.flatnonzero(broken[:, rules].any(axis=1))
            if not len(variables):
                blamed[:, rules] |= broken[:, rules]
            elif len(rows) and len(variables) == 1:
                moved[rows, variables[0]], blamed[np.ix_(rows, rules)] = self._clipped(
                    points[rows], rows, int(variables[0]), rules
                )
            elif len(rows):
                found = self._nearest(points[rows], rows, variables, rules)
                moved[np.ix_(rows, variables)] = found.points
                blamed[np.ix_(rows, rules)] = found.blamed
        return Nearest(moved, blamed)

    def _components(self) -> Iterator[tuple[Indices, Indices]]:
        """Yield variables that move together with the rules that join them; rules that move nothing last."""
        touched = (self.rules != 0) & self.moves
        left = self.moves.copy()
        for variable in np.flatnonzero(self.moves):
            if not left[variable]:
                continue
            inside = np.zeros(len(left), dtype=np.bool_)
            inside[variable], size = True, 0
            while inside.sum() > size:
                size = int(inside.sum())
                inside |= touched[touched[:, inside].any(axis=1)].any(axis=0)
            left &= ~inside
            yield np.flatnonzero(inside), np.flatnonzero(touched[:, inside].any(axis=1))
        yield np.array([], dtype=np.int64), np.flatnonzero(~touched.any(axis=1))

    def _due(self, points: Floats, rows: Indices, variables: Indices, rules: Indices) -> Floats:
        """Return (rows, rules) the bounds less what the variables that stay contribute."""
        stays = self.rules[rules].copy()
        stays[:, variables] = 0.0
        return self.bounds[np.ix_(rows, rules)] - np.where(np.isnan(points), 0.0, points) @ stays.T

    def _clipped(self, points: Floats, rows: Indices, variable: int, rules: Indices) -> tuple[Floats, Mask]:
        """Return a variable that moves alone between its bounds, and the rules that leave it no room."""
        times, using = self.rules[rules, variable], self.applies[np.ix_(rows, rules)]
        due = self._due(points, rows, np.array([variable]), rules) / times
        sense = self.sense[rules] * np.sign(times)
        low = np.where(using & (sense >= 0), due, -np.inf)
        high = np.where(using & (sense <= 0), due, np.inf)
        least, most = low.max(axis=1), high.min(axis=1)
        if self.whole[variable]:
            least, most = np.ceil(least), np.floor(most)
        with np.errstate(invalid="ignore"):
            apart = least - most > _ROUNDING * np.maximum(np.abs(least), np.abs(most))
        at_fault = (low == low.max(axis=1)[:, None]) | (high == high.min(axis=1)[:, None])
        return np.minimum(np.maximum(points[:, variable], least), most), using & at_fault & apart[:, None]

    def _nearest(self, points: Floats, rows: Indices, variables: Indices, rules: Indices) -> Nearest:
        turn = np.where(self.sense[rules] < 0, -1.0, 1.0)
        coefficients = self.rules[np.ix_(rules, variables)] * turn[:, None]
        due = self._due(points, rows, variables, rules) * turn
        applies = self.applies[np.ix_(rows, rules)]
        own = points[:, variables]
        known = np.where(np.isnan(own), 0.0, own)
        found = nearest(coefficients, self.sense[rules] == 0, known, due, applies)
        unit = np.maximum(np.abs(known).max(axis=1), np.where(applies, np.abs(due), 0.0).max(axis=1))
        exact = _on_bounds(found.points, coefficients, due, applies, _BESIDE * unit)
        return Nearest(np.where(np.isnan(own), own, exact), found.blamed)


def _on_bounds(points: Floats, rules: Floats, due: Floats, applies: Mask, rounding: Floats) -> Floats:
    """Return the points with what rounding has put beside zero, or beside a bound, exactly there."""
    exact = np.where(np.abs(points) <= rounding[:, None], 0.0, points)
    for number in np.flatnonzero((rules != 0).sum(axis=1) == 1):
        variable = int(np.flatnonzero(rules[number])[0])
        bound = due[:, number] / rules[number, variable]
        near = np.abs(points[:, variable] - bound) <= rounding
        exact[:, variable] = np.where(applies[:, number] & near, bound, exact[:, variable])
    return exact
