"""`pool`: what a validation finds in several draws, together: by Rubin's rules, with an interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.imputation.rubin import combine
from runtime.imputation.variances import Estimated, of_ratio, of_total
from runtime.operations.gates import units
from runtime.operations.validate import amounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.frames import FrameReader
    from runtime.imputation.protocol import Floats
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
    readers = [task.frame(f"draw_{draw}") for draw in range(1, rules["draws"] + 1)]
    kinds = (("aggregates", _aggregate), ("gates", _of_gate))
    report = {
        kind: {name: told(name, rule, readers, weight) for name, rule in rules[kind].items()}
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


def _aggregate(name: str, rule: Row, readers: Sequence[FrameReader], weight: str) -> Row:
    """Return a pooled total beside its benchmark. The error is relative; of a benchmark of zero is none."""
    found = pooled([_total(name, rule, reader, weight) for reader in readers])
    benchmark, estimate = rule["benchmark"], found["estimate"]
    error = estimate / benchmark - 1 if benchmark else None
    passes = estimate == 0 if error is None else abs(error) <= rule["tolerance"]
    copied = {key: rule[key] for key in ("benchmark", "tolerance", "unit")}
    return {**found, **copied, "relative_error": error, "passes": passes}


def _total(name: str, rule: Row, reader: FrameReader, weight: str) -> Estimated:
    table = amounts(name, rule, reader, weight)
    weighted = table["value"].to_numpy() * table["weight"].to_numpy()
    return of_total(weighted, reader.household_of(rule["entity"]), _weights(reader, weight))


def _weights(reader: FrameReader, weight: str) -> Floats:
    return reader.column(weight).to_numpy().astype(np.float64)


def _of_gate(name: str, rule: Row, readers: Sequence[FrameReader], weight: str) -> Row:
    """Return a gate's pooled statistic: of everybody, or of each group that is there in every draw."""
    draws = [_statistics(name, rule, reader, weight) for reader in readers]
    said = {key: rule[key] for key in ("statistic", "at_least", "at_most")}
    if not rule.get("by"):
        return {**said, **pooled([next(iter(each.values())) for each in draws])}
    there = sorted(set.intersection(*(set(each) for each in draws)))
    groups = {group: pooled([each[group] for each in draws]) for group in there}
    return {**said, "by": rule["by"], "groups": groups}


def _statistics(name: str, rule: Row, reader: FrameReader, weight: str) -> dict[str, Estimated]:
    """Return the statistic of a gate, group by group."""
    weights, table = _weights(reader, weight), units(reader, name, rule, weight)
    is_total = rule["statistic"] in ("sum", "count") and "divided_by" not in rule
    found: dict[str, Estimated] = {}
    for (group,), own in table.group_by("group", maintain_order=True):
        households, share = own["household"].to_numpy(), own["weight"].to_numpy()
        values, divisors = own["value"].to_numpy() * share, own["divisor"].to_numpy() * share
        found[str(group)] = (
            of_total(values, households, weights)
            if is_total
            else of_ratio(values, divisors, households, weights)
        )
    return found
