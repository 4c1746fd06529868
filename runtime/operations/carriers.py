"""How many households carry each fact: originals, and those that each clone has added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.operations.fits import Facts

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]
    Booleans = npt.NDArray[np.bool_]

ORIGINALS = "originals"


def carriers_of(facts: Facts, start: Doubles, clones: Mapping[str, Booleans]) -> dict[str, Integers]:
    """Return the carriers of each fact, shape (facts,): by `originals`, then by clone. They are all of them.

    `clones` tells by clone which households it made; `start` is what the solver begins with: a household
    without any is no carrier, as in the table of facts.
    """
    original = ~np.logical_or.reduce([np.zeros(len(start), dtype=np.bool_), *clones.values()])
    halves, can_move = {ORIGINALS: original, **clones}, start > 0
    return {name: _counted(facts, chosen & can_move) for name, chosen in halves.items()}


def _counted(facts: Facts, households: Booleans) -> Integers:
    entries = np.repeat(households, np.diff(facts.matrix.indptr))
    return np.bincount(facts.matrix.indices[entries], minlength=facts.ledger.height)


def with_carriers(table: pl.DataFrame, carriers: Mapping[str, Integers]) -> pl.DataFrame:
    """Return the table of facts with a column of carriers for the originals, and one for each clone."""
    return table.with_columns(
        pl.Series(f"carriers_{name}", counts, dtype=pl.Int64) for name, counts in carriers.items()
    )


def few_of(carriers: Mapping[str, Integers], minimum: int) -> dict[str, Any]:
    """Return how many facts fewer than `minimum` originals carry, originals with each clone, and all.

    A clone is told with the originals alone, so that clones can be compared.
    """
    alone = carriers[ORIGINALS]
    return {
        ORIGINALS: _few(alone, minimum),
        "with": {name: _few(alone + more, minimum) for name, more in carriers.items() if name != ORIGINALS},
        "all": _few(np.sum(list(carriers.values()), axis=0), minimum),
    }


def _few(counts: Integers, minimum: int) -> int:
    return int((counts < minimum).sum())
