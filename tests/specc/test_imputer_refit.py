"""`Imputer(refit=...)`: every draw but the first is from a fit of its own, to donors weighed anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from specc import Imputer

_AGES = np.random.default_rng(8).integers(18, 80, 200)
SURVEY = pl.DataFrame(
    {
        "age": _AGES,
        "case": np.arange(200) // 5,
        "wage": 300.0 * _AGES + np.arange(200) % 7,
        "weight": 1.0 + _AGES % 3,
    }
)
HOUSEHOLDS = SURVEY.select("age").head(60)


def _draws(number: int, source: pl.DataFrame = SURVEY, **changed: Any) -> list[pl.DataFrame]:  # noqa: ANN401 - parameters
    given: dict[str, Any] = {"method": "ols", "predictors": ["age"], "seed": 3} | changed
    imputer = Imputer(**given)
    found = imputer.fit(source, targets=["wage"], weights="weight").transform(HOUSEHOLDS, draws=number)
    assert isinstance(found, list)
    return found


def test_the_first_draw_stays_and_others_are_the_same_however_many_there_are() -> None:
    """A draw depends on its number and the seed alone."""
    plain, two, four = _draws(2), _draws(2, refit=True), _draws(4, refit=True)
    assert two[0].equals(plain[0])
    assert not two[1].equals(plain[1])
    assert [one.equals(other) for one, other in zip(two, four, strict=False)] == [True, True]
    assert not _draws(2, refit=True, seed=4)[1].equals(two[1])


def test_the_fit_itself_is_drawn() -> None:
    """Where nothing is random but noise, means of draws spread by the fit as well: more than from one fit."""
    random = np.random.default_rng(1)
    noisy = SURVEY.with_columns(wage=pl.Series(random.normal(0, 100, 200))).head(40)
    spread = {
        refit: np.std([draw["wage"].to_numpy().mean() for draw in _draws(60, noisy, refit=refit)])
        for refit in (False, True)
    }
    # Noise of 60 recipients, 100 / sqrt(60), and that of a fit to 40 donors besides.
    assert spread[False] == pytest.approx(100 / 60**0.5, rel=0.35)
    assert spread[True] > 1.25 * spread[False]


def test_rows_of_a_cluster_are_weighed_together() -> None:
    """So another division of the rows gives other draws; as text it is a cluster as well."""
    by_row, by_case = _draws(2, refit=True), _draws(2, refit="case")
    assert not by_row[1].equals(by_case[1])
    named = SURVEY.with_columns(pl.col("case").cast(pl.String))
    assert not _draws(2, named, refit="case")[1].equals(by_row[1])


def test_a_cluster_is_no_predictor() -> None:
    """Where predictors are what both frames have."""
    imputer = Imputer("ols", refit="case")
    with pytest.warns(UserWarning, match="predictors: age,"):
        imputer.fit(SURVEY, targets=["wage"], weights="weight").transform(SURVEY.select("age", "case"))
    assert imputer.predictors_ == ["age"]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pl.lit(1.5), "`case` is of type Float64: clusters are whole numbers or text"),
        (pl.when(pl.col("age") > 20).then("case"), "`case` is missing for"),
    ],
)
def test_what_tells_no_clusters_is_refused_by_the_fit(column: pl.Expr, said: str) -> None:
    """Before anything is learnt."""
    with pytest.raises(ValueError, match=said):
        Imputer("ols", predictors=["age"], refit="case").fit(
            SURVEY.with_columns(case=column), targets=["wage"], weights="weight"
        )
