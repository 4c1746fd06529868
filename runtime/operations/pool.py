"""`pool`: what a validation finds in several draws, together: by Rubin's rules, with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation.rubin import combine
from runtime.imputation.variances import Estimated, by_household, of_ratio, of_total
from runtime.operations.gates import units
from runtime.operations.replicate import read_replicates
from runtime.operations.validate import REPLICATES, amounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.frames import FrameReader
    from runtime.imputation.protocol import Floats, Rows
    from runtime.operations.replicate import Replicates
    from runtime.task import Task

REPORT = "pooled.json"
CONFIDENCE = 0.95
Row = dict[str, Any]


def run(task: Task) -> None:
    """Write every aggregate, and every gate that has a variance, as all draws estimate it together.

    Raises:
        NodeFailed: a value is missing.
    """
    rules, weight = task.parameters, task.parameters["weight"]
    roles = [f"draw_{draw}" for draw in range(1, rules["draws"] + 1)]
    readers = [Drawn(task.frame(role), _replicates(task, role), weight) for role in roles]
    kinds = (("aggregates", _aggregate), ("gates", _of_gate))
    report = {
        kind: {name: told(name, rule, readers) for name, rule in rules[kind].items()}
        for kind, told in kinds
        if kind in rules
    }
    task.write_json(REPORT, report)


def pooled(estimates: Sequence[Estimated]) -> Row:
    """Return what draws say together; without a variance, as of one household, no interval."""
    values = [each.estimate for each in estimates]
    degrees = min(each.degrees for each in estimates)
    if not degrees:
        return {"estimate": float(np.mean(values)), "draws": values, "interval": None}
    together = combine(values, [each.variance for each in estimates], complete_degrees=degrees)
    return {
        "estimate": together.estimate,
        "within": together.within,
        "between": together.between,
        "variance": together.total,
        "error": together.error,
        "degrees": together.degrees if math.isfinite(together.degrees) else None,
        "missing_information": together.missing_information,
        "confidence": CONFIDENCE,
        "interval": list(together.interval(CONFIDENCE)),
        "draws": values,
    }


@dataclass(frozen=True)
class Drawn:
    """The frame of a draw, the replicates of its weights where there are any, and what weights are called."""

    reader: FrameReader
    replicates: Replicates | None
    weight: str

    @property
    def weights(self) -> Floats:
        """The weights of its households."""
        return self.reader.column(self.weight).to_numpy().astype(np.float64)

    def total(self, values: Floats, weights: Floats, households: Rows) -> Estimated:
        """Return the weighted total of rows, with its variance: of replicates, else of households."""
        found = of_total(values * weights, households, self.weights)
        if self.replicates is None:
            return found
        each = by_household(values, households, self.reader.count("household"))
        return self.replicates.of_total(found.estimate, each)

    def ratio(self, values: Floats, divisors: Floats, weights: Floats, households: Rows) -> Estimated:
        """Return the ratio of two weighted totals of rows, with its variance."""
        found = of_ratio(values * weights, divisors * weights, households, self.weights)
        if self.replicates is None:
            return found
        count = self.reader.count("household")
        each = [by_household(amounts, households, count) for amounts in (values, divisors)]
        return self.replicates.of_ratio(found.estimate, *each)


def _replicates(task: Task, role: str) -> Replicates | None:
    role = f"{role}.{REPLICATES}"
    return read_replicates(task.artifact(role)) if role in task.node.inputs.artifacts else None


def _aggregate(name: str, rule: Row, draws: Sequence[Drawn]) -> Row:
    """Return a pooled total beside its benchmark. The error is relative; of a benchmark of zero is none."""
    found = pooled([_total(name, rule, drawn) for drawn in draws])
    benchmark, estimate = rule["benchmark"], found["estimate"]
    error = estimate / benchmark - 1 if benchmark else None
    passes = estimate == 0 if error is None else abs(error) <= rule["tolerance"]
    copied = {key: rule[key] for key in ("benchmark", "tolerance", "unit")}
    return {**found, **copied, "relative_error": error, "passes": passes}


def _total(name: str, rule: Row, drawn: Drawn) -> Estimated:
    table = amounts(name, rule, drawn.reader, drawn.weight)
    households = drawn.reader.household_of(rule["entity"])
    return drawn.total(table["value"].to_numpy(), table["weight"].to_numpy(), households)


def _of_gate(name: str, rule: Row, draws: Sequence[Drawn]) -> Row:
    """Return a gate's pooled statistic: of everybody, or of each group that is there in every draw."""
    found = [_statistics(name, rule, drawn) for drawn in draws]
    said = {key: rule[key] for key in ("statistic", "at_least", "at_most")}
    if not rule.get("by"):
        return {**said, **pooled([next(iter(each.values())) for each in found])}
    there = sorted(set.intersection(*(set(each) for each in found)))
    groups = {group: pooled([each[group] for each in found]) for group in there}
    return {**said, "by": rule["by"], "groups": groups}


def _statistics(name: str, rule: Row, drawn: Drawn) -> dict[str, Estimated]:
    """Return the statistic of a gate, group by group."""
    table = units(drawn.reader, name, rule, drawn.weight)
    is_total = rule["statistic"] in ("sum", "count") and "divided_by" not in rule
    found: dict[str, Estimated] = {}
    for (group,), own in table.group_by("group", maintain_order=True):
        names = ("value", "divisor", "weight", "household")
        values, divisors, weights, households = (own[name].to_numpy() for name in names)
        found[str(group)] = (
            drawn.total(values, weights, households)
            if is_total
            else drawn.ratio(values, divisors, weights, households)
        )
    return found
