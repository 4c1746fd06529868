"""`specc.calibrate`: matrices, frames and facts in, weights and their proof out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix

from specc import Fact, calibrate
from specc.matrices import matrix_from

RANDOM = np.random.default_rng(11)
DENSE = np.stack([np.ones(200), RANDOM.random(200) < 0.4, RANDOM.lognormal(3, 1, 200)], axis=1)
WEIGHTS = RANDOM.uniform(5, 50, 200)
NAMES = ["people", "women", "income"]
TARGETS = [6_000.0, 2_600.0, float(DENSE[:, 2] @ WEIGHTS) * 1.15]
FRAME = pl.DataFrame(
    {
        "age": RANDOM.integers(0, 90, 200),
        "state": RANDOM.choice(["CA", "NY"], 200),
        "income": RANDOM.lognormal(3, 1, 200),
        "weight": WEIGHTS,
    }
)


@pytest.mark.parametrize(
    "matrix",
    [
        DENSE,
        DENSE.tolist(),
        csr_matrix(DENSE),
        csc_matrix(DENSE),
        coo_matrix(DENSE),
        pl.DataFrame(DENSE, NAMES),
        pd.DataFrame(DENSE, columns=NAMES),
    ],
    ids=["array", "list", "csr", "csc", "coo", "polars", "pandas"],
)
def test_any_matrix_gives_the_same_weights_and_meets_the_facts(matrix: Any) -> None:  # noqa: ANN401 - that is the point
    """Whatever holds the numbers, the weighted sums are the targets."""
    result = calibrate(matrix, TARGETS, WEIGHTS)
    assert result.converged
    np.testing.assert_allclose(DENSE.T @ result.weights, TARGETS, rtol=1e-8)
    np.testing.assert_array_equal(result.weights, calibrate(DENSE, TARGETS, WEIGHTS).weights)
    assert result.conflicts == ()


def test_what_is_given_is_not_changed() -> None:
    """Not even a sparse matrix that has to be put in order."""
    messy = csr_matrix((np.ones(3), np.array([1, 0, 1]), np.array([0, 3, 3])), shape=(2, 2))
    before = (messy.indices.copy(), messy.data.copy())
    calibrate(messy, [2.0, 4.0], [1.0, 1.0])
    np.testing.assert_array_equal(messy.indices, before[0])
    np.testing.assert_array_equal(messy.data, before[1])


def test_the_result_says_how_good_it_is() -> None:
    """Facts by name, before and after; shares within bounds; what happened to the weights."""
    result = calibrate(pl.DataFrame(DENSE, NAMES), dict(zip(NAMES, TARGETS, strict=True)), WEIGHTS)
    assert result.facts["name"].to_list() == NAMES
    assert result.facts["before"][0] == pytest.approx(WEIGHTS.sum())
    np.testing.assert_allclose(result.facts["after"], TARGETS, rtol=1e-8)
    assert result.fit.within_1 == 1.0
    assert result.weights_report.effective_sample_size < result.weights_report.effective_sample_size_start


def test_targets_by_name_are_put_in_the_order_of_the_columns() -> None:
    """The order of a mapping says nothing."""
    shuffled = {name: TARGETS[NAMES.index(name)] for name in ("income", "people", "women")}
    weights = calibrate(pd.DataFrame(DENSE, columns=NAMES), shuffled, WEIGHTS).weights
    np.testing.assert_array_equal(weights, calibrate(DENSE, TARGETS, WEIGHTS).weights)


def test_a_smaller_tolerance_is_a_smaller_miss_and_none_is_none() -> None:
    """Of facts that ask a lot; a mapping leaves out those that are exact."""
    far = [6_000.0, 3_500.0, TARGETS[2] * 1.4]
    misses = {}
    for tolerance in (0.05, 0.01, 0.001, None):
        result = calibrate(DENSE, far, WEIGHTS, tolerance=tolerance)
        misses[tolerance] = float(np.abs(DENSE.T @ result.weights / far - 1).max())
    assert misses[0.05] > misses[0.01] > misses[0.001] > misses[None]
    assert misses[0.01] < 0.01
    mixed = calibrate(DENSE, far, WEIGHTS, tolerance={"women": 0.05}, names=NAMES)
    assert mixed.facts["exact"].to_list() == [True, False, True]
    assert abs(mixed.facts["relative_error"][0]) < 1e-8 < abs(mixed.facts["relative_error"][1])


@pytest.mark.parametrize("factor", [0.5, 1.5])
@pytest.mark.parametrize("fact", [0, 1, 2])
@pytest.mark.parametrize("tolerance", [0.01, 0.001])
def test_a_miss_is_within_its_tolerance_where_weights_change_by_half(
    fact: int, factor: float, tolerance: float
) -> None:
    """Each fact by itself, asked for much less or much more than there is."""
    column = DENSE[:, fact : fact + 1]
    target = float(column[:, 0] @ WEIGHTS) * factor
    result = calibrate(column, [target], WEIGHTS, tolerance=tolerance)
    assert 0 < abs(result.facts["relative_error"][0]) <= tolerance


def test_of_facts_that_contradict_each_other_half_the_tolerance_is_about_a_quarter_of_the_miss() -> None:
    """One total, said to be two things; it is not quite a quarter, for weights resist, too."""
    twice, total = DENSE[:, [0, 0]], float(WEIGHTS.sum())
    result = calibrate(twice, [total, total * 1.01], WEIGHTS, tolerance=[0.02, 0.01], names=["a", "b"])
    first, second = result.facts["relative_error"]
    assert abs(second) == pytest.approx(abs(first) / 4, rel=0.1)


def test_a_matrix_that_is_ready_is_read_in_place() -> None:
    """Float32 values and int32 indices in order: nothing is copied, however large it is."""
    ready = csr_matrix(DENSE.astype(np.float32))
    taken = matrix_from(ready)
    assert np.shares_memory(taken.data, ready.data)
    assert np.shares_memory(taken.indices, ready.indices)


def test_distances_and_bounds_do_what_they_say() -> None:
    """Ratios and weights stay in their bounds; the regression estimator alone may go below zero."""
    few = [WEIGHTS.sum() * 0.2]
    ones, tight = np.ones((200, 1)), (0.5, 1.3)
    for distance in ("entropy", "chi_square", "logit"):
        ratios = (
            calibrate(DENSE, TARGETS, WEIGHTS, distance=distance, bounds=tight, tolerance=0.01).weights
            / WEIGHTS
        )
        assert ratios.min() >= 0.5 - 1e-9
        assert ratios.max() <= 1.3 + 1e-9
    held = calibrate(DENSE, TARGETS, WEIGHTS, weight_bounds=(8.0, 60.0)).weights
    assert held.min() >= 8.0
    assert held.max() <= 60.0
    assert calibrate(ones, few, WEIGHTS, distance="chi_square").weights.min() > 0
    free = calibrate(ones, [-10.0], WEIGHTS, distance="chi_square", bounds=(-math.inf, math.inf))
    assert free.weights.sum() == pytest.approx(-10.0)


def test_facts_are_counts_and_sums_under_conditions() -> None:
    """Written in SQL over the frame, and met in the frame."""
    facts = [
        Fact(value=3_000, where="state = 'CA'"),
        Fact(value=900, where="age >= 65", name="old"),
        Fact(value=TARGETS[2], sum="income"),
        Fact(value=40_000, sum="greatest(income - 20, 0)", where="age BETWEEN 20 AND 64"),
    ]
    result = calibrate(FRAME, facts, "weight")
    weighted = FRAME.with_columns(after=result.weights)
    assert weighted.filter(pl.col("state") == "CA")["after"].sum() == pytest.approx(3_000)
    assert weighted.filter(pl.col("age") >= 65)["after"].sum() == pytest.approx(900)
    working = weighted.filter(pl.col("age").is_between(20, 64))
    above = (working["income"] - 20).clip(0)
    assert (above * working["after"]).sum() == pytest.approx(40_000)
    assert result.facts["name"][:2].to_list() == ["count where state = 'CA'", "old"]
    np.testing.assert_array_equal(calibrate(FRAME.to_pandas(), facts, "weight").weights, result.weights)


def test_facts_that_fight_each_other_are_named() -> None:
    """All, and two halves that are more than all."""
    facts = [
        Fact(value=5_000, name="all"),
        Fact(value=3_000, where="state = 'CA'", name="CA"),
        Fact(value=3_000, where="state <> 'CA'", name="rest"),
    ]
    result = calibrate(FRAME, facts, "weight")
    against = dict(result.conflicts)
    assert against.keys() == {"all", "CA", "rest"}
    assert against["CA"] == against["rest"] == "all"
    assert against["all"] in ("CA", "rest")


def test_a_weight_of_zero_stays_zero() -> None:
    """Also where weights have a lowest bound."""
    weights = np.where(np.arange(200) % 7 == 0, 0.0, WEIGHTS)
    result = calibrate(DENSE, TARGETS, weights, weight_bounds=(4.0, 90.0))
    assert (result.weights[weights == 0] == 0).all()
    assert result.weights[weights > 0].min() >= 4.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"targets": TARGETS[:2]}, "targets: 2 numbers for 3 facts"),
        ({"targets": {"people": 1, "women": 2}, "names": NAMES}, "no number for `income`"),
        (
            {"targets": {"people": 1, "women": 2, "incom": 3}, "names": NAMES},
            "no fact is called `incom`; did you",
        ),
        ({"names": ["a", "b"]}, "2 names for the 3 columns"),
        ({"names": ["a", "b", "a"]}, "two facts are called `a`"),
        ({"weights": WEIGHTS[:9]}, "start has shape"),
        ({"weights": -WEIGHTS}, "start weight of record 0"),
        ({"matrix": np.ones(200)}, "two dimensions"),
        ({"matrix": np.where(DENSE == 1, np.nan, DENSE)}, "contribution of record 0"),
        ({"tolerance": 0.0}, "write a positive share such as 0.01, or None"),
        ({"tolerance": [0.1, 0.1]}, "tolerance: 2 numbers for 3 facts"),
        ({"distance": "euclid"}, "no distance `euclid`; they are entropy, chi_square, logit"),
        ({"distance": "logit"}, "`logit` takes `bounds"),
        ({"bounds": (1.2, 2.0)}, "no weight could stay as it is"),
        ({"weight_bounds": (9.0, 3.0)}, "a lowest and a highest weight"),
        ({"penalty": 0.0}, "penalty is 0.0"),
        ({"matrix": pl.DataFrame({"a": [1.0, None]}), "targets": [1.0], "weights": [1, 1]}, "missing values"),
    ],
)
def test_mistakes_name_the_culprit(arguments: dict[str, Any], said: str) -> None:
    """And the remedy where there is one."""
    given = {"matrix": DENSE, "targets": TARGETS, "weights": WEIGHTS, **arguments}
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        calibrate(**given)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact(value=1, sum="incom"), "fact `sum of incom`: Binder Error"),
        (Fact(value=1, where="age >"), "Parser Error"),
        (Fact(value=1, sum="sum(income)"), "fact `sum of sum"),
        (
            Fact(value=1, sum="nullif(age, age)", name="none"),
            "fact `none`: row 0 is chosen, and what it adds",
        ),
        (Fact(value=1, where="age > 200", name="nobody"), "contributes to fact 0 .nobody."),
        (Fact(value=1, sum="(SELECT 1 FROM read_csv('x.csv'))"), "fact"),
    ],
)
def test_mistakes_in_facts_name_the_fact(fact: Fact, said: str) -> None:
    """A fact is data from somewhere: nothing in it reaches a file."""
    with pytest.raises(ValueError, match=said):
        calibrate(FRAME, [fact], "weight")
