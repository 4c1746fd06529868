"""`specc.Imputer` behind other steps of scikit-learn: targets beside predictors, frames of a kind, seeds."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from specc import Imputer

KNOWN, TARGETS = ["age", "region"], ["wage", "sector"]


def survey(rows: int = 300) -> pd.DataFrame:
    """Return donors, with an index that is no count of rows."""
    random = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "age": random.integers(18, 80, rows),
            "region": random.choice(["plain", "coast"], rows),
            "wage": pd.array(random.integers(0, 90_000, rows), dtype="Int32"),
            "sector": pd.Categorical(random.choice(["shop", "farm"], rows), ["shop", "farm", "mine"]),
            "weight": random.uniform(0.5, 3.0, rows),
        }
    ).set_axis([f"r{number}" for number in range(rows)])  # fmt: skip


def households() -> pd.DataFrame:
    """Return recipients."""
    return survey(80)[KNOWN]


def small(**changed: object) -> Imputer:
    """Return an imputer that is quick."""
    given: dict[str, Any] = {"predictors": KNOWN, "trees": 8, "n_jobs": 1} | changed
    return Imputer(**given)


def scaled(output: str) -> Pipeline:
    """Return a pipeline whose first step knows predictors by name, and changes them."""
    columns = [("scaled", StandardScaler(), ["age"]), ("same", "passthrough", ["region"])]
    prepared = ColumnTransformer(columns, verbose_feature_names_out=False)
    return Pipeline([("prep", prepared), ("impute", small())]).set_output(transform=output)


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_steps_before_see_predictors_alone_where_targets_are_y(output: str) -> None:
    """Scaling moves no split, so that the same donors give as without it; types of the targets stay."""
    donors = survey()
    pipeline = clone(scaled(output)).fit(donors[KNOWN], donors[TARGETS], impute__weights=donors["weight"])
    drawn = pipeline.transform(households())
    alone = small().fit(donors, targets=TARGETS, weights="weight").transform(households())
    if output == "pandas":
        pd.testing.assert_frame_equal(drawn[TARGETS], alone[TARGETS])
    else:
        assert isinstance(drawn, pl.DataFrame)
        assert drawn["wage"].to_list() == alone["wage"].to_list()
        assert drawn["sector"].to_list() == alone["sector"].to_list()


def test_a_pipeline_is_fitted_and_drawn_at_once_and_survives_pickling() -> None:
    """`fit_transform` draws for the donors what they are not known to have."""
    donors = survey()
    pipeline = scaled("pandas")
    drawn = pipeline.fit_transform(donors[KNOWN], donors[TARGETS], impute__weights=donors["weight"])
    assert list(drawn.columns) == [*KNOWN, *TARGETS]
    again = pickle.loads(pickle.dumps(pipeline))  # noqa: S301 - what was just written
    pd.testing.assert_frame_equal(again.transform(donors[KNOWN]), drawn)


def test_of_y_some_columns_may_be_drawn() -> None:
    """`targets` then names them; the rest of y is no predictor that nobody asked for."""
    donors = survey()
    imputer = small().fit(donors[KNOWN], donors[TARGETS], targets=["wage"], weights=None)
    assert list(imputer.transform(households()).columns) == [*KNOWN, "wage"]


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (survey(299)[TARGETS], "y has 299 rows, the source 300"),
        (survey()[["age"]], "`age` is in y and in the source"),
    ],
)
def test_targets_of_other_rows_or_names_are_refused(y: pd.DataFrame, said: str) -> None:
    """With what to do."""
    with pytest.raises(ValueError, match=said):
        small().fit(survey()[KNOWN], y, weights=None)


def test_without_targets_there_is_nothing_to_draw() -> None:
    """They are columns, or `y`."""
    with pytest.raises(ValueError, match="nothing says what is drawn"):
        small().fit(survey(), weights="weight")


def test_an_array_is_refused_with_the_way_to_a_frame() -> None:
    """What scikit-learn's steps return by themselves has lost the names."""
    pipeline = Pipeline([("scaled", StandardScaler()), ("impute", small(predictors=["age"]))])
    with pytest.raises(TypeError, match=r"set_output\(transform='pandas'\)"):
        pipeline.fit(survey()[["age"]], survey()[TARGETS], impute__weights=None)


def test_the_kind_of_frame_is_said_and_kept_by_a_clone() -> None:
    """Text and numbers come in the types of the kind; another kind is refused."""
    imputer = clone(small().set_output(transform="polars"))
    imputer.fit(survey(), targets=TARGETS, weights="weight")
    assert imputer.transform(households()).schema["sector"] == pl.Enum(["shop", "farm", "mine"])
    back = imputer.set_output(transform=None).set_output(transform="default").transform(households())
    assert isinstance(back, pd.DataFrame)
    frame = imputer.set_output(transform="pandas").transform(pl.from_pandas(households()))
    assert frame["region"].tolist() == households()["region"].tolist()
    with pytest.raises(ValueError, match="transform must be one of default, pandas, polars, not 'arrow'"):
        imputer.set_output(transform="arrow")


def test_a_seed_of_the_draw_changes_draws_alone() -> None:
    """The estimator's own gives what none gives; what was learnt stays, so that trees are not grown anew."""
    imputer = small(seed=4).fit(survey(), targets=TARGETS, weights="weight")
    first = imputer.transform(households())
    assert imputer.transform(households(), seed=4).equals(first)
    other = imputer.transform(households(), seed=5)
    assert not other.equals(first)
    both = imputer.transform(households(), draws=2, seed=5)
    assert isinstance(both, list)
    assert both[0].equals(other)
    assert imputer.transform(households()).equals(first)
    with pytest.raises(TypeError, match="seed must be a whole number, not '5'"):
        imputer.transform(households(), seed="5")  # type: ignore[call-overload]  # a careless caller


def test_parameters_are_reached_through_a_pipeline() -> None:
    """As a search over them does."""
    pipeline = Pipeline([("same", FunctionTransformer()), ("impute", small())])
    pipeline.set_params(impute__trees=9, impute__method="qrf")
    assert clone(pipeline).get_params()["impute__trees"] == 9
