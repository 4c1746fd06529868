"""Donors are weighed anew by cluster, by numbers that belong to the cluster alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from runtime.imputation.refit import multipliers
from runtime.seeds import stream


def _numbers(clusters: pl.Series, name: str = "refit@2") -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return multipliers(clusters, stream(7, name))


def test_numbers_are_exponential_with_mean_one() -> None:
    """Positive, of mean and standard deviation 1, and a share of 1/e above 1."""
    found = _numbers(pl.Series("id", range(40_000)))
    assert (found > 0).all()
    assert found.mean() == pytest.approx(1, abs=0.02)
    assert found.std() == pytest.approx(1, abs=0.03)
    assert (found > 1).mean() == pytest.approx(np.exp(-1), abs=0.01)


@pytest.mark.parametrize("kind", [pl.Int64, pl.String])
def test_equal_clusters_share_a_number_whoever_else_is_there(kind: type[pl.DataType]) -> None:
    """Neither order nor the others change it; another draw does."""
    clusters = pl.Series("id", [3, 1, 3, 2]).cast(kind)
    found = _numbers(clusters)
    assert found[0] == found[2]
    assert len(set(found)) == 3
    assert _numbers(clusters[::-1]).tolist() == found[::-1].tolist()
    assert _numbers(clusters[1:2])[0] == found[1]
    assert not set(_numbers(clusters, "refit@3")) & set(found)


@pytest.mark.parametrize(
    ("clusters", "said"),
    [
        (pl.Series("case", [1, None]), "`case` is missing for 1 of 2 donors"),
        (pl.Series("case", [1.5, 2.0]), "`case` is of type Float64: clusters are whole numbers or text"),
    ],
)
def test_what_tells_no_clusters_is_refused(clusters: pl.Series, said: str) -> None:
    """The message names the column, and what is wrong with it."""
    with pytest.raises(ValueError, match=said):
        _numbers(clusters)
