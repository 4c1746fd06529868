"""What a manifest says of the data a node wrote: rows, weight sums, and every column in numbers."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from runtime.content import exact_sum, fingerprint
from runtime.manifest import Findings
from runtime.task import Task


def findings(task: Task) -> Findings:
    """Describe the finished folder of a task."""
    node, folder = task.node, task.folder
    columns = {path.name: fingerprint(path) for path in sorted(folder.glob("*.parquet")) if not path.name.startswith("rows.")}
    return Findings(
        seed_stream=node.stream, determinism="seeded" if node.stream else "exact", rows=_rows(folder, node.outputs),
        weight_sums=_weight_sums(folder), columns=columns, more=task.notes,
    )  # fmt: skip


def _rows(folder: Path, outputs: dict[str, tuple[str, ...]]) -> dict[str, int]:
    rows = {path.name.split(".")[1]: path for path in folder.glob("rows.*.parquet")}
    for entity, names in outputs.items():
        for name in names[:1]:
            path = folder / f"{entity}.{name}.parquet"
            if path.is_file():
                rows.setdefault(entity, path)
    return {entity: pl.scan_parquet(path).select(pl.len()).collect().item() for entity, path in sorted(rows.items())}


def _weight_sums(folder: Path) -> dict[str, float]:
    names = sorted(folder.glob("household.*weight*.parquet"))
    return {path.name.split(".")[1]: exact_sum(pl.read_parquet(path).to_series().to_numpy()) for path in names}
