"""What a node was held to and whether it held, as assertions in the shape of OpenLineage's facet 1-1-0."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.content import exact_sum
from runtime.names import column_file
from runtime.tables import stored

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from runtime.task import Task

    Floats = npt.NDArray[np.float64]

Assertion = dict[str, Any]
# Sums of weights that are kept but for the rounding of single products.
_KEPT = 1e-9


def assertions(task: Task) -> list[Assertion]:
    """Return what was checked of a finished task, in a fixed order."""
    check = _CHECKS.get(task.node.operation)
    return check(task) if check else []


def assertion(name: str, success: bool, expected: object, actual: object, **more: object) -> Assertion:  # noqa: FBT001 - the facet's own field
    """Return one assertion. OpenLineage has `expected` and `actual` as text."""
    return {
        "assertion": name,
        "success": bool(success),
        "expected": _text(expected),
        "actual": _text(actual),
        **more,
    }


def _text(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _sampled(task: Task) -> list[Assertion]:
    name = task.parameters["weight"]
    before = exact_sum(_weights(task.frame().column(name)))
    return [_conserved("weights_sum_is_kept", name, before, _written_sum(task, name))]


def _cloned(task: Task) -> list[Assertion]:
    """A clone's stored and internal weights are a division of the original's: neither makes people."""
    p = task.parameters
    before = exact_sum(_weights(task.frame().column(p["weight"])))
    names = (p["weight"], p["internal"])
    return [_conserved("weights_sum_is_kept", name, before, _written_sum(task, name)) for name in names]


def _conserved(check: str, column: str, before: float, after: float) -> Assertion:
    kept = math.isclose(before, after, rel_tol=_KEPT)
    return assertion(check, kept, before, after, column=column, severity="error")


def _calibrated(task: Task) -> list[Assertion]:
    name = task.parameters["weight"]
    weights = _weights(stored(task.folder / column_file("household", name)).to_series())
    wrong = int((~np.isfinite(weights)).sum() + (weights < 0).sum())
    return [
        assertion("weights_are_finite_and_not_negative", wrong == 0, 0, wrong, column=name, severity="error")
    ]


def _constrained(task: Task) -> list[Assertion]:
    return [
        assertion(
            label, found["broken_after"] == 0, 0, found["broken_after"], severity="error",
            **{"x-specc": {"rows": found["rows"], "brokenBefore": found["broken_before"]}},
        )
        for label, found in task.notes["rules"].items()
    ]  # fmt: skip


def _validated(task: Task) -> list[Assertion]:
    severity = "error" if task.parameters.get("blocking") else "warn"
    aggregates = [
        assertion(f"aggregate {name}", row["passes"], _near(row), row["total"], severity=severity)
        for name, row in _report(task, "report.json").items()
    ]
    gates = [
        assertion(f"gate {name}", row["passes"], _between(row), row["value"], severity=severity)
        for name, row in _report(task, "gates.json").items()
    ]
    return [*aggregates, *gates]


def _near(row: Assertion) -> str:
    return f"{row['benchmark']!r} within {row['tolerance']:.0%}"


def _between(row: Assertion) -> str:
    bounds = ("at least", row["at_least"]), ("at most", row["at_most"])
    return ", ".join(f"{word} {value!r}" for word, value in bounds if value is not None)


def _report(task: Task, name: str) -> dict[str, Assertion]:
    path = task.folder / name
    found: dict[str, Assertion] = json.loads(path.read_bytes()) if path.is_file() else {}
    return found


def _written_sum(task: Task, name: str) -> float:
    return exact_sum(_weights(stored(task.folder / column_file("household", name)).to_series()))


def _weights(column: Any) -> Floats:  # noqa: ANN401 - a polars series
    return np.asarray(column.to_numpy(), dtype=np.float64)


_CHECKS: dict[str, Callable[[Task], list[Assertion]]] = {
    "calibrate": _calibrated,
    "clone": _cloned,
    "constrain": _constrained,
    "sample": _sampled,
    "validate": _validated,
}
