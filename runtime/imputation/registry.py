"""Imputation methods by the name a bundle gives them."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

from runtime.imputation.plugins import made_by, plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runtime.imputation.protocol import Imputer


ENTRY_POINT = "entry_point"
# Where each stands. One is imported when it is asked for: what some of them need takes a second to load.
_METHODS = {
    "forest": ("forest", "JointForest"),
    "qrf": ("qrf", "ChainedQuantileForest"),
    "hotdeck": ("hotdeck", "HotDeck"),
    "zi_qrf": ("gated", "ZeroInflatedForest"),
    "regime_aware": ("gated", "RegimeAwareForest"),
    "cart": ("cart", "Cart"),
    "ols": ("ols", "LeastSquares"),
    "quantreg": ("quantreg", "QuantileRegression"),
    "rank_match": ("rank_match", "RankMatch"),
}


def kinds() -> tuple[str, ...]:
    """Return the names `imputer` understands, in the order in which the documentation lists them."""
    return (*_METHODS, ENTRY_POINT)


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
    if kind == ENTRY_POINT:
        return _plugin(targets, **parameters)
    if kind not in _METHODS:
        raise ValueError(f"unknown imputer kind {kind!r}: choose one of {', '.join(sorted(kinds()))}")
    method = method_of(kind)
    known = [name for name in inspect.signature(method).parameters if name != "targets"]
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise ValueError(
            f"imputer kind {kind!r} has no parameter {unknown[0]!r}: it takes {', '.join(known)}"
        )
    return made(method, targets, **parameters)


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


def method_of(kind: str) -> Callable[..., Any]:
    """Return the class of a method that is not an entry point."""
    module, name = _METHODS[kind]
    found: Callable[..., Any] = getattr(import_module(f"runtime.imputation.{module}"), name)
    return found
