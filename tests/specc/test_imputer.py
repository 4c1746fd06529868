"""`specc.Imputer` learns from one frame and draws for another, and refuses what it could only misread."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

import specc
from specc import Imputer

if TYPE_CHECKING:
    from specc.donors import Weights

TARGETS = ["wage", "jobs", "works", "sector"]
PREDICTORS = ["age", "region"]


def survey(rows: int = 400) -> pl.DataFrame:
    """Return donors; wage, jobs, works and sector belong together, and sector tells the age group."""
    random = np.random.default_rng(5)
    age = random.integers(18, 80, rows)
    works = age < 65
    return pl.DataFrame(
        {
            "id": np.arange(rows),
            "age": age,
            "region": random.choice(["plain", "coast", "hills"], rows),
            "wage": np.where(works, random.lognormal(10, 1, rows), 0.0),
            "jobs": np.where(works, random.integers(1, 4, rows), 0),
            "works": works,
            "sector": np.where(works, random.choice(["shop", "farm"], rows, p=[0.9, 0.1]), "none"),
            "weight": random.uniform(0.5, 3.0, rows),
        }
    )


def households(rows: int = 120) -> pl.DataFrame:
    """Return recipients."""
    return survey(rows).select(PREDICTORS)


def small(**changed: object) -> Imputer:
    """Return an imputer that is quick."""
    given: dict[str, Any] = {"predictors": PREDICTORS, "trees": 8, "n_jobs": 1} | changed
    return Imputer(**given)


def fitted(**changed: object) -> Imputer:
    """Return one that has seen the survey."""
    return small(**changed).fit(survey(), targets=TARGETS, weights="weight")


def in_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """Return a frame as pandas, with an index that is no count of rows."""
    return frame.to_pandas().set_index(pd.Index([f"r{k // 2}" for k in range(frame.height)], name="house"))


@pytest.mark.parametrize("method", ["forest", "qrf"])
def test_recipients_come_back_with_the_targets_in_the_types_of_the_donors(method: str) -> None:
    """Their own columns, rows and order are as they were."""
    drawn = fitted(method=method).transform(households())
    assert drawn.select(PREDICTORS).equals(households())
    assert drawn.columns == [*PREDICTORS, *TARGETS]
    assert drawn.select(TARGETS).schema == survey().select(TARGETS).schema
    assert drawn.select(TARGETS).null_count().sum_horizontal()[0] == 0


def test_a_donor_is_copied_whole_and_named() -> None:
    """By the row of the source, to the last bit, also beyond what a float holds."""
    big = survey().with_columns(jobs=pl.lit(2**60 + 1) + pl.col("jobs"))
    imputer = small().fit(big, targets=TARGETS, weights="weight")
    drawn = imputer.transform(households(), donor_column="donor")
    assert drawn.select(TARGETS).equals(big[drawn["donor"].to_list()].select(TARGETS))


def test_the_frame_given_decides_the_frame_returned() -> None:
    """Whatever the donors came in, with the same values; pandas keeps its index, repeated labels too."""
    ours, theirs = households(), in_pandas(households())
    expected = fitted().transform(ours)
    by_pandas = small().fit(in_pandas(survey()), targets=TARGETS, weights="weight")
    for imputer in (fitted(), by_pandas):
        assert imputer.transform(ours).equals(expected)
        drawn = imputer.transform(theirs)
        pd.testing.assert_index_equal(drawn.index, theirs.index)
        assert pl.from_pandas(drawn.reset_index(drop=True)).equals(expected)
    assert list(theirs.columns) == PREDICTORS


def test_types_of_pandas_come_back() -> None:
    """Categories in their order, nullable numbers and truth values; `donor_column` counts rows."""
    source = in_pandas(survey())
    order = pd.CategoricalDtype(["none", "shop", "farm"], ordered=True)
    types: dict[str, Any] = {"sector": order, "jobs": "Int16", "works": "boolean", "wage": "float32"}
    source = source.astype(types)
    imputer = small().fit(source, targets=TARGETS, weights="weight")
    drawn = imputer.transform(in_pandas(households()), donor_column="donor")
    assert drawn[TARGETS].dtypes.to_dict() == source[TARGETS].dtypes.to_dict()
    given = source[TARGETS].iloc[drawn["donor"].to_numpy()].set_axis(drawn.index)
    pd.testing.assert_frame_equal(drawn[TARGETS], given)


def test_the_same_seed_gives_the_same_bytes_and_another_others() -> None:
    """For any number of threads, after pickling, and in a clone."""
    first = fitted(seed=3).transform(households())
    assert fitted(seed=3, n_jobs=2).transform(households()).equals(first)
    assert pickle.loads(pickle.dumps(fitted(seed=3))).transform(households()).equals(first)  # noqa: S301
    assert (
        clone(fitted(seed=3))
        .fit(survey(), targets=TARGETS, weights="weight")
        .transform(households())
        .equals(first)
    )
    assert not fitted(seed=4).transform(households()).equals(first)


def test_several_draws_are_a_list_that_begins_with_the_only_one() -> None:
    """How many are asked for changes none of them."""
    one, three = fitted().transform(households()), fitted().transform(households(), draws=3)
    assert isinstance(three, list)
    assert three[0].equals(one)
    assert not three[1].equals(three[2])


def test_weights_move_what_is_drawn() -> None:
    """A column, an array and a series of the same numbers are the same; none at all is another fit."""
    heavy = survey().with_columns(weight=pl.when(pl.col("sector") == "farm").then(50.0).otherwise(1.0))
    numbers = heavy["weight"]

    def farms(weights: Weights) -> int:
        imputer = small().fit(heavy, targets=["sector"], weights=weights)
        return int((imputer.transform(households())["sector"] == "farm").sum())

    by_column = farms("weight")
    assert by_column == farms(numbers) == farms(numbers.to_numpy()) == farms(numbers.to_list())
    assert by_column > 3 * farms(None)


def test_missing_predictors_are_not_zero() -> None:
    """Null, of numbers and of text, finds the donors that have none either."""
    rows = 300
    source = pl.DataFrame(
        {
            "age": [None, 0, 30] * (rows // 3),
            "region": ["coast", None, ""] * (rows // 3),
            "group": ["no age", "no region", "rest"] * (rows // 3),
        },
        schema_overrides={"age": pl.Int64},
    )
    imputer = small(predictors=["age"], trees=20).fit(source, targets=["group"], weights=None)
    assert imputer.transform(source.select("age"))["group"].equals(source["group"])
    imputer = small(predictors=["region"], trees=20).fit(source, targets=["group"], weights=None)
    assert imputer.transform(source.select("region"))["group"].equals(source["group"])
    lost = pd.DataFrame({"age": [math.nan, 0.0]})
    imputer = small(predictors=["age"], trees=20).fit(source, targets=["group"], weights=None)
    assert imputer.transform(lost)["group"].tolist() == ["no age", "no region"]


def test_a_rare_category_survives() -> None:
    """At its weighted share, within what chance allows."""
    rare = pl.DataFrame(
        {"x": np.arange(2_000) % 50, "kind": ["rare" if k % 110 == 0 else "usual" for k in range(2_000)]}
    )
    imputer = small(predictors=["x"], trees=50).fit(rare, targets=["kind"], weights=None)
    drawn = imputer.transform(pl.DataFrame({"x": np.arange(20_000) % 50}))
    share = int((rare["kind"] == "rare").sum()) / rare.height
    found = int((drawn["kind"] == "rare").sum())
    assert abs(found - 20_000 * share) < 5 * math.sqrt(20_000 * share)


def test_without_predictors_those_that_both_have_are_taken_and_said() -> None:
    """Not targets, not the weight, not what one frame lacks; other recipients may bring others."""
    imputer = small(predictors=None).fit(survey(), targets=TARGETS, weights="weight")
    with pytest.warns(UserWarning, match="predictors: age, region, which both frames have"):
        drawn = imputer.transform(households())
    assert imputer.predictors_ == PREDICTORS
    assert drawn.equals(fitted().transform(households()))
    with pytest.warns(UserWarning, match="predictors: region, which"):
        imputer.transform(households().drop("age"))
    with pytest.raises(ValueError, match="no column in common"):
        imputer.transform(pl.DataFrame({"shoe": [1], "weight": [1.0]}))


def test_a_source_that_is_changed_while_learning_waits_changes_nothing() -> None:
    """It is the donors as they were when `fit` saw them."""
    source = in_pandas(survey())
    imputer = small(predictors=None).fit(source, targets=TARGETS, weights="weight")
    source["age"] = 0
    with pytest.warns(UserWarning, match="predictors"):
        assert imputer.transform(households()).equals(fitted().transform(households()))


def test_nobody_to_draw_for_is_an_empty_frame_with_the_targets() -> None:
    """Of the same types."""
    drawn = fitted().transform(households().clear())
    assert (drawn.height, drawn.columns) == (0, [*PREDICTORS, *TARGETS])


def test_scikit_learn_knows_its_parameters() -> None:
    """The method's too; what a clone is given is what the original was given."""
    imputer = small(seed=2)
    assert clone(imputer).get_params() == imputer.get_params() == {
        "method": "forest", "predictors": PREDICTORS, "seed": 2, "refit": False, "trees": 8, "n_jobs": 1,
    }  # fmt: skip
    assert imputer.set_params(trees=9, method="qrf") is imputer
    assert (imputer.get_params()["trees"], imputer.method) == (9, "qrf")
    assert "trees=9" in repr(imputer)
    with pytest.raises(NotFittedError):
        imputer.transform(households())


def test_it_stands_in_a_pipeline() -> None:
    """At its end, and before another step, which then learns from targets that were drawn."""
    named = {"impute__targets": TARGETS, "impute__weights": "weight"}
    last = Pipeline([("same", FunctionTransformer()), ("impute", small())]).fit(survey(), **named)
    assert last.transform(households()).equals(fitted().transform(households()))
    wages = FunctionTransformer(lambda frame: frame["wage"].to_numpy())
    first = Pipeline([("impute", small()), ("wages", wages)]).fit(survey(), **named)
    assert first.transform(households()).tolist() == fitted().transform(households())["wage"].to_list()


def test_fit_transform_draws_the_targets_of_the_source_anew() -> None:
    """In place of its own; the other columns stay."""
    drawn = small().fit_transform(survey(), targets=["wage"], weights="weight")
    assert drawn.drop("wage").equals(survey().drop("wage"))
    assert not drawn["wage"].equals(survey()["wage"])


@pytest.mark.parametrize(
    ("changed", "fit", "said"),
    [
        ({"method": "forrest"}, {}, "unknown imputer kind 'forrest': choose one of cart"),
        ({"treees": 3}, {}, "has no parameter 'treees': it takes trees"),
        ({"trees": 0}, {}, "trees must be a whole number of at least 1, not 0"),
        ({"predictors": ["agee"]}, {}, "source: there is no column `agee`; did you mean `age`"),
        ({"predictors": ["age", "wage"]}, {}, "`wage` is a predictor and a target"),
        ({"predictors": []}, {}, "predictors is empty"),
        ({"predictors": ["age", "age"]}, {}, "predictors has `age` twice"),
        ({}, {"targets": []}, "targets is empty"),
        ({}, {"targets": ["wagee"]}, "no column `wagee`; did you mean `wage`"),
        ({}, {"weights": "wieght"}, "no column `wieght`; did you mean `weight`"),
        ({}, {"weights": "region"}, "the weights `region` are of type String: a weight is a number"),
        ({}, {"weights": "wage", "targets": ["wage"]}, "`wage` is a target and the weight"),
        ({}, {"weights": [1.0]}, r"weights are of shape \(1,\), for 400 donors"),
        ({}, {"weights": [-1.0] + [1.0] * 399}, "weights: row 0 is -1.0"),
    ],
)
def test_a_fit_that_cannot_be_is_refused_with_what_to_do(
    changed: dict[str, Any], fit: dict[str, Any], said: str
) -> None:
    """Names, values and remedies are told."""
    with pytest.raises(ValueError, match=said):
        small(**changed).fit(survey(), **({"targets": TARGETS, "weights": "weight"} | fit))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"wage": pl.lit(None, pl.Float64)}, "the donor has no `wage` in 400 of 400 rows; leave"),
        ({"wage": pl.lit(math.inf)}, r"the donor's `wage` is inf in row 0 \(400 such values\)"),
        ({"sector": pl.lit(None, pl.String)}, "the donor has no `sector` in 400 of 400 rows"),
        ({"weight": pl.lit(None, pl.Float64)}, "400 donors have no `weight`"),
        ({"wage": pl.date(2024, 1, 1)}, "`wage` is of type Date, which no method takes"),
        ({"age": pl.date(2024, 1, 1)}, "`age` is of type Date, which no method takes"),
    ],
)
def test_donors_that_nothing_can_be_learnt_from_are_refused(changed: dict[str, pl.Expr], said: str) -> None:
    """By the column that is at fault."""
    with pytest.raises(ValueError, match=said):
        small().fit(survey().with_columns(**changed), targets=TARGETS, weights="weight")


@pytest.mark.parametrize(
    ("changed", "how", "said"),
    [
        (
            {"region": pl.lit("moon")},
            {},
            "no donor has the `region` of 120 recipients: `moon`; put it together",
        ),
        ({"region": pl.lit(1)}, {}, "`region` is text for the donors and a number for the recipients"),
        ({"age": pl.lit("old")}, {}, "`age` is a number for the donors and text for the recipients"),
        ({"wage": pl.lit(1.0)}, {}, "the recipients have `wage` already: drop it"),
        ({}, {"donor_column": "age"}, "there is a column `age` already"),
        ({}, {"donor_column": "wage"}, "there is a column `wage` already"),
        ({}, {"draws": 0}, "draws must be a whole number of at least 1, not 0"),
    ],
)
def test_recipients_that_cannot_be_drawn_for_are_refused(
    changed: dict[str, pl.Expr], how: dict[str, Any], said: str
) -> None:
    """Nothing is overwritten, and nobody is taken for somebody else."""
    with pytest.raises(ValueError, match=said):
        fitted().transform(households().with_columns(**changed), **how)


def test_a_method_that_copies_nobody_names_no_donor() -> None:
    """A column of nulls would say that there was one."""
    with pytest.raises(ValueError, match="method 'qrf' copies no donor"):
        fitted(method="qrf").transform(households(), donor_column="donor")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (survey().lazy(), r"source: a LazyFrame has no rows yet; pass frame.collect\(\)"),
        ({"age": [1]}, "source: pass a polars or pandas DataFrame, not dict"),
    ],
)
def test_what_is_no_frame_is_refused(source: pl.DataFrame, said: str) -> None:
    """With what to pass."""
    with pytest.raises(TypeError, match=said):
        small().fit(source, targets=TARGETS, weights="weight")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({0: [1, 2], "wage": [1, 2]}), "a column is named 0; columns are named by text"),
        (pd.DataFrame([[1, 2, 3]], columns=["age", "age", "wage"]), "two columns are named `age`"),
        (pd.DataFrame({"age": [1, "x"], "wage": [1, 2]}), "column `age` holds values of several types"),
        (pd.DataFrame({"age": pd.Categorical([1, 2]), "wage": [1, 2]}), "its categories are no text"),
    ],
)
def test_frames_of_pandas_that_cannot_be_read_are_refused(frame: pd.DataFrame, said: str) -> None:
    """By the column."""
    with pytest.raises(ValueError, match=said):
        small(predictors=["age"]).fit(frame, targets=["wage"], weights=None)


@pytest.mark.parametrize(
    ("changed", "fit", "said"),
    [
        ({"predictors": "age"}, {}, r"write a list, \['age'\]"),
        ({}, {"targets": "wage"}, r"write a list, \['wage'\]"),
        ({"seed": "1"}, {}, "seed must be a whole number"),
    ],
)
def test_a_text_where_a_list_is_meant_is_refused(
    changed: dict[str, Any], fit: dict[str, Any], said: str
) -> None:
    """Its letters would be taken for names."""
    with pytest.raises(TypeError, match=said):
        small(**changed).fit(survey(), **({"targets": TARGETS, "weights": "weight"} | fit))


def test_the_light_core_stays_light() -> None:
    """`import specc` loads nothing of the extra, and without it the name says what to install."""
    program = (
        "import sys, specc; heavy = {'numpy', 'polars', 'sklearn', 'pandas', 'pydantic'} & set(sys.modules);"
        "assert not heavy, heavy; sys.modules['numpy'] = None\n"
        "try: from specc import Imputer\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "specc.Imputer needs numpy, which is not installed: pip install 'specc[run]'\n"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'Imputor'"):
        _ = specc.Imputor  # type: ignore[attr-defined]


def _by_household(rows: int = 200) -> pl.DataFrame:
    """Return donors of whom two are of a household."""
    return survey(rows).with_columns(house=pl.int_range(rows) // 2)


def _choosing(**changed: object) -> Imputer:
    candidates = ["cart", {"kind": "forest", "trees": 5, "n_jobs": 1}]
    given: dict[str, Any] = {
        "predictors": PREDICTORS,
        "candidates": candidates,
        "groups": "house",
        "folds": 3,
    }
    return Imputer("auto", **(given | changed))


def test_the_best_of_some_methods_is_found_on_the_donors() -> None:
    """It draws as if it had been named, and the report has every candidate's scores."""
    donors, people = _by_household(), households()
    chosen = clone(_choosing()).fit(donors, targets=TARGETS, weights="weight")
    said = chosen.report_["auto"]
    assert [len(each["scores"]) for each in said["candidates"]] == [3, 3]
    assert said["units"] == 100
    winner = dict(said["candidates"][said["chosen"]]["model"])
    named = Imputer(winner.pop("kind"), predictors=PREDICTORS, **winner)
    named.fit(donors, targets=TARGETS, weights="weight")
    assert chosen.transform(people).equals(named.transform(people))
    again = _choosing().fit(donors.to_pandas(), targets=TARGETS, weights="weight")
    assert again.report_["auto"] == said


def test_groups_are_no_predictor() -> None:
    """The household's number, which both frames have, tells folds and nothing else."""
    people = households().with_columns(house=pl.lit(1))
    model = _choosing(predictors=None).fit(_by_household(), targets=TARGETS, weights="weight")
    with pytest.warns(UserWarning, match="predictors: age, region, which"):
        model.transform(people)
    assert model.predictors_ == PREDICTORS


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"candidates": ["cart"]}, "leaves nothing to choose"),
        ({"candidates": ["cart", "cartt"]}, "unknown imputer kind 'cartt'"),
        ({"candidates": ["cart", {"leaf": 5}]}, "names no method"),
        ({"metric": "rmse"}, "metric must be one of crps"),
        ({"metric": "rare_cells"}, "metric must be one of crps"),
        ({"groups": "nobody"}, "there is no column `nobody`"),
        ({"folds": 1}, "folds must be a whole number of at least 2"),
        ({"trees": 5}, "method 'auto' has no parameter 'trees'"),
        ({"folds": 101}, "100 units that are not split cannot fill 101 folds"),
    ],
)
def test_a_choice_that_means_nothing_is_refused(changed: dict[str, object], said: str) -> None:
    """Before anything is drawn, by what is wrong."""
    with pytest.raises(ValueError, match=said):
        _choosing(**changed).fit(_by_household(), targets=TARGETS, weights="weight")


@pytest.mark.parametrize("name", ["candidates", "groups"])
def test_what_is_chosen_between_and_what_stays_together_has_no_default(name: str) -> None:
    """Both are decisions; None says that rows are units of their own."""
    given: dict[str, Any] = {"candidates": ["cart", "ols"], "groups": None}
    del given[name]
    with pytest.raises(ValueError, match=f"needs `{name}`"):
        Imputer("auto", predictors=PREDICTORS, **given).fit(survey(50), targets=["wage"], weights="weight")


def test_what_a_draw_found_stands_in_the_report() -> None:
    """A hot deck within classes counts recipients by the predictors they were matched on, draw by draw."""
    deck = Imputer("hotdeck", predictors=PREDICTORS, choose="random")
    deck.fit(survey(), targets=TARGETS, weights="weight")
    assert "draws" not in deck.report_
    deck.transform(households(50), draws=2)
    assert len(deck.report_["draws"]) == 2
    assert all(deck.report_["draws"])
