"""Which rows are copies, told by the flags of a clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.frames import FrameReader

    Booleans = npt.NDArray[np.bool_]


def flag_in(reader: FrameReader, flags: Mapping[str, str], entity: str) -> Booleans:
    """Return which rows of an entity are copies: by its own flag, or by that of their households."""
    if entity in flags:
        return np.asarray(reader.column(flags[entity]).to_numpy(), dtype=np.bool_)
    households = np.asarray(reader.column(flags["household"]).to_numpy(), dtype=np.bool_)
    return households[reader.household_of(entity)]


def households_of(reader: FrameReader, flags: Mapping[str, str]) -> dict[str, Booleans]:
    """Return which households are originals, clones, and mixed: by their members, grouped by their ids."""
    persons = reader.column(flags["person"]).to_numpy().astype(bool)
    of, count = reader.positions("household"), reader.count("household")
    flagged, members = np.bincount(of[persons], minlength=count), np.bincount(of, minlength=count)
    return {"original": flagged == 0, "clone": flagged == members,
            "mixed": (flagged > 0) & (flagged < members)}  # fmt: skip
