"""`validate`: weighted totals beside what others published. Nothing here was trained on."""

from __future__ import annotations

import numpy as np
from runtime.content import exact_sum

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.sql import quoted
from runtime.task import Task

REPORT = "report.json"


def run(task: Task) -> None:
    """Write every aggregate with its benchmark and error; fail only where the spec says that an error blocks."""
    parameters, reader = task.parameters, task.frame()
    report = {}
    for name, rule in parameters["aggregates"].items():
        table = evaluate(reader, rule["entity"], {"value": f"({rule['sum']})::DOUBLE", "weight": quoted(parameters["weight"])})
        total = exact_sum(np.asarray(table["value"].to_numpy() * table["weight"].to_numpy(), dtype=np.float64))
        error = total / rule["benchmark"] - 1
        report[name] = {"total": total, "benchmark": rule["benchmark"], "error": error, "tolerance": rule["tolerance"],
                        "passes": abs(error) <= rule["tolerance"], "unit": rule["unit"]}  # fmt: skip
    task.write_json(REPORT, report)
    failed = [name for name, row in report.items() if not row["passes"]]
    if failed and parameters["blocking"]:
        raise NodeFailed(f"{', '.join(failed)} is outside its tolerance", place=task.node.address, remedy="see the report, or widen the tolerance with a reason")
