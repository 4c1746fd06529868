"""`impute`: one block of targets, fitted on the donor and drawn for the recipients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.imputation.donor_sample import sample_donors
from runtime.imputation.quality import donor_use, quality
from runtime.imputation.registry import imputer
from runtime.operations.drawn_blocks import Giving, draw_block
from runtime.seeds import stream
from runtime.sql import quoted

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.imputation.protocol import Draw, Predictors
    from runtime.task import Task

    Mask = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Side:
    """Donors or recipients: what the block reads of all rows of the entity, their ids, and who takes part."""

    table: pl.DataFrame
    ids: pl.Series
    chosen: Mask

    def sampled(self, rows: npt.NDArray[np.int64]) -> Side:
        """Return the side with only some of those who took part, by their number among them."""
        chosen = np.zeros_like(self.chosen)
        chosen[np.flatnonzero(self.chosen)[rows]] = True
        return replace(self, chosen=chosen)


def run(task: Task) -> None:
    """Fit the block's model, draw, and write the targets and the donors they come from.

    A row that receives nothing keeps its own value where the block writes clones only; elsewhere it has zero
    if the spec says so, and otherwise no value.

    Raises:
        NodeFailed: no donor is left, or a predictor or target is text.
        ValueError: donors that a model cannot learn from; the message names the row and value.
    """
    parameters = task.parameters
    donor, recipient = read_side(task, "donor"), read_side(task, "recipient")
    if not donor.chosen.any():
        raise NodeFailed("no donor is left", remedy=f"check `where: {parameters['where']}`")
    donor, weights = _fewer(task, donor, weights_of(parameters["weight"], donor))
    flag = _flag(parameters, recipient)
    receiving = recipient.chosen if flag is None else recipient.chosen & flag
    draw = _drawn(task, donor, weights, recipient, receiving)
    is_for_some = parameters["where"] or parameters.get("receives")
    elsewhere = None if is_for_some and parameters["elsewhere"] is None else 0
    for position, name in enumerate(parameters["targets"]):
        drawn = _typed(draw.values[0, :, position], donor.table.schema[name]).alias(name)
        placed = _placed(drawn, receiving, elsewhere)
        if parameters["elsewhere"] == "keep":
            own = recipient.table[name]
            placed = own.zip_with(~pl.Series(receiving), placed.cast(own.dtype)).alias(name)
        task.write_column(parameters["entity"], _with_own(parameters, placed, recipient))
    _write_donors(task, draw, donor, receiving)
    given = targets_of(parameters["targets"], donor)
    task.notes["quality"] = quality(parameters["targets"], given, weights, draw.values[0])
    task.notes.update({"donors": int(donor.chosen.sum()), "recipients": int(receiving.sum())})


def read_side(task: Task, role: str) -> Side:
    """Read a role: every column that the block needs of it, and who takes part (`where` of null does not)."""
    parameters, reader = task.parameters, task.frame(role)
    names = numbers = [*parameters["predictors"]]
    if role == "donor":
        weight = [parameters["weight"]] if parameters["weight"] else []
        by = [top["by"]] if (top := _top(parameters)) else []
        names = numbers = [*numbers, *parameters["targets"], *weight, *by]
    elif parameters["elsewhere"] == "keep" and not parameters["halves"]:
        names = [*names, *parameters["targets"]]
    elif parameters["halves"]:
        # A target that the frame does not have yet has no values to keep: the original half gets zeros.
        held = [name for name in parameters["halves"]["clone_only"] if name in reader.entity_of]
        names = [*names, parameters["halves"]["flag"], *held]
    expressions = {name: quoted(name) for name in dict.fromkeys([*names, *parameters.get("within", ())])}
    own = parameters.get("gives" if role == "donor" else "receives") or "true"
    where = f"coalesce((({parameters['where'] or 'true'}) AND ({own}))::BOOLEAN, false)"
    table = evaluate(reader, parameters["entity"], expressions | {"__where": where})
    _refuse_text(table.select(list(dict.fromkeys(numbers))))
    entity = parameters["entity"]
    return Side(table, reader.ids(entity)[f"{entity}_id"], table["__where"].to_numpy())


def _refuse_text(table: pl.DataFrame) -> None:
    for name, kind in table.schema.items():
        if not (kind.is_numeric() or kind == pl.Boolean):
            raise NodeFailed(
                f"`{name}` is text, which no model takes",
                remedy="declare a variable that tells it in numbers",
            )


def _flag(parameters: dict[str, Any], recipient: Side) -> Mask | None:
    """Return the clones, if the whole block is drawn for them alone."""
    halves = parameters["halves"]
    if halves is None or set(halves["clone_only"]) != set(parameters["targets"]):
        return None
    return np.asarray(recipient.table[halves["flag"]].to_numpy())


def _top(parameters: dict[str, Any]) -> dict[str, Any] | None:
    sample = parameters.get("sample")
    return sample["top"] if sample else None


def _fewer(task: Task, donor: Side, weights: Floats) -> tuple[Side, Floats]:
    """Return the donors of the sample and their weights; all, where the spec asks for no sample."""
    wanted, top = task.parameters.get("sample"), _top(task.parameters)
    if wanted is None:
        return donor, weights
    by = None
    if top is not None:
        by = targets_of([top["by"]], donor)[:, 0]
    share, random = (top["share"] if top else 0.0), stream(task.seed, wanted["stream"])
    try:
        found = sample_donors(weights, wanted["records"], share, by, random)
    except ValueError as error:
        raise NodeFailed(str(error), remedy="raise `records:`, or keep a smaller `top:`") from error
    task.notes["donor_sample"] = {
        "of": int(donor.chosen.sum()), "kept_for_being_top": found.top, "threshold": found.threshold,
        "drawn": len(found.rows) - found.top,
    }  # fmt: skip
    return donor.sampled(found.rows), found.weights


def _drawn(task: Task, donor: Side, weights: Floats, recipient: Side, receiving: Mask) -> Draw:
    parameters = task.parameters
    model = imputer(targets=parameters["targets"], **parameters["model"])
    giving = Giving(
        predictors_of(parameters["predictors"], donor.table, donor.chosen),
        targets_of(parameters["targets"], donor),
        weights,
        classes_of(parameters, donor, donor.chosen),
    )
    taking = predictors_of(parameters["predictors"], recipient.table, receiving)
    return draw_block(task, model, giving, taking, classes_of(parameters, recipient, receiving))


def classes_of(parameters: dict[str, Any], side: Side, rows: Mask) -> npt.NDArray[np.str_] | None:
    """Return, row by row, what a donor has to share with its recipient; None for no classes."""
    if "within" not in parameters:
        return None
    table = side.table.select(parameters["within"]).filter(pl.Series(rows))
    said = [", ".join(f"{n} {v}" for n, v in row.items()) for row in table.iter_rows(named=True)]
    return np.array(said, dtype=np.str_)


def targets_of(names: list[str], donor: Side) -> Floats:
    """Return what the donors give, shape (donors, targets)."""
    table = donor.table.select(names).filter(pl.Series(donor.chosen))
    for column in table:
        if column.null_count():
            raise NodeFailed(
                f"the donor has no `{column.name}` in {column.null_count()} of {column.len()} rows",
                remedy="leave those rows out with `where:`, or give them a value, as in coalesce(..., 0)",
            )
    return table.to_numpy().astype(np.float64)


def predictors_of(names: list[str], table: pl.DataFrame, rows: Mask) -> Predictors:
    """Return the predictors of some rows, shape (rows, predictors); a missing value is NaN."""
    columns = [table[name].cast(pl.Float32).to_numpy()[rows] for name in names]
    return np.ascontiguousarray(np.column_stack(columns), dtype=np.float32)


def weights_of(name: str | None, donor: Side) -> Floats:
    """Return the weights of those who give, shape (donors,); one each where the spec takes none."""
    if name is None:
        return np.ones(int(donor.chosen.sum()))
    return donor.table[name].to_numpy()[donor.chosen].astype(np.float64)


def _typed(values: Floats, kind: pl.DataType) -> pl.Series:
    """Return drawn values in the donor's type; a method that averages donors may give fractions."""
    if kind == pl.Boolean:
        return pl.Series(values >= 0.5)
    return pl.Series(np.rint(values) if kind.is_integer() else values).cast(kind)


def _placed(drawn: pl.Series, receiving: Mask, elsewhere: int | None) -> pl.Series:
    """Put drawn values into the rows that receive; the others get zero, or no value."""
    other = pl.Series([elsewhere], dtype=pl.Int64).cast(drawn.dtype)
    place = np.zeros(len(receiving), dtype=np.int64)
    place[receiving] = np.arange(1, drawn.len() + 1)
    return pl.concat([other, drawn.rename("")]).gather(place).alias(drawn.name)


def _with_own(parameters: dict[str, Any], placed: pl.Series, recipient: Side) -> pl.Series:
    """Give the original half its own values back, bit for bit, where only clones are written."""
    halves, name = parameters["halves"], placed.name
    if halves is None or name not in halves["clone_only"]:
        return placed
    clones = recipient.table[halves["flag"]]
    if name not in recipient.table.columns:
        return placed.zip_with(clones, pl.Series([0]).cast(placed.dtype).new_from_index(0, placed.len()))
    own = recipient.table[name]
    return own.zip_with(~clones, placed.cast(own.dtype)).alias(name)


def _write_donors(task: Task, draw: Draw, donor: Side, receiving: Mask) -> None:
    """Write, row by row, the id of the donor whose block was copied; null where there was none."""
    entity, name = task.parameters["entity"], task.parameters["donor_column"]
    if draw.donors is None:
        task.write_column(entity, pl.Series(name, [None], dtype=pl.Int64).new_from_index(0, len(receiving)))
        return
    giving = donor.ids.filter(pl.Series(donor.chosen))
    task.write_column(entity, _placed(giving.gather(draw.donors[0]).alias(name), receiving, None))
    task.notes["donors_used"] = len(np.unique(draw.donors[0]))
    task.notes["donor_use"] = donor_use(draw.donors[0], giving.len())
