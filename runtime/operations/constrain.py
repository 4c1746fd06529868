"""`constrain`: rows that break a rule move to the nearest point at which all rules of the set hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.constraints.system import System
from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate

if TYPE_CHECKING:
    from runtime.constraints.nearest import Floats, Mask
    from runtime.frames import FrameReader
    from runtime.task import Task

_SENSES = {"at_least": 1.0, "equal": 0.0, "at_most": -1.0}
_MOST_NAMED = 3


def run(task: Task) -> None:
    """Write the variables that may move; a row that breaks no rule keeps its values bit for bit.

    A rule is not applied to a row in which one of its variables or its bound has no value: that stays so, and
    is counted.

    Raises:
        NodeFailed: rows that no point can satisfy, by rule; a value is infinite.
    """
    parameters, reader = task.parameters, task.frame()
    rules, kept = parameters["rules"], set(parameters["kept"])
    names = sorted({name for rule in rules for name, _ in rule["terms"]})
    columns = [reader.column(name) for name in names]
    points = np.column_stack([_numbers(column, "mend it where it is made") for column in columns])
    where, bounds = _read(reader, parameters["entity"], rules)
    coefficients = np.array([[dict(rule["terms"]).get(name, 0) for name in names] for rule in rules], float)
    known = ~(np.isnan(points) @ (coefficients != 0).T.astype(float) > 0) & ~np.isnan(bounds)
    system = System(
        rules=coefficients,
        sense=np.array([_SENSES[rule["sense"]] for rule in rules]),
        bounds=bounds,
        applies=where & known,
        moves=np.array([name not in kept for name in names]),
        whole=np.array([not column.dtype.is_float() for column in columns]),
    )
    found = system.solved(points)
    after = system.still_broken(found.points, points)
    _refuse_impossible(found.blamed | after, rules)
    weights = reader.column(parameters["weight"]).to_numpy()[reader.household_of(parameters["entity"])]
    said = [
        _Broken.of(system, points, system.broken(points), weights),
        _Broken.of(system, found.points, after, weights),
    ]
    task.notes["rules"] = _of_rules(rules, where, known, *said)
    task.notes["variables"] = _of_variables(names, kept, points, found.points, weights)
    task.notes["rows_changed"] = int(_changed(points, found.points).any(axis=1).sum())
    for position, column in enumerate(columns):
        if column.name not in kept:
            here = _changed(points[:, position], found.points[:, position])
            task.write_column(parameters["entity"], _with(column, found.points[:, position], here))


def _numbers(column: pl.Series, remedy: str) -> Floats:
    """Return a column as floats, NaN where it has no value.

    Raises:
        NodeFailed: a value is infinite.
    """
    values = np.array(column.cast(pl.Float64).fill_null(float("nan")).to_numpy(), dtype=np.float64)
    endless = int(np.isinf(values).sum())
    if endless:
        raise NodeFailed(
            f"`{column.name}` is infinite in {endless} of {column.len()} rows",
            remedy=remedy,
        )
    return values


def _read(reader: FrameReader, entity: str, rules: list[dict[str, Any]]) -> tuple[Mask, Floats]:
    """Return, row by row and rule by rule, whether the row is meant, and the bound; NaN where it has none."""
    texts = {text for rule in rules for text in (_bound(rule), _condition(rule))}
    numbered = {f"__{number}": text for number, text in enumerate(sorted(texts))}
    table, name_of = evaluate(reader, entity, numbered), {text: name for name, text in numbered.items()}
    where = [table[name_of[_condition(rule)]].to_numpy() for rule in rules]
    named = [table[name_of[_bound(rule)]].alias(f"the bound of {rule['label']}") for rule in rules]
    bounds = [_numbers(bound, "write null where there is no bound") for bound in named]
    return np.column_stack(where), np.column_stack(bounds)


def _bound(rule: dict[str, Any]) -> str:
    return f"({rule['bound']})::DOUBLE"


def _condition(rule: dict[str, Any]) -> str:
    return f"coalesce(({rule['where'] or 'true'})::BOOLEAN, false)"


def _refuse_impossible(blamed: Mask, rules: list[dict[str, Any]]) -> None:
    """Refuse rows that no point satisfies.

    Raises:
        NodeFailed: there are some; the rules that contradict each other most often are named.
    """
    rows = int(blamed.any(axis=1).sum())
    if not rows:
        return
    counts = blamed.sum(axis=0)
    worst = [int(number) for number in np.argsort(-counts, kind="stable")[:_MOST_NAMED] if counts[number]]
    named = ", ".join(f"`{rules[number]['label']}` ({counts[number]})" for number in worst)
    raise NodeFailed(
        f"{rows} of {len(blamed)} rows cannot meet the rules together; they fail at {named}",
        remedy="give a rule a `where:` that leaves those rows out, or let `adjust:` free another variable",
    )


@dataclass(frozen=True, slots=True)
class _Broken:
    """Rule by rule, how many of the rows it is about break it, with what share of weight, and by how much.

    `largest` is the greatest amount by which a bound is missed, in the units of the rule.
    """

    rows: list[int]
    share: list[float | None]
    largest: list[float]

    @classmethod
    def of(cls, system: System, points: Floats, broken: Mask, weights: Floats) -> _Broken:
        """Count the rows that break a rule at some points."""
        misses = system.misses(points, broken)
        about = [exact_sum(weights[applies]) for applies in system.applies.T]
        heavy = [exact_sum(weights[rows]) for rows in broken.T]
        return cls(
            [int(rows.sum()) for rows in broken.T],
            [of / total if total > 0 else None for of, total in zip(heavy, about, strict=True)],
            [float(rows.max(initial=0.0)) for rows in misses.T],
        )


def _of_rules(
    rules: list[dict[str, Any]], where: Mask, known: Mask, before: _Broken, after: _Broken
) -> dict[str, dict[str, float | None]]:
    return {
        rule["label"]: {
            "rows": int(where[:, number].sum()),
            "without_value": int((where[:, number] & ~known[:, number]).sum()),
            "broken_before": before.rows[number],
            "broken_after": after.rows[number],
            "weighted_share_before": before.share[number],
            "weighted_share_after": after.share[number],
            "largest_before": before.largest[number],
            "largest_after": after.largest[number],
        }
        for number, rule in enumerate(rules)
    }


def _of_variables(
    names: list[str], kept: set[str], before: Floats, after: Floats, weights: Floats
) -> dict[str, dict[str, float]]:
    """Return, variable by variable that may move, what its weighted total was and is, and how much moved."""
    report: dict[str, dict[str, float]] = {}
    for number, name in enumerate(names):
        old, new = np.nan_to_num(before[:, number]), np.nan_to_num(after[:, number])
        if name not in kept:
            report[name] = {
                "rows_changed": int((old != new).sum()),
                "total_before": exact_sum(old * weights),
                "total_after": exact_sum(new * weights),
                "moved_up": exact_sum(np.maximum(new - old, 0) * weights),
                "moved_down": exact_sum(np.maximum(old - new, 0) * weights),
            }
    return report


def _changed(before: Floats, after: Floats) -> Mask:
    return np.asarray((before != after) & ~np.isnan(before), dtype=np.bool_)


def _with(column: pl.Series, values: Floats, here: Mask) -> pl.Series:
    """Return the column with the values of some rows in its own type."""
    rows = pl.Series(np.flatnonzero(here))
    new = values[here]
    kind = column.dtype
    typed = pl.Series(new != 0) if kind == pl.Boolean else pl.Series(new).cast(kind)
    return column.clone().scatter(rows, typed) if len(new) else column
