"""Variables that the engine computes for a dataset which stores only its inputs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from compiler.plan import ENTITIES
from runtime.digests import sha256_file
from runtime.engine.materialise import materialise
from runtime.engine.process import WORKER
from runtime.engine.request import Request
from runtime.numbers import kept
from runtime.operations.complete import refuse_missing
from runtime.others.dataset import structure

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from runtime.others.dataset import Tables
    from runtime.store import Artifact, Store

RECIPE = "specc.compare.computed/1"


@dataclass(frozen=True)
class Asking:
    """Who computes, and how: the engine of the run that is compared, and the chunks of its own step.

    `work` keeps finished chunks until all are there; `inputs` are variables that a dataset may store.
    """

    engine: str
    version: str
    period: int
    households_per_chunk: int
    workers: int
    inputs: Collection[str]
    work: Path
    command: Sequence[str] = WORKER


def with_computed(
    path: Path,
    tables: Tables,
    wanted: Collection[str],
    asking: Asking,
    store: Store,
    progress: Callable[[int, int], None],
) -> Tables:
    """Return the tables with the variables that are wanted; what was computed once is found in the store.

    Raises:
        NodeFailed: an input has a missing value.
        EngineError: as `runtime.engine.materialise`.
    """
    inputs = set(asking.inputs) - set(wanted)
    given = {
        entity: [name for name in table.columns if name in inputs - set(structure(entity))]
        for entity, table in tables.items()
    }
    document = {
        "recipe": RECIPE,
        "dataset": [sha256_file(file) for file in _files(path)],
        "inputs": {entity: sorted(names) for entity, names in given.items()},
        "variables": sorted(wanted),
        "engine": [asking.engine, asking.version, asking.period],
    }

    def write(folder: Path) -> None:
        work = asking.work / f"compare.{path.stem}"
        _write_inputs(tables, given, work / "inputs")
        request = Request(
            asking.engine, asking.version, asking.period, work / "inputs", tuple(sorted(wanted)),
            asking.households_per_chunk, asking.workers, work / "output",
        )  # fmt: skip
        materialise(request, progress, worker=asking.command)
        for entity in ENTITIES:
            made = work / "output" / f"{entity}.parquet"
            if made.is_file():
                shutil.copyfile(made, folder / made.name)
        shutil.rmtree(work)

    return _joined(tables, kept(f"computed for {path.name}", document, store, write))


def _files(path: Path) -> list[Path]:
    return [path / f"{entity}.parquet" for entity in ENTITIES] if path.is_dir() else [path]


def _write_inputs(tables: Tables, given: dict[str, list[str]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for entity, table in tables.items():
        chosen = table.select(*structure(entity), *given[entity])
        refuse_missing(chosen)
        chosen.write_parquet(folder / f"{entity}.parquet")


def _joined(tables: Tables, artifact: Artifact) -> Tables:
    found = dict(tables)
    for name in artifact.names:
        entity = name.removesuffix(".parquet")
        made = pl.read_parquet(artifact.path(name), glob=False).drop(f"{entity}_id")
        found[entity] = tables[entity].with_columns(made)
    return found
