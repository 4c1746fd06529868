"""Compute engine variables for a population by household chunks, in processes of their own.

The results of a chunk are kept in `<output>/chunks/<content key>/`, whole or not at all, and reused by the
next call whose chunk says the same; the folder may be removed once the result is stored. Formulas of the
engine cannot draw random numbers (policyengine-core refuses them at registration; take-up is an input) and,
but for `POPULATION_WIDE`, read only members of one household, so chunked results equal unchunked ones.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.engine.chunks import Chunk, cut, key_of
from runtime.engine.entities import ENTITIES
from runtime.engine.errors import EngineError
from runtime.engine.files import remove_leftovers, written_aside
from runtime.engine.installed import ENGINE
from runtime.engine.process import WORKER, WorkerProcess
from runtime.engine.request import POPULATION_WIDE, refuse_population_wide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from runtime.engine.request import Request

CHUNKS = "chunks"
LOGS = "logs"


@dataclass(frozen=True)
class _Task:
    chunk: Chunk
    into: Path

    @property
    def message(self) -> dict[str, Any]:
        return {"index": self.chunk.index, "rows": dict(self.chunk.rows), "into": str(self.into)}


def materialise(
    request: Request, progress: Callable[[int, int], None], *, worker: Sequence[str] = WORKER
) -> None:
    """Compute `request.variables` and write one Parquet file for each entity that owns any of them.

    A file has the entity's id and its requested variables: enumerations by member name, monthly flows summed
    over the year, monthly stocks as of its last month. `progress` gets (chunks done, chunks in all), first at
    the start, on the calling thread. `worker` is the command of the engine process.

    Raises:
        EngineError: the population cannot be cut by households, the engine is another one, a variable is
            unknown or population-wide, a formula fails, or a worker dies (kind `worker-died`, with the chunk
            and the signal). Finished chunks stay for the next call; nothing half-written has its final name.
        DiskFull: there is no room.
    """
    _refuse_other_engine(request)
    chunks = cut(request.inputs, request.households_per_chunk)
    refuse_population_wide(POPULATION_WIDE & frozenset(request.variables), len(chunks))
    tasks = _tasks(request, chunks)
    missing = [task for task in tasks if not task.into.is_dir()]
    done = len(tasks) - len(missing)
    progress(done, len(tasks))
    for _ in _run(request, missing, len(tasks), worker):
        done += 1
        progress(done, len(tasks))
    _join(request.output, [task.into for task in tasks])


def _refuse_other_engine(request: Request) -> None:
    if request.engine != ENGINE:
        raise EngineError(
            f"there is no worker for engine `{request.engine}`", remedy=f"specc runs `{ENGINE}`"
        )


def _tasks(request: Request, chunks: Sequence[Chunk]) -> list[_Task]:
    if not chunks:
        raise EngineError(
            "the population has no households", place=str(request.inputs), remedy="check its source"
        )
    folder = request.output / CHUNKS
    remove_leftovers(folder)
    whole = len(chunks) == 1
    return [_Task(chunk, folder / key_of(request, chunk, whole)) for chunk in chunks]


def _run(request: Request, tasks: Sequence[_Task], chunks: int, command: Sequence[str]) -> Iterator[int]:
    """Yield the index of every task as it is finished; the first fault ends all workers and is raised."""
    queue: SimpleQueue[_Task] = SimpleQueue()
    for task in tasks:
        queue.put(task)
    finished: SimpleQueue[int | EngineError] = SimpleQueue()
    setup = _setup(request, chunks)
    count = min(request.workers, len(tasks))
    logs = request.output / LOGS
    # Left in reverse order: first the workers are ended, then their threads, which see it, are joined.
    with ThreadPoolExecutor(max(count, 1)) as pool, ExitStack() as ending:
        for number in range(count):
            worker = WorkerProcess.start(command, logs / f"worker-{number}.log")
            ending.callback(worker.end)
            pool.submit(_serve, worker, setup, queue, finished)
        for _ in tasks:
            outcome = finished.get()
            if isinstance(outcome, EngineError):
                raise outcome
            yield outcome
    # Logs are for a failed run; a fine one leaves none.
    shutil.rmtree(logs, ignore_errors=True)


def _setup(request: Request, chunks: int) -> dict[str, Any]:
    return {
        "version": request.engine_version,
        "period": request.period,
        "inputs": str(request.inputs.resolve()),
        "variables": list(request.variables),
        "chunks": chunks,
    }


def _serve(
    worker: WorkerProcess,
    setup: dict[str, Any],
    queue: SimpleQueue[_Task],
    finished: SimpleQueue[int | EngineError],
) -> None:
    """Feed one worker until no task is left (runs in a thread of its own)."""
    try:
        worker.ask(setup, "the start of an engine process")
        while True:
            task = queue.get_nowait()
            worker.ask(task.message, str(task.chunk))
            finished.put(task.chunk.index)
    except Empty:
        return
    except EngineError as error:
        finished.put(error)


def _join(output: Path, folders: Sequence[Path]) -> None:
    """Put the chunks' tables of every entity together, in the order of the input."""
    for entity in ENTITIES:
        parts = [folder / f"{entity}.parquet" for folder in folders]
        if not parts[0].is_file():
            continue
        table = pl.concat([pl.read_parquet(part) for part in parts], rechunk=True)
        with written_aside(output / f"{entity}.parquet") as aside:
            table.write_parquet(aside)
