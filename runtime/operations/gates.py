"""Gates: a weighted statistic, of everybody or group by group, against the bounds it must stay in."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.names import column_file
from runtime.operations.fits import FEW
from runtime.sql import quoted
from runtime.tables import stored

if TYPE_CHECKING:
    from runtime.frames import FrameReader
    from runtime.task import Task

_NAMED = 10
_EVERYBODY = "__everybody"
Row = dict[str, Any]


def gated(task: Task, name: str, rule: Row) -> Row:
    """Return one line of the report: the statistic, its bounds, whether it holds, and for whom it does not.

    Of several groups the value is that of the one that is furthest outside, or nearest to a bound.

    Raises:
        NodeFailed: a value is missing, or there is nobody to look at.
    """
    if rule["statistic"] == "clone":
        return _of_clone(task, name, rule)
    if rule["statistic"] == "fits":
        values = {_EVERYBODY: _near_enough(task, name, rule)}
    elif rule["statistic"] == "weights":
        values = {_EVERYBODY: _of_weights(task, name, rule)}
    else:
        values = _statistics(task.frame(), name, rule, task.parameters["weight"])
    low, high = (0.0, 0.0) if rule["statistic"] == "every" else (rule["at_least"], rule["at_most"])
    return _line({**rule, "at_least": low, "at_most": high}, values, rule.get("by"))


def _line(rule: Row, values: dict[str, float], by: str | None) -> Row:
    """Return the line of a gate; `by` is what tells its groups apart, None where there are none."""
    low, high = rule["at_least"], rule["at_most"]
    beyond = {group: _beyond(value, low, high) for group, value in values.items()}
    worst = max(beyond, key=lambda group: beyond[group])
    failed = sorted(group for group, distance in beyond.items() if distance > 0)
    line: Row = {"statistic": rule["statistic"], "value": values[worst], "at_least": low, "at_most": high}
    if by:
        line |= {"by": by, "group": worst, "groups": len(values), "failed": failed[:_NAMED]}
    return {**line, "passes": not failed}


def _of_clone(task: Task, name: str, rule: Row) -> Row:
    """Return the line of a gate about a clone: nothing of a variant that is built without it."""
    told = {"statistic": "clone", "measure": rule["measure"]}
    if not rule.get("applies", True):
        bounds = {key: rule[key] for key in ("at_least", "at_most")}
        return {**told, "value": None, **bounds, "passes": True, "applies": False}
    # Imported here: most validations look at no clone.
    from runtime.operations.clone_gates import measured  # noqa: PLC0415

    values = measured(task, name, rule)
    return {**_line(rule, values, "variable" if rule["variables"] else None), **told}


def _beyond(value: float, low: float | None, high: float | None) -> float:
    """Return how far a value is outside its bounds; below zero it is inside."""
    distances = [low - value] if low is not None else []
    return max([*distances, *([value - high] if high is not None else [])])


def _near_enough(task: Task, name: str, rule: Row) -> float:
    """Return the share of the facts that can be met at all whose estimate is near enough."""
    facts = stored(task.artifact(f"calibrate.{rule['calibration']}").path("fits.parquet"))
    chosen = facts.filter((pl.col("status") != FEW) & pl.col("error").is_not_null())
    for column in ("target", "role"):
        chosen = chosen if rule[column] is None else chosen.filter(pl.col(column) == rule[column])
    if chosen.height == 0:
        raise NodeFailed(
            f"the gate `{name}` looks at no fact: none has carriers and a relative error",
            remedy="choose another target or role",
        )
    return float((chosen["error"].abs() <= rule["within"]).mean())


def _of_weights(task: Task, name: str, rule: Row) -> float:
    """Return what a calibration did to the weights, as it has reported it."""
    artifact = task.artifact(f"calibrate.{rule['calibration']}")
    if rule["measure"] == "positive_records":
        weight = task.parameters["weight"]
        return float((stored(artifact.path(column_file("household", weight)))[weight] > 0).sum())
    told = json.loads(artifact.path("report.json").read_text(encoding="utf-8"))["weights"]
    if rule["measure"] == "effective_share":
        return float(told["effective_sample_size"] / told["effective_sample_size_start"])
    found = told[{"largest_ratio": "ratio_max"}.get(rule["measure"], rule["measure"])]
    if found is None:
        raise NodeFailed(f"the gate `{name}` has no value: no record had weight at the start")
    return float(found)


def _statistics(reader: FrameReader, name: str, rule: Row, weight: str) -> dict[str, float]:
    table = units(reader, name, rule, weight)
    grouped = table.group_by("group").agg(_aggregate(rule).alias("value")).sort("group")
    found = dict(zip(grouped["group"].to_list(), grouped["value"].to_list(), strict=True))
    undefined = [group for group, value in found.items() if value is None or not math.isfinite(value)]
    if undefined or not found:
        of = f" of {undefined[0]}" if undefined and undefined[0] != _EVERYBODY else ""
        raise NodeFailed(
            f"the gate `{name}` has no value{of}: nobody is counted, or what it is divided by is zero",
            remedy="mend `where:`, or remove the gate",
        )
    return found


def units(reader: FrameReader, name: str, rule: Row, weight: str) -> pl.DataFrame:
    """Return the units that are looked at: value, weight, divisor, group, and the row of their household.

    Raises:
        NodeFailed: a value is missing.
    """
    texts = {
        "value": f"({rule['value']})::DOUBLE",
        "weight": f"{quoted(weight)}::DOUBLE",
        "divisor": f"({rule.get('divided_by', '1')})::DOUBLE",
        "chosen": f"coalesce(({rule.get('where', 'true')})::BOOLEAN, false)",
        "group": f"({rule['by']})::VARCHAR" if rule.get("by") else f"'{_EVERYBODY}'",
    }
    everybody = evaluate(reader, rule["entity"], texts)
    households = pl.Series("household", reader.household_of(rule["entity"]))
    table = everybody.with_columns(households).filter(pl.col("chosen"))
    if rule["statistic"] == "every":
        return table.with_columns(pl.col("value").fill_null(0.0))
    missing = table.filter(pl.any_horizontal(pl.col("value", "divisor").is_null(), pl.col("group").is_null()))
    if missing.height:
        raise NodeFailed(
            f"`{name}` has no value in {missing.height} of {table.height} rows of {rule['entity']}",
            remedy="say what it is there, as in coalesce(..., 0), or leave the rows out with `where:`",
        )
    return table


def _aggregate(rule: Row) -> pl.Expr:
    if rule["statistic"] == "every":
        return (pl.col("value") != 1.0).sum().cast(pl.Float64)
    weighted = (pl.col("value") * pl.col("weight")).sum()
    is_total = rule["statistic"] in ("sum", "count") and "divided_by" not in rule
    return weighted if is_total else weighted / (pl.col("divisor") * pl.col("weight")).sum()
