"""Two datasets on the same facts: the better records win, equal ones do not, and sizes are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from runtime.operations.fits import Facts
from runtime.others.sound import ALL, Rules, Side, compare

PARAMETERS: dict[str, Any] = {
    "method": {"kind": "dual", "distance": "entropy", "penalty": 1e-3}, "scale_to": None,
}  # fmt: skip
TRUTH = 10_000


def side(name: str, number: int, noise: float, seed: int) -> Side:
    """Return a sample of a population, whose incomes have an error of measurement."""
    random = np.random.default_rng(seed)
    old = random.random(number) < 0.4
    income = np.where(old, 30.0, 20.0) * np.exp(random.normal(0, 0.05, number)) * (1 + noise)
    matrix = csr_matrix(np.column_stack([old, ~old, income * old, income * ~old]).astype(np.float32))
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int64)
    ledger = pl.DataFrame({
        "name": ["old", "young", "of old", "of young"], "target": ["ages", "ages", "pay", "pay"],
        "family": ["people", "people", "sums", "sums"],
        "value": [0.4 * TRUTH, 0.6 * TRUTH, 0.4 * TRUTH * 30, 0.6 * TRUTH * 20],
    })  # fmt: skip
    status = np.array(["train", "train", "holdout", "holdout"])
    # Published weights that were made to meet nothing, and are far off.
    return Side(name, Facts(matrix, ledger, status), random.uniform(0.5, 1.5, number))


def found(one: Side, other: Side, records: int = 150, seeds: int = 6, minimum: int = 1) -> dict[str, Any]:
    """Compare two sides."""
    trained, held = np.array([0, 1]), np.array([2, 3])
    rules = Rules(PARAMETERS, trained, held, records, tuple(range(seeds)), minimum)
    return compare((one, other), rules, lambda *_: None)


def test_the_better_records_win_whatever_the_sizes_and_the_published_weights() -> None:
    """Ten times as many records with a bias of a fifth lose against few that are right."""
    told = found(side("few", 300, 0.0, 1), side("many", 3_000, 0.2, 2))
    last = told["families"][-1]
    assert (last["family"], last["facts"], last["winner"]) == (ALL, 2, "few")
    assert last["refitted"][1] == pytest.approx(0.2, abs=0.02)
    assert last["interval"][1] < 0
    assert last["published"][0] > 0.5
    assert found(side("many", 3_000, 0.2, 2), side("few", 300, 0.0, 1))["families"][-1]["winner"] == "few"


def test_samples_of_one_population_are_undecided() -> None:
    """What differs is chance, and the interval says so."""
    told = found(side("one", 400, 0.0, 3), side("two", 400, 0.0, 4))
    assert [line["winner"] for line in told["families"]] == [None, None]


def test_a_single_sample_decides_nothing() -> None:
    """It has no interval."""
    line = found(side("one", 400, 0.0, 3), side("two", 400, 0.5, 4), seeds=1)["families"][0]
    assert (line["interval"], line["winner"]) == (None, None)


def test_both_are_refitted_to_the_facts_that_both_carry() -> None:
    """A fact that too few households of one sample carry is a fact of neither."""
    assert found(side("one", 400, 0.0, 3), side("two", 400, 0.0, 4))["trained"] == {"asked": 2, "fewest": 2}
    told = found(side("one", 400, 0.0, 3), side("two", 400, 0.0, 4), minimum=75)
    assert told["trained"] == {"asked": 2, "fewest": 1}


def test_the_same_question_has_the_same_answer() -> None:
    """Samples are drawn by their seed."""
    one, two = side("one", 200, 0.0, 5), side("two", 200, 0.1, 6)
    assert found(one, two, records=50) == found(one, two, records=50)
