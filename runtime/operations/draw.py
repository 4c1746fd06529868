"""`draw`: a flag that is true with a rate, or a value from a published table, by the id of each row.

Whoever has an id has a number in [0, 1) that belongs to stream and id alone: neither the order of the rows
nor who else is there changes it, so that a sample of the households draws for them what the whole would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.operations.drawn_numbers import numbers_of
from runtime.operations.drawn_tables import rates_of, values_of
from runtime.seeds import uniform

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.frames import FrameReader
    from runtime.task import Task

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]


def run(task: Task) -> None:
    """Draw the variable for every row of its entity.

    Raises:
        NodeFailed: a rate is missing or no share, or the table has no row for a key.
    """
    parameters, reader = task.parameters, task.frame()
    entity, name = parameters["entity"], parameters["name"]
    uniforms = uniform(task.stream(), reader.ids(entity)[f"{entity}_id"].to_numpy())
    weights = reader.column(parameters["report_weight"]).to_numpy()[reader.household_of(entity)]
    if "table" in parameters:
        drawn = values_of(task, reader, uniforms).cast(_POLARS[parameters["type"]]).alias(name)
        task.notes[name] = {"rows": drawn.len(), "distinct_values": drawn.n_unique()}
    elif "distribution" in parameters:
        drawn = pl.Series(name, numbers_of(parameters, reader, uniforms))
        task.notes[name] = {
            "rows": drawn.len(),
            "mean": float(exact_sum(drawn.to_numpy()) / max(drawn.len(), 1)),
        }
    else:
        drawn = pl.Series(name, _flags(task, reader, uniforms, weights.astype(np.float64)))
    task.write_column(entity, drawn)


_POLARS = {"DOUBLE": pl.Float64, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean, "VARCHAR": pl.String}


def _flags(task: Task, reader: FrameReader, uniforms: Floats, weights: Floats) -> Mask:
    """Return who is in: of those the rate is about, whoever must be, and of the rest whom it takes."""
    parameters = task.parameters
    table = evaluate(reader, parameters["entity"], _expressions(parameters))
    among, certain = table["among"].to_numpy(), table["at_least"].to_numpy()
    counted = weights if parameters.get("weighted", True) else np.ones(len(weights))
    if "up_to" in parameters:
        rates = _share(parameters["up_to"], among, counted)
    else:
        rates = _checked(parameters["name"], rates_of(task, reader, among), among)
    chances = rates
    if parameters["at_least"] is not None or "relative" in parameters:
        relative = _checked_relative(parameters["name"], table["relative"].to_numpy(), among)
        chances = chances_of(rates, among, certain, relative, counted)
    drawn = np.asarray(among & (certain | (uniforms < chances)))
    task.notes[parameters["name"]] = _note(drawn, among, among & certain, rates, weights)
    return drawn


def _expressions(parameters: dict[str, Any]) -> dict[str, str]:
    conditions = {key: _condition(parameters[key], default) for key, default in _DEFAULTS.items()}
    return {**conditions, "relative": f"({parameters.get('relative') or 1})::DOUBLE"}


_DEFAULTS = {"among": "true", "at_least": "false"}


def _condition(text: str | None, default: str) -> str:
    return f"coalesce(({text or default})::BOOLEAN, false)"


def _share(number: float, among: Mask, weights: Floats) -> Floats:
    """Return the rate at which a number of people is expected to be drawn: all, where there are no more."""
    there = exact_sum(weights[among])
    return np.where(among, min(1.0, number / there) if there > 0 else 0.0, 0.0)


def _checked(name: str, rates: Floats, among: Mask) -> Floats:
    """Return the rates, zero where nobody asks for them.

    Raises:
        NodeFailed: a rate that is asked for is missing, or not between 0 and 1.
    """
    wrong = among & ~((rates >= 0) & (rates <= 1))
    if wrong.any():
        worst = rates[wrong][0]
        what = "has no value" if np.isnan(worst) else f"is {worst:g}, for one,"
        raise NodeFailed(
            f"the rate of `{name}` {what} in {int(wrong.sum())} of {int(among.sum())} rows",
            remedy="give a rate between 0 and 1 for every row of `among:`",
        )
    return np.where(among, rates, 0.0)


def _checked_relative(name: str, relative: Floats, among: Mask) -> Floats:
    """Return how likely each row is beside the others, zero where nobody asks for it.

    Raises:
        NodeFailed: it is missing, infinite or negative where it is asked for.
    """
    wrong = among & ~(np.isfinite(relative) & (relative >= 0))
    if wrong.any():
        raise NodeFailed(
            f"`relative` of `{name}` is missing, infinite or negative in {int(wrong.sum())} of "
            f"{int(among.sum())} rows",
            remedy="give a number of at least 0 for every row of `among:`",
        )
    return np.where(among, relative, 0.0)


def chances_of(rates: Floats, among: Mask, certain: Mask, relative: Floats, weights: Floats) -> Floats:
    """Return with which chance each row that need not be in is drawn, so that rows of one rate meet it.

    Where those who must be in are more than the rate says, nobody else is drawn.
    """
    chances = np.zeros_like(rates)
    for rate in np.unique(rates[among]):
        rows = among & (rates == rate)
        others = rows & ~certain
        wanted = rate * exact_sum(weights[rows]) - exact_sum(weights[rows & certain])
        chances[others] = _shared(wanted, relative[others], weights[others])
    return chances


def _shared(wanted: float, relative: Floats, weights: Floats) -> Floats:
    """Return chances in proportion to `relative` under which so much weight is expected to be drawn.

    Whom the proportion would give more than certainty is in, and the others share what is left.
    """
    chances = np.zeros_like(relative)
    shares = relative > 0
    while wanted > 0 and (whole := exact_sum((relative * weights)[shares])) > 0:
        part = wanted / whole
        over = shares & (relative * part >= 1)
        if not over.any():
            chances[shares] = relative[shares] * part
            break
        chances[over] = 1.0
        wanted -= exact_sum(weights[over])
        shares &= ~over
    return chances


def _note(drawn: Mask, among: Mask, certain: Mask, rates: Floats, weights: Floats) -> dict[str, float]:
    """Return rows and shares: how much of the population is in, and what was meant."""
    total = exact_sum(weights[among])
    share = exact_sum(weights[drawn]) / total if total else 0.0
    meant = exact_sum((rates * weights)[among]) / total if total else 0.0
    return {
        "rows": int(among.sum()), "true": int(drawn.sum()), "certain": int(certain.sum()),
        "weighted_share": share, "weighted_rate": meant, "population": exact_sum(weights[drawn]),
    }  # fmt: skip
