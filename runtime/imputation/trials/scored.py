"""What there is to score of a trial, and how a score is said."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Rows
    from runtime.imputation.trials.donors import Donors
    from runtime.imputation.trials.held_out import HeldOut


@dataclass(frozen=True, slots=True)
class Scored:
    """What there is to score; m records that were held out, n donors that taught.

    Attributes:
        names: of the t targets.
        truth: (m, t); text is the code of its category, here and below.
        drawn: (draws, m, t).
        weights: (m,), positive.
        known: (m, p) predictors; NaN is missing.
        known_names: of the predictors.
        units: (m,) the unit that no fold splits.
        taught: (n, p + t) predictors and targets of the donors that taught.
        taught_weights: (n,).
        settings: what the metrics are told: `prdc`, and `rare_cells` and `downstream` of a bake-off.
        random: gives the random numbers of a name.
        categories: those of each target and predictor that is text.
    """

    names: tuple[str, ...]
    truth: Floats
    drawn: Floats
    weights: Floats
    known: Floats
    known_names: tuple[str, ...]
    units: Rows
    taught: Floats
    taught_weights: Floats
    settings: Mapping[str, Any]
    random: Callable[[str], Generator]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, donors: Donors, held: HeldOut, settings: Mapping[str, Any], random: Callable[[str], Generator]
    ) -> Scored:
        """Return what was drawn for a fold beside what is true of it."""
        return cls(
            names=donors.names,
            truth=donors.targets[held.rows],
            drawn=held.drawn,
            weights=held.weights,
            known=donors.known[held.rows],
            known_names=donors.known_names,
            units=donors.units[held.rows],
            taught=np.column_stack([donors.known[held.taught], donors.targets[held.taught]]),
            taught_weights=held.taught_weights,
            settings=settings,
            random=random,
            categories=donors.categories,
        )

    def numbers(self) -> Compared:
        """Return all targets; text is a truth value for each of its categories, which share its place."""
        labels, share = [], []
        for name in self.names:
            parts = self.categories.get(name, ("",))
            labels += [(name, part) for part in parts]
            share += [1 / len(parts)] * len(parts)
        truth, drawn = (self.told(values, self.names) for values in (self.truth, self.drawn))
        return Compared(tuple(labels), truth, drawn, self.weights, np.array(share))

    def amounts(self) -> Compared:
        """Return the targets that are numbers or truth values."""
        places = [at for at, name in enumerate(self.names) if name not in self.categories]
        labels = tuple((self.names[at], "") for at in places)
        return Compared(
            labels, self.truth[:, places], self.drawn[:, :, places], self.weights, np.ones(len(places))
        )

    def told(self, values: Floats, names: Sequence[str]) -> Floats:
        """Return (..., c) columns of `names` with text as a 0 or 1 for each category; missing stays so."""
        if not any(name in self.categories for name in names):
            return values
        columns: list[Floats] = []
        for at, name in enumerate(names):
            column = values[..., at]
            codes = range(len(self.categories.get(name, ())))
            flags = [np.where(np.isnan(column), column, column == code) for code in codes]
            columns += flags if name in self.categories else [column]
        return np.stack(columns, axis=-1)


@dataclass(frozen=True, slots=True)
class Compared:
    """Columns of targets as they are compared.

    Attributes:
        labels: of each of c columns, the target and, of text, the category.
        truth: (m, c).
        drawn: (draws, m, c).
        weights: (m,).
        share: (c,) what a column counts in a mean over targets.
    """

    labels: tuple[tuple[str, str], ...]
    truth: Floats
    drawn: Floats
    weights: Floats
    share: Floats

    def mean_size(self, values: Floats) -> float | None:
        """Return the mean over targets of the sizes of (..., c) values, where they are defined."""
        return mean_size(values, self.share)

    def rows(self, parts: Mapping[str, Floats]) -> tuple[dict[str, Any], ...]:
        """Return a row a column and part; of text, the part begins with the category."""
        return tuple(
            {"target": name, "part": ": ".join(filter(None, (category, part))), "value": plain(values[at])}
            for at, (name, category) in enumerate(self.labels)
            for part, values in parts.items()
        )

    def scaled(self, parts: Mapping[str, Floats]) -> Score:
        """Return amounts in the targets' units, and the mean of their size over targets that vary.

        Each on its own scale, its mean absolute deviation.
        """
        scale = metrics.mean_absolute_deviation(self.truth, self.weights)
        varies = scale > 0
        sizes = [
            np.where(varies, np.abs(row), np.nan) / np.where(varies, scale, 1.0) for row in parts.values()
        ]
        return Score(self.mean_size(np.array(sizes)), self.rows(parts))


@dataclass(frozen=True, slots=True)
class Score:
    """A metric in one trial.

    Attributes:
        summary: the number that methods are compared by; None where it is not defined on these records.
        values: what it is made of: rows with `target` (or cell, or fact), `part` and `value`.
        about: what a reader must know of how it was computed, such as sample sizes.
    """

    summary: float | None
    values: tuple[dict[str, Any], ...] = ()
    about: tuple[tuple[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the score as plain JSON."""
        return {"summary": plain(self.summary), "values": list(self.values), "about": dict(self.about)}


def mean_size(values: Floats, share: Floats | float = 1.0) -> float | None:
    """Return the mean of the sizes of values that are finite, each counting for its share."""
    there = np.isfinite(values)
    if not there.any():
        return None
    return float(np.average(np.abs(values[there]), weights=np.broadcast_to(share, values.shape)[there]))


def plain(value: float | None) -> float | None:
    """Return a number that JSON can say."""
    return float(value) if value is not None and math.isfinite(value) else None
