"""`impute`: one block of targets, fitted on the donor and drawn for the recipients."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.errors import NodeFailed
from runtime.imputation.donor_sample import sample_donors
from runtime.imputation.encoding import NotEncodable, PredictorCodes, TargetCodes, is_text
from runtime.imputation.on_scales import on_scales, prepared
from runtime.imputation.predictors import compared
from runtime.imputation.quality import donor_use, quality
from runtime.imputation.rare import rare_categories, with_rare
from runtime.imputation.registry import imputer
from runtime.imputation.trials.choice import Contest, choose
from runtime.imputation.trials.donors import Donors
from runtime.imputation.trials.folds import units_of
from runtime.operations.donors import completed, note_dropped, weighed_anew, whole_donors
from runtime.operations.drawn_blocks import Told, draw_block
from runtime.operations.sides import amounts, classes_of, read_side, top_of, weights_of
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from runtime.operations.drawn_blocks import Drawn, Giving
    from runtime.operations.sides import Side
    from runtime.task import Task

    Mask = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]


def run(task: Task) -> None:
    """Fit the block's model, draw, and write the targets and the donors they come from.

    A row that receives nothing keeps its own value where the block writes one half only; elsewhere it has
    zero if the spec says so, and otherwise no value.

    Raises:
        NodeFailed: no donor is left, or a column cannot be told to the model.
        ValueError: donors that a model cannot learn from; the message names the row and value.
    """
    try:
        _run(task)
    except NotEncodable as error:
        raise NodeFailed(error.message, remedy=error.remedy) from error


def _run(task: Task) -> None:
    parameters = task.parameters
    donor, recipient = read_side(task, "donor"), read_side(task, "recipient")
    if not donor.chosen.any():
        raise NodeFailed("no donor is left", remedy=f"check `where: {parameters['where']}`")
    donor, weights = _fewer(task, donor, weights_of(parameters["weight"], donor))
    flag = _flag(parameters, recipient)
    if flag is not None:
        recipient = replace(recipient, chosen=recipient.chosen & flag)
    donor, weights, whole = _answering(task, donor, weights)
    donor, recipient = _with_rare(task, donor, recipient)
    model = chosen_model(task, donor.sampled(np.flatnonzero(whole)), weights[whole])
    donor = _completed(task, donor, weights, whole, model)
    told = _told(parameters, model, donor)
    giving = told.giving(donor.taking_part, weights, classes_of(parameters, donor))
    draw = _drawn(task, told, giving, recipient)
    task.notes["quality"] = {}
    for number, name in enumerate(told.targets.types):
        target, given, values = told.targets.only(name), giving.targets[:, number, None], draw.target(number)
        write_target(task, target.decode(values)[0], recipient)
        task.notes["quality"] |= quality(target, given, weights, values)
    _write_donors(task, draw, donor, recipient.chosen)
    sides = (donor.taking_part, weights, recipient.taking_part)
    task.notes["predictors"] = compared(parameters["predictors"], *sides)
    task.notes.update({"donors": int(donor.chosen.sum()), "recipients": int(recipient.chosen.sum())})


def write_target(task: Task, drawn: pl.Series, recipient: Side) -> None:
    """Write a target; who receives nothing has what the spec says."""
    parameters, receiving = task.parameters, recipient.chosen
    is_for_some = parameters["where"] or parameters.get("receives")
    # Text has no zero.
    is_nothing = (is_for_some and parameters["elsewhere"] is None) or is_text(drawn.dtype)
    placed = _placed(drawn, receiving, None if is_nothing else 0)
    if parameters["elsewhere"] == "keep":
        own = recipient.table[drawn.name]
        placed = own.zip_with(~pl.Series(receiving), placed.cast(own.dtype)).alias(drawn.name)
    task.write_column(parameters["entity"], _with_own(parameters, placed, recipient))


def _flag(parameters: dict[str, Any], recipient: Side) -> Mask | None:
    """Return the half that the whole block is drawn for, if it is drawn for one alone."""
    halves, targets = parameters["halves"], set(parameters["targets"])
    if halves is None:
        return None
    copies = np.asarray(recipient.table[halves["flag"]].to_numpy())
    if set(halves["clone_only"]) == targets:
        return copies
    return ~copies if set(halves.get("original_only", ())) == targets else None


def _fewer(task: Task, donor: Side, weights: Floats) -> tuple[Side, Floats]:
    """Return the donors of the sample and their weights; all, where the spec asks for no sample."""
    wanted, top = task.parameters.get("sample"), top_of(task.parameters)
    if wanted is None:
        return donor, weights
    by = None if top is None else amounts(donor.taking_part, top["by"])
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


def _answering(task: Task, donor: Side, weights: Floats) -> tuple[Side, Floats, Mask]:
    """Return the donors that are not dropped, as this draw weighs them, and who of them lacks no target."""
    weights = weighed_anew(task, donor.clusters, weights)
    whole = whole_donors(task, donor.taking_part, weights)
    if whole.all() or task.parameters["missing"] != "drop":
        return donor, weights, whole
    note_dropped(task, donor.taking_part, weights, whole)
    return donor.sampled(np.flatnonzero(whole)), weights[whole], whole[whole]


def _completed(task: Task, donor: Side, weights: Floats, whole: Mask, model: Mapping[str, Any]) -> Side:
    """Return the donors, with what they lack drawn by the model."""
    if whole.all():
        return donor
    table, classes = donor.taking_part, classes_of(task.parameters, donor)
    return donor.having(completed(task, table, weights, classes, model))


def _with_rare(task: Task, donor: Side, recipient: Side) -> tuple[Side, Side]:
    """Put rare categories of predictors together, on both sides alike, and note which."""
    if "rare" not in task.parameters:
        return donor, recipient
    kept, sides, notes = rare_categories(donor.taking_part, task.parameters["rare"]), [], {}
    for said, side in (("donors", donor), ("recipients", recipient)):
        table, _ = with_rare(side.table, kept)
        notes[said] = with_rare(side.taking_part, kept)[1]
        sides.append(replace(side, table=table))
    task.notes["rare"] = notes
    return sides[0], sides[1]


def _told(parameters: dict[str, Any], kind: Mapping[str, Any], donor: Side) -> Told:
    """Build the block's model, and learn from its donors how columns are told to it."""
    model = imputer(targets=parameters["targets"], **kind)
    able, donors = model.capabilities, donor.taking_part
    predictors = PredictorCodes.of(donors, parameters["predictors"], able)
    targets = TargetCodes.of(donors, parameters["targets"], able)
    return Told(on_scales(model, parameters, predictors.places), predictors, targets)


def _drawn(task: Task, told: Told, giving: Giving, recipient: Side) -> Drawn:
    """Draw for those who take part, and note how text was told."""
    known = told.predictors.encode(recipient.taking_part)
    if categories := {**told.predictors.categories, **told.targets.categories}:
        task.notes["categories"] = {name: list(each) for name, each in categories.items()}
    return draw_block(task, told.model, giving, known, classes_of(task.parameters, recipient))


def chosen_model(task: Task, donor: Side, weights: Floats) -> Mapping[str, Any]:
    """Return the model that the block is drawn by; of `auto`, the candidate that it chooses."""
    parameters = task.parameters
    model: Mapping[str, Any] = parameters["model"]
    if model["kind"] != "auto":
        return model
    known, targets, folds = parameters["predictors"], parameters["targets"], model["folds"]
    units = units_of(task.frame("donor"), parameters["entity"], folds)[donor.chosen]
    table = donor.taking_part
    donors = Donors.of(table, known, targets, weights, units, classes_of(parameters, donor))
    contest = Contest.of(model, folds["count"], prepared(parameters))
    choice = choose(donors, contest, partial(task.stream, "auto"), task.progress)
    task.notes["auto"] = choice.report
    return choice.model


def _placed(drawn: pl.Series, receiving: Mask, elsewhere: int | None) -> pl.Series:
    """Put drawn values into the rows that receive; the others get zero, or no value."""
    other = pl.Series([elsewhere], dtype=pl.Int64).cast(drawn.dtype)
    place = np.zeros(len(receiving), dtype=np.int64)
    place[receiving] = np.arange(1, drawn.len() + 1)
    return pl.concat([other, drawn.rename("")]).gather(place).alias(drawn.name)


def _with_own(parameters: dict[str, Any], placed: pl.Series, recipient: Side) -> pl.Series:
    """Give a half that is not written its own values back, bit for bit; of a new target zero or no value."""
    halves, name = parameters["halves"], placed.name
    written = None if halves is None else _written_half(halves, name, recipient)
    if written is None:
        return placed
    if name not in recipient.table.columns:
        is_unsaid = is_text(placed.dtype) or name in halves.get("null_elsewhere", ())
        nothing = pl.Series([None if is_unsaid else 0], dtype=pl.Int64).cast(placed.dtype)
        return placed.zip_with(written, nothing.new_from_index(0, placed.len()))
    own = recipient.table[name]
    return own.zip_with(~written, placed.cast(own.dtype)).alias(name)


def _written_half(halves: dict[str, Any], name: str, recipient: Side) -> pl.Series | None:
    """Return which rows a target is written on, None for all."""
    copies: pl.Series = recipient.table[halves["flag"]]
    if name in halves["clone_only"]:
        return copies
    return ~copies if name in halves.get("original_only", ()) else None


def _write_donors(task: Task, draw: Drawn, donor: Side, receiving: Mask) -> None:
    """Write, row by row, the id of the donor whose block was copied; null where there was none."""
    entity, name = task.parameters["entity"], task.parameters["donor_column"]
    if draw.donors is None:
        task.write_column(entity, pl.Series(name, [None], dtype=pl.Int64).new_from_index(0, len(receiving)))
        return
    giving = donor.ids.filter(pl.Series(donor.chosen))
    task.write_column(entity, _placed(giving.gather(draw.donors).alias(name), receiving, None))
    task.notes["donors_used"] = len(np.unique(draw.donors))
    task.notes["donor_use"] = donor_use(draw.donors, giving.len())
