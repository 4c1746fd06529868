"""Imputation methods by the name a bundle gives them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from runtime.imputation.forest import JointForest
from runtime.imputation.gated import RegimeAwareForest, ZeroInflatedForest
from runtime.imputation.hotdeck import HotDeck
from runtime.imputation.qrf import ChainedQuantileForest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runtime.imputation.protocol import Imputer


def kinds() -> tuple[str, ...]:
    """Return the names `imputer` understands, in the order in which the documentation lists them."""
    return tuple(_methods())


def imputer(kind: str, *, targets: Sequence[str] = (), **parameters: object) -> Imputer:
    """Build the imputation method `kind`.

    Args:
        kind: one of `kinds()`; docs/imputation.md says what each is good at.
        targets: names of the targets to come, in order. A method that draws target by target derives their
            random numbers from them; the others have no use for them.
        parameters: the fields of the method's dataclass; those not given keep their default.

    Raises:
        ValueError: an unknown kind or parameter (the message lists the known ones), or a value out of range.
    """
    methods = _methods()
    if kind not in methods:
        raise ValueError(f"unknown imputer kind {kind!r}: choose one of {', '.join(sorted(methods))}")
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


def _methods() -> Mapping[str, Callable[..., Any]]:
    return {
        "forest": JointForest,
        "qrf": ChainedQuantileForest,
        "hotdeck": HotDeck,
        "zi_qrf": ZeroInflatedForest,
        "regime_aware": RegimeAwareForest,
    }
