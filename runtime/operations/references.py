"""Ids of copies: numbers by an offset, text by a suffix, references by the mapping of the ids they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from runtime.errors import NodeFailed
from runtime.imputation.encoding import is_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from runtime.frames import FrameReader
    from runtime.task import Task

    Integers = npt.NDArray[np.int64]

_HIGHEST = 2**63 - 1


def offset_of(reader: FrameReader, entity: str, declared: int | None) -> int:
    """Return what is added to the ids of an entity, so that no copy has the id of an original.

    That is the highest id where all are above zero; else as much as lies between the lowest and the highest.

    Raises:
        NodeFailed: the declared offset is too small, or an id would leave 64 bits.
    """
    ids = reader.ids(entity)[f"{entity}_id"].to_numpy()
    lowest, highest = int(ids.min()), int(ids.max())
    least = highest - lowest + 1
    if declared is not None and declared < least:
        raise NodeFailed(
            f"the {entity} ids reach from {lowest} to {highest}: {declared} more, and two are the same",
            remedy=f"write an `offset:` of {least} or more under `ids:` of the clone, or none",
        )
    offset = declared or (highest if lowest > 0 else least)
    if highest + offset > _HIGHEST:
        raise NodeFailed(
            f"the highest {entity} id, {highest}, leaves no room for a copy: {offset} more is beyond 64 bits",
            remedy=f"give {entity} smaller ids",
        )
    return offset


def write_references(task: Task, rows: dict[str, Integers], offsets: dict[str, int]) -> None:
    """Write the columns that hold ids: originals as they were, copies referring to copies.

    Raises:
        NodeFailed: a text with the suffix is an original's already.
    """
    reader = task.frame()
    for name, entity in task.parameters.get("references", {}).items():
        owner, values = reader.entity_of[name], reader.column(name)
        copied = values.gather(rows[owner])
        if is_text(values.dtype):
            copies = _suffixed(copied, values, task.parameters["suffix"])
        else:
            known = reader.ids(entity)[f"{entity}_id"].gather(rows[entity])
            copies = _shifted(copied, known, offsets[entity])
        task.write_column(owner, pl.concat([values, copies.cast(values.dtype)]).alias(name))


def _shifted(references: pl.Series, known: pl.Series, offset: int) -> pl.Series:
    """Return references to the copies of those who are copied; what refers to nobody copied stays."""
    is_copied = references.is_in(known.implode()).fill_null(value=False)
    return (references + offset).zip_with(is_copied, references)


def _suffixed(references: pl.Series, values: pl.Series, suffix: str) -> pl.Series:
    copies = references.cast(pl.String) + suffix
    taken = copies.filter(copies.is_in(values.cast(pl.String).drop_nulls().implode()).fill_null(value=False))
    if taken.len():
        raise NodeFailed(
            f"the id `{taken[0]}` of a copy, in `{values.name}`, is an original's already",
            remedy="write another `suffix:` under `ids:` of the clone",
        )
    return copies
