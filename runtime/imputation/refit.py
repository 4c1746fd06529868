"""The Bayesian bootstrap of donors: weights of another sample that could have been.

Rubin 1981, "The Bayesian bootstrap", Annals of Statistics 9(1): an exponential number a donor, multiplied
with the design weight. Every method takes weights, so none has to know; no donor is lost, so that rare ones
stay.
Those who were asked together, or are one answer, share a number.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from runtime.seeds import uniform

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Rows

_LEAST = 2.0**-54  # the logarithm of zero, which is drawn once in 2^53 times, would be no number


def multipliers(clusters: pl.Series, rng: Generator) -> Floats:
    """Return an exponential number of mean 1 for each row, (n,), the same for equal clusters.

    A cluster's number depends on its name and the stream alone: not on the order of the rows, nor on who else
    is there.

    Args:
        clusters: (n,) whole numbers or text, none missing.
        rng: the stream; its state is all that is taken of it.

    Raises:
        ValueError: a cluster is missing, or neither a whole number nor text.
    """
    check_clusters(clusters)
    return -np.log(np.maximum(1.0 - uniform(rng, _numbers(clusters)), _LEAST))


def check_clusters(clusters: pl.Series) -> None:
    """Refuse what does not tell clusters: the errors of `multipliers`."""
    name, kind = clusters.name, clusters.dtype
    if clusters.null_count():
        raise ValueError(f"`{name}` is missing for {clusters.null_count()} of {clusters.len()} donors")
    if not (kind.is_integer() or isinstance(kind, (pl.String, pl.Categorical, pl.Enum))):
        raise ValueError(f"`{name}` is of type {kind}: clusters are whole numbers or text")


def _numbers(clusters: pl.Series) -> Rows:
    if clusters.dtype.is_integer():
        return clusters.cast(pl.Int64).to_numpy()
    text = clusters.cast(pl.String)
    distinct = text.unique()
    found = [_digest(each) for each in distinct]
    return text.replace_strict(distinct, found, return_dtype=pl.Int64).to_numpy()


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
