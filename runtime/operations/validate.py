"""`validate`: weighted totals beside what others published, and gates. No benchmark was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.imputation.variances import by_household
from runtime.operations.gates import gated
from runtime.operations.replicate import read_replicates
from runtime.operations.written import Written
from runtime.sql import quoted

if TYPE_CHECKING:
    import polars as pl

    from runtime.frames import FrameReader
    from runtime.operations.replicate import Replicates
    from runtime.task import Task

REPORT, GATES = "report.json", "gates.json"
# The role that replicates of the weights play, of a frame and of a draw's: `draw_2.replicates`.
REPLICATES = "replicates"


def run(task: Task) -> None:
    """Write every aggregate with its benchmark and error, every gate with its value and bounds.

    Raises:
        NodeFailed: a value is missing; or, where the spec says that it blocks, an error beyond its tolerance
            or a gate that does not hold.
    """
    parameters, reader = task.parameters, task.frame()
    rules = parameters["aggregates"]
    replicates = (
        read_replicates(task.artifact(REPLICATES)) if REPLICATES in task.node.inputs.artifacts else None
    )
    weight, written = parameters["weight"], Written(task.surroundings.chunks / task.node.key)
    report = written.each(
        "aggregate", rules, lambda name, rule: _compared(name, rule, reader, weight, replicates)
    )
    gates = written.each("gate", parameters.get("gates", {}), lambda name, rule: gated(task, name, rule))
    written.refuse_missing()
    task.write_json(REPORT, report)
    if gates:
        task.write_json(GATES, gates)
    if parameters["blocking"]:
        _block(
            {name: _error(row) for name, row in report.items() if not row["passes"]},
            {name: _value(row) for name, row in gates.items() if not row["passes"]},
            written,
        )
    written.remove()


def _block(missed: dict[str, str], closed: dict[str, str], written: Written) -> None:
    kinds = {"outside their tolerance": missed, "gates that do not hold": closed}
    said = [
        f"{kind}: {', '.join(f'{n} ({w})' for n, w in rows.items())}" for kind, rows in kinds.items() if rows
    ]
    if said:
        raise NodeFailed(
            "; ".join(said),
            remedy="mend what they are made of, or widen the tolerance with a reason; "
            f"all that was found is in {written.path}",
        )


def _value(row: dict[str, Any]) -> str:
    where = f" in {row['group']}" if "by" in row else ""
    return f"{row['value']:,.6g}{where}"


def _compared(
    name: str, rule: dict[str, Any], reader: FrameReader, weight: str, replicates: Replicates | None
) -> dict[str, Any]:
    """Return one line of the report. The error is relative; of a benchmark of zero there is none."""
    table = amounts(name, rule, reader, weight)
    total = exact_sum(np.asarray(table["value"].to_numpy() * table["weight"].to_numpy(), dtype=np.float64))
    benchmark = rule["benchmark"]
    error = total / benchmark - 1 if benchmark else None
    passes = total == 0 if error is None else abs(error) <= rule["tolerance"]
    copied = {key: rule[key] for key in ("benchmark", "tolerance", "unit")}
    uncertain = {} if replicates is None else _uncertain(rule, reader, table, total, replicates)
    return {"total": total, "error": error, "passes": passes, **copied, **uncertain}


def _uncertain(
    rule: dict[str, Any], reader: FrameReader, table: pl.DataFrame, total: float, replicates: Replicates
) -> dict[str, Any]:
    """Return what replicates say of a total: its standard error, an interval, degrees of freedom."""
    households = reader.household_of(rule["entity"])
    found = replicates.of_total(
        total, by_household(table["value"].to_numpy(), households, reader.count("household"))
    )
    low, high = replicates.scheme.interval(np.asarray(total), np.asarray(found.variance))
    return {
        "standard_error": float(np.sqrt(found.variance)),
        "interval": [float(low), float(high)],
        "degrees": found.degrees,
    }


def amounts(name: str, rule: dict[str, Any], reader: FrameReader, weight: str) -> pl.DataFrame:
    """Return the `value` and the `weight` of every row that an aggregate adds up.

    Raises:
        NodeFailed: a value is missing.
    """
    texts = {"value": f"({rule['sum']})::DOUBLE", "weight": quoted(weight)}
    table = evaluate(reader, rule["entity"], texts)
    missing = table["value"].null_count() + int(table["value"].is_nan().sum())
    if missing:
        raise NodeFailed(
            f"`{name}` has no value in {missing} of {table.height} rows of {rule['entity']}",
            remedy="say what it is there, as in coalesce(..., 0)",
        )
    return table


def _error(row: dict[str, Any]) -> str:
    return "of a benchmark of zero" if row["error"] is None else f"{row['error']:+.1%}"
