"""Donors beside recipients, predictor by predictor: what a broken harmonisation changes is seen."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from runtime.imputation.predictors import compared


def apart(donors: list[object], recipients: list[object], weights: list[float] | None = None) -> object:
    """Return the standardised difference of one predictor."""
    tables = [pl.DataFrame({"x": pl.Series(values, strict=False)}) for values in (donors, recipients)]
    given = np.ones(len(donors)) if weights is None else np.array(weights)
    return compared(["x"], tables[0], given, tables[1])["x"]["standardisedDifference"]


def test_numbers_are_apart_by_their_average_spread() -> None:
    """Means of 1 and 3, each with variance 1; of weights only their proportions count."""
    assert apart([0.0, 2.0], [2.0, 4.0]) == pytest.approx(2.0)
    assert apart([0.0, 2.0, 7.0], [2.0, 4.0], [5.0, 5.0, 0.0]) == pytest.approx(2.0)
    assert apart([0.0, 2.0, None], [None, 4.0, 2.0]) == pytest.approx(2.0)
    assert apart([True, False], [True, True]) == pytest.approx(0.5 / np.sqrt(0.125))


def test_text_is_apart_by_the_category_that_is_farthest() -> None:
    """It is named, be it one that a side does not have."""
    donors, recipients = pl.DataFrame({"x": ["own", "rent"]}), pl.DataFrame({"x": ["own", "free", "free"]})
    said = compared(["x"], donors, np.ones(2), recipients)["x"]
    assert said["mostApart"] == "free"
    assert said["standardisedDifference"] == pytest.approx((2 / 3) / np.sqrt(2 / 9 / 2))
    assert said["recipients"]["shares"] == {"free": 2 / 3, "own": 1 / 3}


def test_sides_that_do_not_vary_and_differ_have_no_number() -> None:
    """They are as far apart as can be; those that are the same are not apart at all."""
    assert apart([1, 1], [2, 2]) is None
    assert apart(["a", "a"], ["b"]) is None
    assert apart([1, 1], [1, 1]) == 0.0
    assert apart(["a"], ["a", "a"]) == 0.0


def test_nobody_is_no_error() -> None:
    """A small sample may have no recipient, and a predictor no value."""
    empty = pl.DataFrame({"x": pl.Series([], dtype=pl.Float64), "t": pl.Series([], dtype=pl.String)})
    donors = pl.DataFrame({"x": [1.0, None], "t": ["a", None]})
    said = compared(["x", "t"], donors, np.ones(2), empty)
    assert [said[name]["standardisedDifference"] for name in ("x", "t")] == [None, None]
    assert said["x"]["recipients"]["missingShare"] is None
    assert "mostApart" not in said["t"]
