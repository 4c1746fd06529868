"""Every registered imputation method keeps what the published conformance suite holds methods to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from runtime.imputation import imputer
from runtime.imputation.conformance import CHECKS, Subject, name_of
from runtime.imputation.registry import ENTRY_POINT, kinds, method_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Small settings of every registered method, one a way of working; a method without an entry fails here.
SMALL: dict[str, tuple[dict[str, Any], ...]] = {
    "forest": ({"trees": 8, "n_jobs": 1},),
    "qrf": ({"trees": 60, "n_jobs": 1},),
    "zi_qrf": ({"trees": 60, "n_jobs": 1},),
    "regime_aware": ({"trees": 60, "n_jobs": 1},),
    "cart": ({},),
    "ols": ({"residuals": "empirical"}, {"residuals": "normal"}),
    "quantreg": ({"levels": 3, "donors": 200},),
    "rank_match": ({"trees": 60, "n_jobs": 1},),
    "hotdeck": (
        {"choose": "nearest", "n_jobs": 1},
        {"choose": "constrained", "n_jobs": 1},
        {"choose": "random", "bands": 20},
    ),
}
SUBJECTS = [
    pytest.param(Subject(partial(method_of(kind), **small)), id=f"{kind}{number or ''}")
    for kind in kinds()
    if kind != ENTRY_POINT
    for number, small in enumerate(SMALL[kind])
]


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_methods_conform(subject: Subject, check: Callable[[Subject], None]) -> None:
    """What the check says."""
    check(subject)


def test_an_unknown_kind_lists_the_known() -> None:
    """A misspelt kind shows what there is."""
    with pytest.raises(ValueError, match=r"unknown imputer kind 'forrest': choose one of .*forest, .*qrf"):
        imputer("forrest")


def test_an_unknown_parameter_is_named() -> None:
    """So does a misspelt parameter."""
    with pytest.raises(
        ValueError, match="imputer kind 'forest' has no parameter 'leafs': it takes trees, leaf"
    ):
        imputer("forest", leafs=3)
