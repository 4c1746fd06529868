"""`Imputer(method="auto")`: which of some methods predicts the donors best, found on the donors alone."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from compiler.model.trials import OF_BAKEOFFS, Prdc
from runtime.errors import NodeFailed
from runtime.imputation.parameters import at_least, one_of
from runtime.imputation.registry import imputer
from runtime.imputation.trials.choice import Choice, Contest, choose
from runtime.imputation.trials.donors import Donors
from runtime.imputation.trials.scores import known_metrics
from runtime.seeds import stream
from specc.dataframes import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import polars as pl

    from runtime.imputation.protocol import Floats, Rows

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Auto:
    """What is chosen between, and the unit of each donor that no fold splits; `groups` tells it."""

    contest: Contest
    units: Rows
    groups: str | None

    @classmethod
    def of(
        cls, source: pl.DataFrame | pd.DataFrame, targets: Sequence[str], parameters: Mapping[str, Any]
    ) -> Auto:
        """Read what decides.

        Raises:
            ValueError: a parameter that is missing, unknown or out of its range, of a candidate too.
        """
        known = list(inspect.signature(_read).parameters)[2:]
        for name in parameters:
            if name not in known:
                raise ValueError(f"method 'auto' has no parameter {name!r}: it takes {', '.join(known)}")
        for name, remedy in (
            ("candidates", "name methods, as in candidates=['forest', 'qrf']"),
            ("groups", "name the column of a unit that stays together, such as the household; None for rows"),
        ):
            if name not in parameters:
                raise ValueError(f"method 'auto' needs `{name}`: {remedy}")
        return _read(source, targets, **parameters)

    def choose(self, table: pl.DataFrame, predictors: list[str], weights: Floats, seed: int) -> Choice:
        """Return the candidate that predicts donors best, whose predictors and targets `table` has.

        Raises:
            ValueError: none of them can be tried, or nothing decides between them.
        """
        targets = [name for name in table.columns if name not in predictors]
        donors = Donors.of(table, predictors, targets, weights, self.units)
        try:
            return choose(donors, self.contest, partial(stream, seed, AUTO))
        except NodeFailed as error:
            raise ValueError(f"{error.message}; {error.remedy}") from error


def _read(
    source: pl.DataFrame | pd.DataFrame,
    targets: Sequence[str],
    candidates: Sequence[str | Mapping[str, Any]],
    groups: str | None,
    metric: str = "crps",
    folds: int = 5,
    draws: int = 10,
) -> Auto:
    at_least(2, folds=folds, draws=draws)
    one_of(tuple(name for name in known_metrics() if name not in OF_BAKEOFFS), metric=metric)
    models = [{"kind": each} if isinstance(each, str) else dict(each) for each in candidates]
    for model in models:
        if "kind" not in model:
            raise ValueError(f"the candidate {model} names no method: write its `kind`")
        imputer(targets=targets, **model)
    if len(models) < 2:
        raise ValueError("`candidates` leaves nothing to choose: name two methods or more")
    units = np.arange(len(source)) if groups is None else _units(source, groups)
    return Auto(Contest(models, metric, folds, draws, Prdc().model_dump()), units, groups)


def _units(source: pl.DataFrame | pd.DataFrame, groups: str) -> Rows:
    column = read(source, [groups], "source")[groups]
    if column.null_count():
        raise ValueError(f"{column.null_count()} donors have no `{groups}`: give each a group")
    units: Rows = column.rank("dense").to_numpy().astype(np.int64)
    return units
