"""Mutual information: by hand, and as scikit-learn computes it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from runtime.imputation import metrics
from runtime.seeds import stream


def test_codes_that_say_the_same_share_their_entropy() -> None:
    """Two codes with weights 3 and 1: the entropy of a quarter."""
    codes = np.array([0, 1, 0])
    found = metrics.mutual_information(codes, codes, np.array([1.0, 1.0, 2.0]))
    assert found == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25))


def test_information_is_that_of_scikit_learn_where_all_weigh_the_same() -> None:
    """Of codes, in nats."""
    rng = stream(1, "test", "mutual information")
    first, second = rng.integers(0, 4, 80), rng.integers(0, 3, 80)
    found = metrics.mutual_information(first, second, np.full(80, 5.0))
    assert found == pytest.approx(mutual_info_score(first, second))


def test_a_weight_of_two_is_a_record_twice() -> None:
    """Weights are neither ignored nor squared."""
    first, second, weights = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0]), np.array([2.0, 1.0, 1.0, 1.0])
    twice = metrics.mutual_information(np.array([0, *first]), np.array([0, *second]), np.ones(5))
    assert metrics.mutual_information(first, second, weights) == pytest.approx(twice)


def test_targets_that_forget_their_predictor_are_told() -> None:
    """Target and predictor are the same flag: drawn at random the target has lost log 2."""
    known = np.array([[0.0], [0.0], [5.0], [5.0]])
    drawn = np.array([[[0.0], [5.0], [0.0], [5.0]]])
    found = metrics.mutual_information_error(known, drawn, np.ones(4), known)
    assert found == pytest.approx(math.log(2))
    assert metrics.mutual_information_error(known, known[None], np.ones(4), known) == pytest.approx(0)


def test_a_missing_predictor_is_a_code_of_its_own() -> None:
    """Missing is not zero: here it alone tells the target."""
    known, truth = np.array([[np.nan], [np.nan], [0.0], [0.0]]), np.array([[1.0], [1.0], [0.0], [0.0]])
    forgotten = truth[[0, 2, 1, 3]][None]
    found = metrics.mutual_information_error(truth, forgotten, np.ones(4), known)
    assert found == pytest.approx(math.log(2))
