"""Columns on another scale, and back: logarithms, hyperbolic arcsines, weighted ranks, normal scores.

A scale is learnt from donors alone. It is strictly increasing on their values, so that it can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from runtime.imputation.encoding import NotEncodable
from runtime.imputation.ranks import mid_ranks

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats

_MOST_EXTREME = 1e-12
# A line may lead to where no number is any more.
_LARGEST = 700.0


class Scale(Protocol):
    """A strictly increasing function of a column, and its inverse; NaN stays NaN."""

    def there(self, values: Floats) -> Floats:
        """Return (rows,) values on the scale."""
        ...

    def back(self, values: Floats) -> Floats:
        """Return (rows,) values of the scale as amounts again."""
        ...


@dataclass(frozen=True, slots=True)
class Log:
    """The natural logarithm, of amounts above zero."""

    name: str

    def there(self, values: Floats) -> Floats:
        """Return logarithms.

        Raises:
            NotEncodable: a value is not above zero.
        """
        odd = np.flatnonzero(values <= 0)
        if len(odd):
            said = f"`{self.name}` is {values[odd[0]]:g} in row {odd[0]} ({len(odd)} such values)"
            remedy = "use `asinh`; or, of a predictor that is never negative, tell `zeros_apart`"
            raise NotEncodable(f"{said}, which has no logarithm", remedy)
        return np.log(values)

    def back(self, values: Floats) -> Floats:
        """Return amounts."""
        return np.exp(np.minimum(values, _LARGEST))


@dataclass(frozen=True, slots=True)
class Asinh:
    """The hyperbolic arcsine: a logarithm of large amounts that also knows zero and losses."""

    def there(self, values: Floats) -> Floats:
        """Return hyperbolic arcsines."""
        return np.arcsinh(values)

    def back(self, values: Floats) -> Floats:
        """Return amounts."""
        return np.sinh(np.clip(values, -_LARGEST, _LARGEST))


@dataclass(frozen=True, slots=True)
class Ranks:
    """Weighted mid-ranks among donors, or the normal scores of these.

    Between two values of donors a rank lies on the line between theirs, beyond all of them it is that of the
    nearest: who has more than every donor is told as the donor who has most, and so is undone.

    Attributes:
        values: (k,) distinct values of donors, in order.
        ranks: (k,) their mid-ranks, in (0, 1).
        is_normal: whether a rank is told by its normal score.
    """

    values: Floats
    ranks: Floats
    is_normal: bool

    @classmethod
    def of(cls, column: Floats, weights: Floats, *, is_normal: bool) -> Ranks:
        """Take ranks among (n,) donors of positive weights (n,). Without any donor all are in the middle."""
        if not len(column):
            return cls(np.zeros(1), np.full(1, 0.5), is_normal)
        values, first = np.unique(column, return_index=True)
        return cls(values, mid_ranks(column, weights)[first], is_normal)

    def there(self, values: Floats) -> Floats:
        """Return ranks, or scores."""
        ranks = np.where(np.isnan(values), np.nan, np.interp(values, self.values, self.ranks))
        found: Floats = ndtri(np.clip(ranks, _MOST_EXTREME, 1 - _MOST_EXTREME)) if self.is_normal else ranks
        return found

    def back(self, values: Floats) -> Floats:
        """Return amounts."""
        return np.interp(ndtr(values) if self.is_normal else values, self.ranks, self.values)


def scale_of(kind: str, name: str, column: Floats, weights: Floats) -> Scale:
    """Return a scale by its name in a bundle, learnt from (n,) donors; a missing value teaches nothing."""
    if kind == "log":
        return Log(name)
    if kind == "asinh":
        return Asinh()
    there = ~np.isnan(column) & (weights > 0)
    return Ranks.of(column[there], weights[there], is_normal=kind == "quantile")
