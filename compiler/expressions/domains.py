"""Which values a column may have: bounds, or the values themselves where they are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Constant = float | str | bool


@dataclass(frozen=True, slots=True)
class Domain:
    """The values of a column that is of one kind: `number`, `text` or `bool`.

    A bound of None is none; a bound that is `open` is not a value itself. `values` are all there may be,
    None where they are not known one by one. Of nulls all this says nothing: there are some if `nullable`.
    """

    kind: str
    low: Any = None
    high: Any = None
    low_open: bool = False
    high_open: bool = False
    values: frozenset[Constant] | None = None
    nullable: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no such value."""
        if self.values is not None:
            return not self.values
        if self.low is None or self.high is None:
            return False
        is_open = self.low_open or self.high_open
        return bool(self.low > self.high or (self.low == self.high and is_open))

    def where(self, comparison: str, constant: Constant) -> Domain:
        """Return the values that compare so with a constant: `=`, `<>`, `<`, `<=`, `>` or `>=`."""
        if comparison == "<>":
            return self._without(constant)
        low = None if comparison in {"<", "<="} else constant
        high = None if comparison in {">", ">="} else constant
        return self._between(low, high, is_open=comparison in {"<", ">"})

    def joined(self, other: Domain) -> Domain | None:
        """Return what holds the values of both; None where they are of different kinds."""
        if self.kind != other.kind:
            return None
        nullable = self.nullable or other.nullable
        if self.values is not None and other.values is not None:
            return of_values(self.kind, self.values | other.values, nullable=nullable)
        if self.is_empty or other.is_empty:
            left = other if self.is_empty else self
            return Domain(
                self.kind, left.low, left.high, left.low_open, left.high_open, left.values, nullable
            )
        lows, highs = (self.low, other.low), (self.high, other.high)
        low = None if None in lows else min(lows)
        high = None if None in highs else max(highs)
        return Domain(self.kind, low, high, nullable=nullable)

    def __str__(self) -> str:
        if self.is_empty:
            return "has no value"
        if self.values is not None and len(self.values) <= 6:
            listed = ", ".join(_said(value) for value in sorted(self.values))
            return f"is one of {listed}" if len(self.values) > 1 else f"is always {listed}"
        if self.low is not None and self.low == self.high:
            return f"is always {_said(self.low)}"
        ends = (("at least", self.low), ("at most", self.high))
        if None not in (self.low, self.high):
            return f"runs from {_said(self.low)} to {_said(self.high)}"
        return "is " + " ".join(f"{word} {_said(end)}" for word, end in ends if end is not None)

    def _without(self, constant: Constant) -> Domain:
        if self.values is not None:
            return of_values(self.kind, self.values - {constant})
        low_open = self.low_open or self.low == constant
        high_open = self.high_open or self.high == constant
        return Domain(self.kind, self.low, self.high, low_open, high_open)

    def _between(self, low: Any, high: Any, *, is_open: bool) -> Domain:  # noqa: ANN401 - a constant of the kind
        lows = [(end, o) for end, o in ((self.low, self.low_open), (low, is_open)) if end is not None]
        highs = [(end, not o) for end, o in ((self.high, self.high_open), (high, is_open)) if end is not None]
        # Of equal bounds the open one says more.
        least, low_open = max(lows, default=(None, False))
        most, high_closed = min(highs, default=(None, True))
        inner = Domain(self.kind, least, most, low_open, not high_closed)
        if self.values is None:
            return inner
        return of_values(self.kind, frozenset(value for value in self.values if inner.holds(value)))

    def holds(self, value: Any) -> bool:  # noqa: ANN401 - a constant of the kind
        """Tell whether a value lies between the bounds."""
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return bool(above and below)


def of_values(kind: str, values: frozenset[Constant], *, nullable: bool = False) -> Domain:
    """Return the domain of values that are all known."""
    ends: tuple[Any, Any] = (min(values), max(values)) if values else (None, None)
    return Domain(kind, *ends, values=values, nullable=nullable)


def _said(value: Constant) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, int | float) else f"'{value}'"
