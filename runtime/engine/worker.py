"""One engine process: `python -m runtime.engine.worker`. JSON lines in on stdin, JSON lines out on stdout.

First line in: `{"period", "inputs", "variables", "version", "chunks"}`; answer `{"ready": {...}}`. Then one
line a chunk, `{"index", "rows", "into"}`; answer `{"done": index, ...}` once the folder `into` is whole. Any
fault is answered with `{"error": {...}}`. The end of stdin ends the process, so that no worker outlives its
parent for more than a chunk.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import polars as pl

from runtime.engine.chunks import Chunk, read_slice
from runtime.engine.entities import ENTITIES
from runtime.engine.errors import EngineError
from runtime.engine.files import folder_written_aside
from runtime.engine.installed import EngineSystem, installed_version, load_system
from runtime.engine.simulate import check_request, compute, guard_population_wide

if TYPE_CHECKING:
    from collections.abc import Callable

    Message = dict[str, Any]


def main() -> None:
    """Serve one parent until it closes our stdin."""
    answers = _private_stdout()
    setup: Message = json.loads(sys.stdin.readline())
    system: list[EngineSystem] = []
    if not _answer(answers, lambda: _ready(setup, system)):
        return
    for line in sys.stdin:
        order: Message = json.loads(line)
        _answer(answers, lambda order=order: _done(setup, order, system[0]))  # type: ignore[misc]  # bound now


def _private_stdout() -> TextIO:
    """Keep stdout for the protocol; whatever the engine or a C library prints goes to stderr from here on."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _answer(answers: TextIO, act: Callable[[], Message]) -> bool:
    try:
        message, fine = act(), True
    except Exception as error:  # noqa: BLE001  the process boundary: every fault travels to the parent, which raises
        traceback.print_exc()
        message, fine = {"error": _described(error)}, False
    answers.write(json.dumps(message) + "\n")
    return fine


def _described(error: Exception) -> Message:
    if isinstance(error, EngineError):
        return {"message": error.message, "remedy": error.remedy, "kind": error.kind}
    remedy = "the worker's log beside the output has the whole traceback"
    return {"message": f"{type(error).__name__}: {error}", "remedy": remedy, "kind": None}


def _ready(setup: Message, system: list[EngineSystem]) -> Message:
    version = installed_version()
    if version != setup["version"]:
        raise EngineError(
            f"the plan wants engine version {setup['version']}, installed is {version}",
            remedy="install that version, or plan again with a snapshot of the installed one",
        )
    system.append(load_system())
    inputs = Path(setup["inputs"])
    columns = {entity: list(pl.read_parquet_schema(inputs / f"{entity}.parquet")) for entity in ENTITIES}
    check_request(system[0], setup["variables"], columns)
    if setup["chunks"] > 1:
        guard_population_wide(system[0], setup["chunks"])
    return {"ready": {"version": version, "peak_bytes": _peak_bytes()}}


def _done(setup: Message, order: Message, system: EngineSystem) -> Message:
    start = time.perf_counter()
    chunk = Chunk(
        order["index"], {entity: (first, count) for entity, (first, count) in order["rows"].items()}
    )
    tables = {entity: read_slice(Path(setup["inputs"]), chunk, entity) for entity in ENTITIES}
    results = compute(system, tables, setup["variables"], setup["period"])
    with folder_written_aside(Path(order["into"])) as aside:
        for entity, table in results.items():
            table.write_parquet(aside / f"{entity}.parquet")
    return {"done": chunk.index, "seconds": time.perf_counter() - start, "peak_bytes": _peak_bytes()}


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
