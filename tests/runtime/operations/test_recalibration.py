"""The store is the checkpoint: other targets run no imputation and no engine again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from runtime_harness import Listening, surroundings
from tiny_bundle import planned, written

from runtime.errors import NodeFailed
from runtime.execute import Run
from runtime.operations import OPERATIONS
from runtime.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runtime.execute import Done
    from runtime.task import Task

STEP = ("    - calibrate: people\n", "    - materialise: tax\n    - calibrate: people\n")
READS = ("wages: {sum: employment_income_before_lsr,", "taxes: {sum: income_tax,")


class Counted:
    """The operations, with how often each was called; the engine is played."""

    def __init__(self, failing: str = "") -> None:
        self.calls: list[str] = []
        self._failing = failing

    @property
    def operations(self) -> dict[tuple[str, int], Callable[[Task], None]]:
        """The operations, each of which is noted when it is called."""
        played = {**OPERATIONS, ("materialise", 1): _engine}
        return {name: self._noted(name[0], operation) for name, operation in played.items()}

    def _noted(self, name: str, operation: Callable[[Task], None]) -> Callable[[Task], None]:
        def noted(task: Task) -> None:
            self.calls.append(name)
            if name == self._failing:
                raise NodeFailed("stopped here")
            operation(task)

        return noted


def _engine(task: Task) -> None:
    """Write the numbers of the rows as every variable that is asked for."""
    reader = task.frame()
    for entity, names in task.node.outputs.items():
        for name in names:
            values = pl.Series(name, range(reader.count(entity)), dtype=pl.Float64)
            task.write_column(entity, values)


def _bundle(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the tiny bundle with a step that asks the engine."""
    written(folder, READS, *changes)
    bundle, recipe = folder / "bundle.yaml", folder / "recipe.yaml"
    bundle.write_text(bundle.read_text().replace(*STEP))
    recipe.write_text(recipe.read_text() + "\nmaterialisations:\n  tax: {}\n")
    return folder


def _run(folder: Path, store: Path, counted: Counted) -> dict[str, Done]:
    plan = planned(folder)
    around = surroundings(folder, plan.metadata["files"])
    return Run(plan, Store(store), around, Listening(), operations=counted.operations).execute()


def test_other_targets_run_no_imputation_and_no_engine_again(tmp_path: Path) -> None:
    """Only what reads the facts: their table, the matrix, the weights, what is exported and validated."""
    before, after = Counted(), Counted()
    _run(_bundle(tmp_path / "before"), tmp_path / "store", before)
    assert (before.calls.count("materialise"), before.calls.count("impute")) == (1, 2)
    changed = _bundle(tmp_path / "after", ("state = 'PR'", "state = 'PR' or state = '36'"))
    _run(changed, tmp_path / "store", after)
    assert set(after.calls) <= {"facts", "matrix", "calibrate", "export", "validate"}
    assert {"facts", "matrix", "calibrate"} <= set(after.calls)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (("minimum_carriers: 3", "minimum_carriers: 2"), {"calibrate", "export", "validate"}),
        (("penalty: 0.001", "penalty: 0.002"), {"calibrate", "export", "validate"}),
    ],
)
def test_a_change_of_the_calibration_runs_it_and_what_comes_after(
    tmp_path: Path, change: tuple[str, str], again: set[str]
) -> None:
    """What it calibrates to is not read again unless that changed; each step runs once at the most."""
    _run(_bundle(tmp_path / "before"), tmp_path / "store", Counted())
    after = Counted()
    _run(_bundle(tmp_path / "after", change), tmp_path / "store", after)
    assert set(after.calls) <= again
    assert "calibrate" in after.calls
    assert len(after.calls) == len(set(after.calls))


@pytest.mark.parametrize("operation", sorted({name for name, _ in OPERATIONS}))
def test_stopping_at_any_step_and_going_on_gives_the_bytes_of_never_stopping(
    tmp_path: Path, operation: str
) -> None:
    """And what was built before the stop is not built again."""
    folder = _bundle(tmp_path / "bundle")
    whole = _run(folder, tmp_path / "whole", Counted())
    first, second = Counted(operation), Counted()
    if operation in {each.node.operation for each in whole.values()}:
        with pytest.raises(NodeFailed, match="stopped here"):
            _run(folder, tmp_path / "store", first)
    gone_on = _run(folder, tmp_path / "store", second)
    assert {a: one.artifact.outputs for a, one in gone_on.items()} == {
        a: one.artifact.outputs for a, one in whole.items()
    }
    finished = len(first.calls) - 1 if first.calls else 0
    assert len(second.calls) == len(whole) - finished
