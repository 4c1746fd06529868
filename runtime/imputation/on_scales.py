"""A method that is told some columns on another scale, and zeros of some predictors apart.

What it draws is undone: a value that is copied from a donor, or is some donor's, is that donor's own to the
bit; one that the method has made is the inverse of the scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation.inputs import check_donors, check_recipients
from runtime.imputation.protocol import Reporting
from runtime.imputation.scales import scale_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from runtime.imputation.protocol import Capabilities, Draw, Fitted, Floats, Imputer, Predictors
    from runtime.imputation.scales import Scale

    Named = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class OnScales:
    """A method and the scales it is told columns on.

    Attributes:
        model: the method.
        predictors: by column of the predictors, its name and its scale.
        targets: by column of the targets, its name and its scale.
        apart: columns of the predictors of which a zero is told by an indicator of its own. Where it is zero
            the amount is at the mean of the others, so that it says nothing.
    """

    model: Imputer
    predictors: Mapping[int, Named] = field(default_factory=dict)
    targets: Mapping[int, Named] = field(default_factory=dict)
    apart: tuple[int, ...] = ()

    @property
    def capabilities(self) -> Capabilities:
        """Those of the method."""
        return self.model.capabilities

    def fit(self, predictors: Predictors, targets: Floats, weights: Floats, rng: Generator) -> FittedOnScales:
        """Learn the scales, then let the method learn on them; see `runtime.imputation.protocol`."""
        check_donors(predictors, targets, weights)
        told = _Told.of(self, predictors, weights)
        scales = {
            at: scale_of(kind, name, targets[:, at], weights) for at, (name, kind) in self.targets.items()
        }
        seen = _there(targets, scales)
        fitted = self.model.fit(told.of_rows(predictors), np.ascontiguousarray(seen), weights, rng)
        undone = {
            at: _Undone.of(scale, seen[:, at], targets[:, at], self.capabilities)
            for at, scale in scales.items()
        }
        return FittedOnScales(fitted, told, targets, undone)


def prepared(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the parameters of a block say of scales."""
    return {key: parameters[key] for key in ("transform", "zeros_apart") if key in parameters}


def on_scales(model: Imputer, block: Mapping[str, Any], places: Mapping[str, int]) -> Imputer:
    """Return the method of a block, with the scales that the block says and the method sees.

    A method that splits predictors anywhere goes by their order, one that copies donors compares their
    targets by ranks, or never: what such a method does not see is left as it is.

    Args:
        model: the method.
        block: its `targets`; `transform`, the scale of each predictor and target that has one; `zeros_apart`,
            names of predictors.
        places: by predictor that is a number, its column among those that the method sees.
    """
    scales, able = block.get("transform", {}), model.capabilities
    seen = places if able.categories == "indicators" else {}
    drawn = () if able.values == "copied" else block["targets"]
    found = OnScales(
        model=model,
        predictors={seen[name]: (name, kind) for name, kind in scales.items() if name in seen},
        targets={at: (name, scales[name]) for at, name in enumerate(drawn) if name in scales},
        apart=tuple(seen[name] for name in block.get("zeros_apart", ()) if name in seen),
    )
    return found if found.predictors or found.targets or found.apart else model


@dataclass(frozen=True, slots=True)
class FittedOnScales:
    """A fitted method with the scales, and the donors' targets (n, t) as they are."""

    fitted: Fitted
    told: _Told
    targets: Floats
    undone: Mapping[int, _Undone]

    def sample(self, predictors: Predictors, rng: Generator, draws: int = 1) -> Draw:
        """Draw, and undo the scales; see `runtime.imputation.protocol.Fitted.sample`."""
        check_recipients(predictors, self.told.columns, draws)
        draw = self.fitted.sample(self.told.of_rows(predictors), rng, draws)
        if draw.donors is not None:
            return replace(draw, values=self.targets[draw.donors])
        values = draw.values.copy()
        for at, undone in self.undone.items():
            values[:, :, at] = undone.of_drawn(values[:, :, at])
        return replace(draw, values=values)

    def report(self) -> dict[str, Any]:
        """Return what the method has to say of its fit: on the scales."""
        return self.fitted.report() if isinstance(self.fitted, Reporting) else {}


@dataclass(frozen=True, slots=True)
class _Told:
    """How predictors are told: their scales, and the mean amount where it is not zero, by column."""

    columns: int
    scales: Mapping[int, Scale]
    apart: Mapping[int, float]

    @classmethod
    def of(cls, method: OnScales, predictors: Predictors, weights: Floats) -> _Told:
        own, scales, apart = predictors.astype(np.float64), {}, {}
        for at in method.apart:
            own[own[:, at] == 0, at] = np.nan
        for at, (name, kind) in method.predictors.items():
            scales[at] = scale_of(kind, name, own[:, at], weights)
        for at in method.apart:
            column = scales[at].there(own[:, at]) if at in scales else own[:, at]
            there = ~np.isnan(column) & (weights > 0)
            apart[at] = float(np.average(column[there], weights=weights[there])) if there.any() else 0.0
        return cls(predictors.shape[1], scales, apart)

    def of_rows(self, predictors: Predictors) -> Predictors:
        """Return (rows, p + q) predictors on their scales, with the q indicators of what is not zero."""
        own = predictors.astype(np.float64)
        is_zero = {at: own[:, at] == 0 for at in self.apart}
        indicators = [np.where(np.isnan(own[:, at]), np.nan, own[:, at] != 0) for at in self.apart]
        for at, zero in is_zero.items():
            own[zero, at] = np.nan
        own = _there(own, self.scales)
        for at, mean in self.apart.items():
            own[is_zero[at], at] = mean
        return np.ascontiguousarray(np.column_stack([own, *indicators]), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Undone:
    """How a target comes off its scale: donors' values there in order, what each is, and the inverse.

    `always` says that the method draws donors' values alone.
    """

    scale: Scale
    seen: Floats
    own: Floats
    always: bool

    @classmethod
    def of(cls, scale: Scale, seen: Floats, own: Floats, able: Capabilities) -> _Undone:
        order = np.argsort(seen, kind="stable")
        return cls(scale, seen[order], own[order], able.values == "observed")

    def of_drawn(self, values: Floats) -> Floats:
        """Return amounts: a value that some donor has on the scale is that donor's own, to the bit."""
        place = np.minimum(np.searchsorted(self.seen, values), len(self.own) - 1)
        if self.always:
            return self.own[place]
        return np.where(self.seen[place] == values, self.own[place], self.scale.back(values))


def _there(values: Floats, scales: Mapping[int, Scale]) -> Floats:
    found = values.astype(np.float64, copy=True)
    for at, scale in scales.items():
        found[:, at] = scale.there(found[:, at])
    return found
