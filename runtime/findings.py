"""What a manifest says of the data a node wrote: rows, weight sums, and every column in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from runtime.checks import assertions
from runtime.content import exact_sum, fingerprint
from runtime.facets import column_lineage, schema
from runtime.hits import hits
from runtime.manifest import Findings
from runtime.names import column_file
from runtime.tables import stored
from runtime.threads import in_threads
from runtime.weighing import Weigher

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.task import Task

_ROWS = "rows."


def findings(task: Task) -> Findings:
    """Describe the finished folder of a task."""
    node, folder = task.node, task.folder
    tables = [path for path in sorted(folder.rglob("*.parquet")) if not path.name.startswith(_ROWS)]
    named = {path.relative_to(folder).as_posix(): path for path in tables}
    weigher = Weigher(task)
    weights = {name: weigher.weights(_entity(name)) for name in named}
    prints = in_threads(lambda name: fingerprint(named[name], weights[name]), list(named))
    return Findings(
        seed_stream=node.stream,
        determinism="seeded" if node.stream else "exact",
        rows=_rows(folder, node.outputs),
        weight_sums=_weight_sums(task),
        columns=dict(zip(named, prints, strict=True)),
        schema={name: schema(path) for name, path in named.items()},
        lineage=column_lineage(node),
        assertions=assertions(task),
        hits=hits(task),
        more=task.notes,
    )


def _entity(name: str) -> str:
    """Return the entity whose rows a file has: `person.age.parquet`, `tables/person.parquet`."""
    return name.rpartition("/")[2].split(".")[0]


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
