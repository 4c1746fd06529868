"""Two ways to one cloned frame: the runtime's own steps, and tables of pandas set under each other.

    python -m benchmarks.clone.ways WAY FOLDER     (in a process of its own: prints seconds and memory)

Neither fits or draws anything: what a donor would give are random numbers, made while the clock stands.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from benchmarks.clone.frame import (
    ADDRESS,
    BLOCK,
    HOUSEHOLDS,
    ON_BOTH,
    ON_COPIES,
    PERSONS,
    PREDICTORS,
    Kept,
    frame,
)
from compiler.plan import ENTITIES, GROUPS, WEIGHT, ColumnRef, FrameRef, Inputs, Node
from runtime.frames import SOURCE_ROW, membership
from runtime.names import column_file, rows_file
from runtime.operations import rows
from runtime.operations.impute import write_target
from runtime.operations.sides import read_side
from runtime.surroundings import Surroundings
from runtime.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

INTERNAL, FLAG = "household_internal_weight", "is_copy"


class Clock:
    """Seconds that count, and seconds that a stand-in for the draw took."""

    def __init__(self) -> None:
        self.started, self.stood = time.perf_counter(), 0.0

    @contextmanager
    def standing(self) -> Iterator[None]:
        """What happens inside does not count."""
        since = time.perf_counter()
        yield
        self.stood += time.perf_counter() - since

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.perf_counter() - self.started - self.stood


def ours(folder: Path, clock: Clock) -> None:
    """Carry out the step `clone`, and write what blocks of ten targets have drawn onto their halves."""
    task = _task("clone.copies", "clone", frame(), folder, {
        "flag": FLAG, "stored_weight": "zero", "twin": 0.5, "weight": WEIGHT, "internal": INTERNAL,
    })  # fmt: skip
    rows.clone(task)
    for number in range(0, len(ON_COPIES + ON_BOTH), BLOCK):
        _block(folder, (ON_COPIES + ON_BOTH)[number : number + BLOCK], clock)


def _block(folder: Path, targets: tuple[str, ...], clock: Clock) -> None:
    made = frame()
    flag = {f"person_{FLAG}": ColumnRef("clone.copies", 2)}
    cloned = FrameRef((*made.rows, "clone.copies"), {"person": made.columns["person"] | flag})
    is_for_copies = targets[0] in ON_COPIES
    task = _task(f"impute.{targets[0]}", "impute", cloned, folder, {
        "entity": "person", "where": None, "elsewhere": None, "predictors": list(PERSONS[-PREDICTORS:]),
        "targets": list(targets),
        "halves": {"flag": f"person_{FLAG}", "clone_only": list(targets) if is_for_copies else []},
    }, role="recipient")  # fmt: skip
    side = read_side(task, "recipient")
    chosen = side.table[f"person_{FLAG}"].to_numpy() if is_for_copies else side.chosen
    side = type(side)(side.table, side.ids, chosen)
    for target in targets:
        with clock.standing():
            drawn = pl.Series(target, np.random.default_rng(3).random(int(chosen.sum())))
        write_target(task, drawn, side)


def _task(
    address: str, operation: str, of: FrameRef, folder: Path, parameters: dict[str, Any], role: str = "frame"
) -> Task:
    node = Node(address, operation, 1, parameters, Inputs({role: of}), {}, address)
    made = folder / address
    made.mkdir()
    kept: Any = {name: Kept(folder / name) for name in (ADDRESS, "clone.copies")}
    return Task(node, 7, kept, made, Surroundings(folder, folder, None, {}, folder), lambda _, __: None)


def pandas_way(folder: Path, clock: Clock) -> None:
    """Concatenate each table with a copy, as the enhanced CPS does: ids by the highest, weights by zero."""
    import pandas as pd  # noqa: PLC0415 - the other way needs none

    persons = _table(folder, "person", PERSONS)
    shift = ["person_id", *(membership(group) for group in GROUPS)]
    copy = persons.copy()
    for name in shift:
        copy[name] = copy[name] + copy[name].max()
    persons[f"person_{FLAG}"], copy[f"person_{FLAG}"] = False, True
    both = pd.concat([persons, copy]).reset_index(drop=True)
    half = len(persons)
    del persons, copy
    for name in ON_COPIES + ON_BOTH:
        with clock.standing():
            drawn = np.random.default_rng(3).random(half if name in ON_COPIES else 2 * half)
        own = both[name].to_numpy()
        both[name] = np.concatenate([own[:half], drawn]) if name in ON_COPIES else drawn
    both.to_parquet(folder / "persons.parquet")
    del both
    for group in GROUPS:
        names = (*HOUSEHOLDS, WEIGHT) if group == "household" else ()
        table = _table(folder, group, names)
        copy = table.copy()
        copy[f"{group}_id"] = copy[f"{group}_id"] + copy[f"{group}_id"].max()
        if group == "household":
            copy[WEIGHT] = 0.0
        pd.concat([table, copy]).reset_index(drop=True).to_parquet(folder / f"{group}s.parquet")


def _table(folder: Path, entity: str, names: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - as above

    found = pd.read_parquet(folder / ADDRESS / rows_file(entity)).drop(columns=SOURCE_ROW)
    for name in names:
        found[name] = pd.read_parquet(folder / ADDRESS / column_file(entity, name))[name].to_numpy()
    return found.copy()


WAYS = {"specc": ours, "pandas": pandas_way}


def main(way: str, folder: Path) -> None:
    """Go one way and print what it took."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    clock = Clock()
    WAYS[way](folder, clock)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    written = {entity: (folder / "clone.copies" / rows_file(entity)).is_file() for entity in ENTITIES}
    told = {"seconds": clock.seconds, "cpu": cpu, "memory": after.ru_maxrss * 1024}
    print(json.dumps(told | {"complete": way != "specc" or all(written.values())}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
