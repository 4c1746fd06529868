"""Imputation methods by the name a bundle gives them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from runtime.imputation.forest import JointForest
from runtime.imputation.qrf import ChainedQuantileForest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.imputation.protocol import Imputer


def kinds() -> tuple[str, ...]:
    """Return the names `imputer` understands, sorted."""
    return tuple(sorted(_methods()))


def imputer(kind: str, **parameters: object) -> Imputer:
    """Build the imputation method `kind`.

    Args:
        kind: `forest` (the default method: `runtime.imputation.forest`) or `qrf` (`runtime.imputation.qrf`).
        parameters: the fields of the method's dataclass; those not given keep their default.

    Raises:
        ValueError: an unknown kind or parameter (the message lists the known ones), or a value out of range.
    """
    methods = _methods()
    if kind not in methods:
        raise ValueError(f"unknown imputer kind {kind!r}: choose one of {', '.join(sorted(methods))}")
    method = methods[kind]
    known = [field.name for field in fields(method)]
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise ValueError(
            f"imputer kind {kind!r} has no parameter {unknown[0]!r}: it takes {', '.join(known)}"
        )
    built: Imputer = method(**parameters)
    return built


def _methods() -> Mapping[str, type[Any]]:
    """The one list of methods; a bundle's own would join it here."""
    return {"forest": JointForest, "qrf": ChainedQuantileForest}
