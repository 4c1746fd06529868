"""What cannot be learnt from, or drawn for, is refused with the array, the row and the value."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from runtime.imputation.conformance.subject import Donors, Subject, expect, mixed_donors
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Callable


def bad_donors_are_refused_by_name(subject: Subject) -> None:
    """Whatever is wrong with them, the message says what and where."""
    for what, (change, words) in _BAD.items():
        donors = change(mixed_donors(subject, 20))
        _refused(partial(subject.fit, donors), what, *words)


def recipients_of_another_shape_are_refused(subject: Subject) -> None:
    """Another number of predictors than in the fit, an infinite one, or no draws at all."""
    fitted, rng = subject.fit(mixed_donors(subject)), stream(0, "conformance", "draw")
    infinite = np.array([[0.0, np.inf, 0.0]], np.float32)
    _refused(lambda: fitted.sample(np.zeros((4, 2), np.float32), rng), "two predictors of three", "3", "2")
    _refused(lambda: fitted.sample(infinite, rng), "an infinite predictor", "predictors", "row 0", "inf")
    _refused(lambda: fitted.sample(np.zeros((4, 3), np.float32), rng, 0), "no draws", "draws", "0")


def _refused(attempt: Callable[[], object], what: str, *words: str) -> None:
    try:
        attempt()
    except ValueError as error:
        missing = [word for word in words if word not in str(error)]
        expect(not missing, f"{what}: the message lacks {missing}: {error}")
    else:
        expect(holds=False, message=f"{what}: taken without a word")


def _put(donors: Donors, array: str, place: tuple[int, ...], value: float) -> Donors:
    getattr(donors, array)[place] = value
    return donors


def _flat(donors: Donors) -> Donors:
    return donors._replace(targets=donors.targets[:, 0])


def _short(donors: Donors) -> Donors:
    return donors._replace(targets=donors.targets[:-1])


_BAD: dict[str, tuple[Callable[[Donors], Donors], tuple[str, ...]]] = {
    "a negative weight": (lambda d: _put(d, "weights", (4,), -2.0), ("weights", "row 4", "-2.0")),
    "a weight that is no number": (lambda d: _put(d, "weights", (5,), np.nan), ("weights", "row 5", "nan")),
    "an infinite weight": (lambda d: _put(d, "weights", (6,), np.inf), ("weights", "row 6", "inf")),
    "no positive weight": (lambda d: d._replace(weights=d.weights * 0), ("weights", "20")),
    "no donors": (lambda d: Donors(d.predictors[:0], d.targets[:0], d.weights[:0]), ("0 donors",)),
    "a missing target": (lambda d: _put(d, "targets", (3, 0), np.nan), ("targets", "row 3", "nan")),
    "an infinite predictor": (
        lambda d: _put(d, "predictors", (2, 0), -np.inf),
        ("predictors", "row 2", "column 0", "-inf"),
    ),
    "no targets": (lambda d: d._replace(targets=d.targets[:, :0]), ("targets",)),
    "no predictors": (lambda d: d._replace(predictors=d.predictors[:, :0].copy()), ("predictors",)),
    "uneven rows": (_short, ("20", "19")),
    "targets of one dimension": (_flat, ("targets", "2 dimensions")),
    "whole numbers as targets": (
        lambda d: d._replace(targets=d.targets.astype(np.int64)),
        ("targets", "float64", "int64"),
    ),
    "predictors in Fortran's order": (
        lambda d: d._replace(predictors=np.asfortranarray(d.predictors)),
        ("predictors", "C-contiguous"),
    ),
}

CHECKS = (bad_donors_are_refused_by_name, recipients_of_another_shape_are_refused)
