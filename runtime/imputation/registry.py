"""Imputation methods by the name a bundle gives them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from runtime.imputation.cart import Cart
from runtime.imputation.forest import JointForest
from runtime.imputation.gated import RegimeAwareForest, ZeroInflatedForest
from runtime.imputation.hotdeck import HotDeck
from runtime.imputation.ols import LeastSquares
from runtime.imputation.plugins import made_by, plugin
from runtime.imputation.qrf import ChainedQuantileForest
from runtime.imputation.quantreg import QuantileRegression
from runtime.imputation.rank_match import RankMatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runtime.imputation.protocol import Imputer


ENTRY_POINT = "entry_point"


def kinds() -> tuple[str, ...]:
    """Return the names `imputer` understands, in the order in which the documentation lists them."""
    return (*_methods(), ENTRY_POINT)


def imputer(kind: str, *, targets: Sequence[str] = (), **parameters: Any) -> Imputer:  # noqa: ANN401 - each method's own
    """Build the imputation method `kind`.

    Args:
        kind: one of `kinds()`; docs/imputation.md says what each is good at.
        targets: names of the targets to come, in order. A method that draws target by target derives their
            random numbers from them; the others have no use for them.
        parameters: the fields of the method's dataclass; those not given keep their default.

    Raises:
        ValueError: an unknown kind or parameter (the message lists the known ones), or a value out of range.
        NodeFailed: kind `entry_point`, and no package offers the method in the version asked for.
    """
    methods = _methods()
    if kind == ENTRY_POINT:
        return _plugin(targets, **parameters)
    if kind not in methods:
        raise ValueError(f"unknown imputer kind {kind!r}: choose one of {', '.join(sorted(kinds()))}")
    known = [name for name in inspect.signature(methods[kind]).parameters if name != "targets"]
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise ValueError(
            f"imputer kind {kind!r} has no parameter {unknown[0]!r}: it takes {', '.join(known)}"
        )
    return made(methods[kind], targets, **parameters)


def made(make: Callable[..., Imputer], targets: Sequence[str], **parameters: object) -> Imputer:
    """Build a method, and name its targets to it if it takes them."""
    if "targets" in inspect.signature(make).parameters:
        return make(targets=tuple(targets), **parameters)
    return make(**parameters)


def _plugin(
    targets: Sequence[str], name: str, version: str, parameters: Mapping[str, Any] | None = None
) -> Imputer:
    make = plugin(name, version)
    return made_by(name, lambda: made(make, targets, **(parameters or {})))


def _methods() -> Mapping[str, Callable[..., Any]]:
    return {
        "forest": JointForest,
        "qrf": ChainedQuantileForest,
        "hotdeck": HotDeck,
        "zi_qrf": ZeroInflatedForest,
        "regime_aware": RegimeAwareForest,
        "cart": Cart,
        "ols": LeastSquares,
        "quantreg": QuantileRegression,
        "rank_match": RankMatch,
    }
