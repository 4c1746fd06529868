"""What is left of the values of variables when all rules of a constraint hold: proved by their bounds alone.

The bounds of a rule's variables bound each other: of `a = b + c`, `b >= 0` and `c >= 5` follows `a >= 5`, and
from `a <= d` that `d >= 5`. This is repeated until nothing is narrower (Davis 1987, "Constraint propagation
with interval labels", Artificial Intelligence 32(3)). A variable that is left no value proves that no row can
meet the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.steps.linear import Linear

_ROUNDING = 1e-9


class End(NamedTuple):
    """The least or the greatest value of a variable, and the rule that says so."""

    value: float
    rule: Linear


class Empty(NamedTuple):
    """A variable that is left no value: it would be at least one thing and at most another."""

    name: str
    low: End
    high: End


@dataclass(slots=True)
class _Ranges:
    low: dict[str, End] = field(default_factory=dict)
    high: dict[str, End] = field(default_factory=dict)

    def narrowed(self, rule: Linear) -> Iterator[str]:
        """Narrow the variables of a rule by each other's ranges; yield those that are narrower."""
        for name, times in rule.terms:
            if rule.sense != "at_least" and (rest := self._rest(rule, name, least=True)) is not None:
                yield from self._bounded(name, times, rest, rule, is_most=True)
            if rule.sense != "at_most" and (rest := self._rest(rule, name, least=False)) is not None:
                yield from self._bounded(name, times, rest, rule, is_most=False)

    def _rest(self, rule: Linear, name: str, *, least: bool) -> float | None:
        """Return what is left of the bound when the other terms are the least, or the most, they can be."""
        left = rule.constant or 0.0
        for other, times in rule.terms:
            end = (self.low if (times > 0) == least else self.high).get(other)
            if other != name and end is None:
                return None
            left -= 0.0 if other == name or end is None else times * end.value
        return left

    def _bounded(self, name: str, times: int, rest: float, rule: Linear, *, is_most: bool) -> Iterator[str]:
        ends, sign = (self.high, -1.0) if is_most == (times > 0) else (self.low, 1.0)
        value, known = rest / times, ends.get(name)
        if known is None or sign * (value - known.value) > _ROUNDING * max(1.0, abs(value)):
            ends[name] = End(value, rule)
            yield name

    def empty(self, name: str) -> Empty | None:
        """Return a variable with its ends where they exclude each other."""
        low, high = self.low.get(name), self.high.get(name)
        if low is None or high is None:
            return None
        apart = low.value - high.value > _ROUNDING * max(1.0, abs(low.value), abs(high.value))
        return Empty(name, low, high) if apart else None


def first_empty(rules: list[Linear]) -> Empty | None:
    """Return a variable that rules about the same rows leave no value; None where there is none.

    Rules whose bound differs from row to row say nothing here.
    """
    known, ranges = [rule for rule in rules if rule.constant is not None], _Ranges()
    # Single bounds first: a sum is then blamed for what it cannot reach between them.
    known.sort(key=lambda rule: len(rule.terms) > 1)
    # Circles of rules may narrow for ever, by less and less: what is proved is proved within so many rounds.
    for _ in range(len(known) + 1):
        narrower = False
        for rule in known:
            for name in ranges.narrowed(rule):
                narrower = True
                if (found := ranges.empty(name)) is not None:
                    return found
        if not narrower:
            break
    return None


def about_same_rows(rules: list[Linear]) -> Iterator[list[Linear]]:
    """Yield, condition by condition, the rules that hold wherever it does."""
    conditions = dict.fromkeys(rule.where for rule in rules)
    for where in sorted(conditions, key=lambda each: each or ""):
        yield [rule for rule in rules if rule.where is None or _implies(where, rule.where)]


def _implies(where: str | None, other: str) -> bool:
    """Tell whether rows that meet a condition surely meet another, which may be that of the whole set."""
    return where is not None and (where == other or where.startswith(f"({other}) and ("))
