"""What a miss of each trained fact costs: its tolerance, and the weight of its group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from runtime.calibration.problem import USUAL_TOLERANCE, miss_scale
from runtime.operations.fact_misses import STANDARD_ERROR, TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.calibration.problem import Problem

    Doubles = npt.NDArray[np.float64]


def with_tolerances(problem: Problem, ledger: pl.DataFrame, declared: Mapping[str, float | str]) -> Problem:
    """Return a problem that knows the tolerance of each fact, and which are exact, where not all are usual.

    `declared` is what targets say of all their facts. A row of a table that has a tolerance of its own has
    that; one with a standard error has that as a share of what misses of the fact are divided by.
    """
    stated = [name for name in (TOLERANCE, STANDARD_ERROR) if name in ledger.columns]
    if not declared and not stated:
        return problem
    each = [declared.get(target, USUAL_TOLERANCE) for target in ledger["target"]]
    found = np.asarray([USUAL_TOLERANCE if each_is == "exact" else each_is for each_is in each], np.float64)
    exact = np.asarray([each_is == "exact" for each_is in each], np.bool_)
    for name in stated:
        own = ledger[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        shares = own if name == TOLERANCE else own / miss_scale(problem)
        found = np.where(np.isnan(shares), found, shares)
    return replace(problem, tolerance=found, exact=exact)


def importance_of(
    ledger: pl.DataFrame, groups: list[str], weights: Mapping[str, float] | None = None
) -> Doubles | None:
    """Return the factor on each fact's squared miss, 1 on average; None where it is 1 for all.

    `groups` are columns of the ledger: groups of facts weigh the same, however many facts are in each.
    `weights` are by `target.family` what a family weighs beside others.
    """
    if ledger.height == 0 or not (groups or weights):
        return None
    factors = np.ones(ledger.height)
    if groups:
        sizes = ledger.select(groups).with_columns(pl.len().over(groups).alias("__size"))
        number = sizes.select(groups).n_unique()
        factors = np.asarray(ledger.height / (number * sizes["__size"].to_numpy()), np.float64)
    if not weights:
        return factors
    names = ledger.select(pl.concat_str(["target", "family"], separator=".")).to_series()
    factors *= np.asarray([weights.get(name, 1.0) for name in names], np.float64)
    scaled: Doubles = factors * (ledger.height / factors.sum())
    return scaled
