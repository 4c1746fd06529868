"""Donors and recipients of an imputation: what is read of them, and who takes part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.evaluate import evaluate
from runtime.imputation.encoding import TargetCodes
from runtime.sql import quoted

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.frames import FrameReader
    from runtime.task import Task

    Mask = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]


_WHERE = "__where"


@dataclass(frozen=True, slots=True)
class Side:
    """Donors or recipients: what the block reads of all rows of the entity, their ids, and who takes part.

    `of` tells, for every row, which donors are weighed anew together, where they are.
    """

    table: pl.DataFrame
    ids: pl.Series
    chosen: Mask
    of: pl.Series | None = None

    @property
    def clusters(self) -> pl.Series | None:
        """The clusters of those who take part."""
        return None if self.of is None else self.of.filter(pl.Series(self.chosen))

    @property
    def taking_part(self) -> pl.DataFrame:
        """The rows of those who take part."""
        return self.table.filter(pl.Series(self.chosen))

    def sampled(self, rows: npt.NDArray[np.int64]) -> Side:
        """Return the side with only some of those who took part, by their number among them."""
        chosen = np.zeros_like(self.chosen)
        chosen[np.flatnonzero(self.chosen)[rows]] = True
        return replace(self, chosen=chosen)

    def having(self, table: pl.DataFrame) -> Side:
        """Return the side with those who took part alone, who have what the table says."""
        return Side(table, self.ids.filter(pl.Series(self.chosen)), np.ones(table.height, dtype=np.bool_))


def read_side(task: Task, role: str) -> Side:
    """Read a role: every column that the block needs of it, and who takes part (`where` of null does not)."""
    parameters, reader = task.parameters, task.frame(role)
    names = [*parameters["predictors"]]
    if role == "donor":
        weight = [parameters["weight"]] if parameters["weight"] else []
        by = [top["by"]] if (top := top_of(parameters)) else []
        names = [*names, *parameters["targets"], *weight, *by]
    elif parameters["elsewhere"] == "keep" and not parameters["halves"]:
        names = [*names, *parameters["targets"]]
    elif parameters["halves"]:
        # A target that the frame does not have yet has no values to keep: see `_with_own`.
        halves = parameters["halves"]
        kept = [*halves["clone_only"], *halves.get("original_only", ())]
        names = [*names, halves["flag"], *(name for name in kept if name in reader.entity_of)]
    expressions = {name: quoted(name) for name in dict.fromkeys([*names, *parameters.get("within", ())])}
    entity, refit = parameters["entity"], parameters.get("refit") if role == "donor" else None
    table = evaluate(reader, entity, expressions | _taking_part(parameters, role))
    ids = reader.ids(entity)[f"{entity}_id"]
    chosen = table[_WHERE].to_numpy() if _WHERE in table.columns else np.ones(len(ids), dtype=np.bool_)
    clusters = None if refit is None else _clusters(reader, entity, refit["cluster"])
    return Side(table, ids, chosen, clusters)


def _taking_part(parameters: dict[str, Any], role: str) -> dict[str, str]:
    """Return the expression that tells who takes part; none where everybody does."""
    own = parameters.get("gives" if role == "donor" else "receives")
    said = [f"({text})" for text in (parameters["where"], own) if text]
    return {_WHERE: f"coalesce(({' AND '.join(said)})::BOOLEAN, false)"} if said else {}


def _clusters(reader: FrameReader, entity: str, name: str | None) -> pl.Series:
    """Return what donors who were asked together have in common: what the spec names, or the household."""
    if name is not None:
        return evaluate(reader, entity, {name: quoted(name)})[name]
    return reader.ids("household")["household_id"].gather(reader.household_of(entity))


def top_of(parameters: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the donors' sample says of the top that it keeps, if it does."""
    sample = parameters.get("sample")
    return sample["top"] if sample else None


def weights_of(name: str | None, donor: Side) -> Floats:
    """Return the weights of those who give, shape (donors,); one each where the spec takes none."""
    if name is None:
        return np.ones(int(donor.chosen.sum()))
    return donor.table[name].to_numpy()[donor.chosen].astype(np.float64)


def classes_of(parameters: dict[str, Any], side: Side) -> npt.NDArray[np.str_] | None:
    """Return, row by row, what a donor has to share with its recipient; None for no classes."""
    if "within" not in parameters:
        return None
    table = side.taking_part.select(parameters["within"])
    said = [", ".join(f"{n} {v}" for n, v in row.items()) for row in table.iter_rows(named=True)]
    return np.array(said, dtype=np.str_)


def amounts(table: pl.DataFrame, name: str) -> Floats:
    """Return the amount that tells the top, row by row: told as a target is.

    Raises:
        NotEncodable: a row has none.
    """
    return TargetCodes({name: pl.Float64()}, {}).encode(table)[:, 0]
