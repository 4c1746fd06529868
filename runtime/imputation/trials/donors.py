"""Donors of whom some are held out: their columns as they are, and as numbers that scores compare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.encoding import PredictorCodes, TargetCodes
from runtime.imputation.protocol import Capabilities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    import polars as pl

    from runtime.imputation.protocol import Floats, Rows

# Scores are of no method: they take any column, and text by the code of its category.
ANY = Capabilities(order="joint", values="copied", categories="codes")


@dataclass(frozen=True, slots=True)
class Donors:
    """Those who give; n rows.

    Attributes:
        table: their predictors and targets, as they are.
        known_names: of the p predictors that are no target.
        codes: how the t targets are told.
        known: (n, p) predictors; NaN is missing, text is its code.
        targets: (n, t), text is its code.
        categories: those of each predictor and target that is text, in the order of their codes.
        weights: (n,).
        units: (n,) the unit that no fold splits.
        classes: (n,) what a donor shares with its recipient; None where there are no classes.
        top: (n,) the amount that says who a donor sample keeps; None without one.
    """

    table: pl.DataFrame
    known_names: tuple[str, ...]
    codes: TargetCodes
    known: Floats
    targets: Floats
    categories: Mapping[str, tuple[str, ...]]
    weights: Floats
    units: Rows
    classes: npt.NDArray[np.str_] | None = None
    top: Floats | None = None

    @classmethod
    def of(
        cls,
        table: pl.DataFrame,
        known: Sequence[str],
        targets: Sequence[str],
        weights: Floats,
        units: Rows,
        classes: npt.NDArray[np.str_] | None = None,
    ) -> Donors:
        """Read donors from a table of `known` and `targets`.

        Raises:
            NotEncodable: a column that cannot be told in numbers, or a target that is missing.
        """
        beside, codes = PredictorCodes.of(table, known, ANY), TargetCodes.of(table, targets, ANY)
        # As a fit reads predictors: in single precision.
        numbers = beside.encode(table, "donors").astype(np.float64)
        categories = {**beside.categories, **codes.categories}
        return cls(
            table, tuple(known), codes, numbers, codes.encode(table), categories, weights, units, classes
        )

    def only(self, rows: Rows) -> Donors:
        """Return some of them."""
        return replace(
            self,
            table=self.table[rows],
            known=self.known[rows],
            targets=self.targets[rows],
            weights=self.weights[rows],
            units=self.units[rows],
            classes=None if self.classes is None else self.classes[rows],
            top=None if self.top is None else self.top[rows],
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The targets, in order."""
        return tuple(self.codes.types)
