"""What a manifest says of the data a node wrote: rows, weight sums, and every column in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from runtime.content import exact_sum, fingerprint
from runtime.manifest import Findings
from runtime.names import column_file
from runtime.tables import stored

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.task import Task

_ROWS = "rows."


def findings(task: Task) -> Findings:
    """Describe the finished folder of a task."""
    node, folder = task.node, task.folder
    tables = [path for path in sorted(folder.glob("*.parquet")) if not path.name.startswith(_ROWS)]
    return Findings(
        seed_stream=node.stream,
        determinism="seeded" if node.stream else "exact",
        rows=_rows(folder, node.outputs),
        weight_sums=_weight_sums(task),
        columns={path.name: fingerprint(path) for path in tables},
        more=task.notes,
    )


def _rows(folder: Path, outputs: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Return the number of rows of each entity that the step defined, or wrote a column of."""
    rows = {path.name.split(".")[1]: path for path in folder.glob(f"{_ROWS}*.parquet")}
    for entity, names in outputs.items():
        for name in names[:1]:
            path = folder / column_file(entity, name)
            if path.is_file():
                rows.setdefault(entity, path)
    return {entity: _height(path) for entity, path in sorted(rows.items())}


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())


def _weight_sums(task: Task) -> dict[str, float]:
    """Return the sum of every weight column: those that the parameters name, not what sounds like one."""
    weight = task.parameters.get("weight")
    declared = {weight["column"] if isinstance(weight, dict) else weight, task.parameters.get("internal")}
    written = [name for name in task.node.outputs.get("household", ()) if name in declared]
    paths = {name: task.folder / column_file("household", name) for name in sorted(written)}
    return {name: exact_sum(stored(path).to_series().to_numpy()) for name, path in paths.items()}
