"""Checks of the arrays that enter an imputation: a refusal names the array, place, value and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation.protocol import Capabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runtime.imputation.protocol import Draw, Floats, Predictors, Rows


def check_donors(predictors: Predictors, targets: Floats, weights: Floats) -> None:
    """Refuse donors that a method could only misread.

    Args:
        predictors: (n, p) float32, C-contiguous, NaN allowed, infinity not.
        targets: (n, t) float64, finite.
        weights: (n,) float64, finite, none negative, at least one positive.

    Raises:
        ValueError: the first rule broken, with its place and value.
    """
    check_predictors(predictors)
    _check_layout("targets", targets, np.dtype(np.float64), dimensions=2)
    _check_layout("weights", weights, np.dtype(np.float64), dimensions=1)
    if not len(predictors) == len(targets) == len(weights):
        raise ValueError(
            f"predictors, targets and weights must describe the same donors, but hold "
            f"{len(predictors)}, {len(targets)} and {len(weights)} rows",
        )
    if targets.shape[1] == 0:
        raise ValueError("targets has no column: name at least one variable to impute")
    _refuse("targets", targets, ~np.isfinite(targets), "drop the donor or fill the value before the fit")
    _check_weights(weights)


def check_predictors(predictors: Predictors) -> None:
    """Refuse predictors that are not (rows, p) float32, C-contiguous, finite or NaN, with p of at least 1."""
    _check_layout("predictors", predictors, np.dtype(np.float32), dimensions=2)
    if not predictors.flags.c_contiguous:
        raise ValueError("predictors must be C-contiguous: pass numpy.ascontiguousarray(predictors)")
    if predictors.shape[1] == 0:
        raise ValueError("predictors has no column: pass a constant column for an unconditional draw")
    _refuse("predictors", predictors, np.isinf(predictors), "write NaN for a missing value")


def check_recipients(predictors: Predictors, columns: int, draws: int) -> None:
    """Refuse recipients whose predictors do not match the `columns` of the fit, and `draws` below 1."""
    check_predictors(predictors)
    if predictors.shape[1] != columns:
        raise ValueError(f"the fit saw {columns} predictors, the recipients have {predictors.shape[1]}")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")


def check_capabilities(method: object) -> None:
    """Refuse what is no imputation method.

    Raises:
        TypeError: it has no `fit`, or its `capabilities` are none.
    """
    if not callable(getattr(method, "fit", None)):
        raise TypeError(f"{type(method).__name__} has no method `fit`")
    if not isinstance(getattr(method, "capabilities", None), Capabilities):
        raise TypeError(f"{type(method).__name__} has no `capabilities`, which say what it promises")


def check_draw(draw: Draw, shape: tuple[int, int, int], weights: Floats) -> None:
    """Refuse what a method has drawn unless it is what every method promises.

    Args:
        draw: what `sample` returned.
        shape: the (draws, m, t) that was asked for.
        weights: (n,) of the donors of the fit.

    Raises:
        ValueError: values or donors of another shape, a value that is not finite, no donor, or one of weight
            zero.
    """
    if draw.values.shape != shape:
        raise ValueError(f"the method drew values of shape {draw.values.shape}, not {shape}")
    values = draw.values.reshape(-1, shape[2])
    _refuse("drawn values", values, ~np.isfinite(values), "the method has to draw a number")
    if draw.donors is not None:
        check_chosen(draw.donors, shape[:2], weights)


def check_chosen(chosen: Rows, shape: tuple[int, int], weights: Floats) -> None:
    """Refuse donors that cannot have been drawn.

    Args:
        chosen: the donors that a method named.
        shape: the (draws, m) that was asked for.
        weights: (n,) of the donors of the fit.

    Raises:
        ValueError: donors of another shape, no donor, or one of weight zero.
    """
    if chosen.shape != shape:
        raise ValueError(f"the method named donors of shape {chosen.shape}, not {shape}")
    donors = chosen.ravel()
    outside = (donors < 0) | (donors >= len(weights))
    _refuse("donors", donors, outside, f"there are {len(weights)}, counted from 0")
    _refuse("donors", donors, weights[donors] == 0, "that donor has no weight and gives nothing")


def _check_weights(weights: Floats) -> None:
    _refuse("weights", weights, ~np.isfinite(weights), "every donor needs a finite design weight")
    _refuse("weights", weights, weights < 0, "a design weight is not negative; use 0 to leave a donor out")
    if not (weights > 0).any():
        raise ValueError(
            f"weights: none of the {len(weights)} donors has a positive weight, so none can be drawn"
        )


def _check_layout(name: str, array: NDArray[Any], dtype: np.dtype[Any], dimensions: int) -> None:
    if array.dtype != dtype:
        raise ValueError(
            f"{name} must be {dtype}, not {array.dtype}: convert with {name}.astype(numpy.{dtype})"
        )
    if array.ndim != dimensions:
        raise ValueError(f"{name} must have {dimensions} dimensions, not {array.ndim} (shape {array.shape})")


def _refuse(name: str, array: NDArray[Any], culprits: NDArray[np.bool_], remedy: str) -> None:
    """Raise for the first True of `culprits`, if there is one."""
    if not culprits.any():
        return
    place = tuple(int(index) for index in np.argwhere(culprits)[0])
    where = f"row {place[0]}" + (f", column {place[1]}" if len(place) > 1 else "")
    raise ValueError(
        f"{name}: {where} is {array[place]} ({int(culprits.sum())} such values); {remedy}",
    )
