"""The shipped bundle: it compiles, it stays small, and lint of it stays light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from compiler_bundles import US_OPEN, findings

from compiler.compilation import compile_bundle
from compiler.plan.reading import plan_from_json

ROOT = Path(__file__).parents[2]
MOST_LINES, MOST_LINES_OF_THE_TAIL = 300, 135
HEAVY = (
    "duckdb",
    "h5py",
    "numba",
    "numpy",
    "pandas",
    "polars",
    "policyengine",
    "pyarrow",
    "runtime",
    "scipy",
    "sklearn",
    "torch",
)


def test_us_open_compiles_without_findings() -> None:
    """The bundle that we ship is an example of how it should be done."""
    assert findings(US_OPEN) == []


def test_us_open_is_small() -> None:
    """A person's spec is small: this is the contract of the language with those who write in it.

    Its bake-off is no part of what the dataset is made by, and does not count. The tail, a survey and a clone
    beside what a dataset needs, has a bound of its own.
    """
    lines = {path.name: _lines(path) for path in US_OPEN.glob("*.yaml") if path.name != "bakeoffs.yaml"}
    assert lines.pop("tail.yaml") < MOST_LINES_OF_THE_TAIL
    assert sum(lines.values()) < MOST_LINES


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_its_calibration_tells_carriers_by_clone() -> None:
    """Clones are told in the order in which they made rows, by the flag of their households."""
    plan = compile_bundle(US_OPEN).plan
    assert plan is not None
    clones = plan.node("calibrate.national").parameters["clones"]
    assert list(clones.items()) == [
        ("puf_support", "household_is_puf_clone"), ("tail_support", "household_is_tail_clone"),
    ]  # fmt: skip


def test_plan_of_us_open_is_read_back_and_does_not_depend_on_where_it_is_made(tmp_path: Path) -> None:
    """Two checkouts of one commit write one plan."""
    elsewhere = tmp_path / "checkout"
    elsewhere.mkdir()
    for path in US_OPEN.iterdir():
        if path.is_file():
            (elsewhere / path.name).write_bytes(path.read_bytes())
    here, there = compile_bundle(US_OPEN).plan, compile_bundle(elsewhere).plan
    assert here is not None
    assert here == there
    assert plan_from_json(here.to_json()) == here


def test_lint_loads_neither_data_libraries_nor_the_engine_nor_the_runtime() -> None:
    """Lint answers in under a second because it loads nothing it does not need."""
    code = (
        "import json, sys, pathlib; from compiler.compilation import compile_bundle;"
        " assert compile_bundle(pathlib.Path(sys.argv[1])).plan; print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(US_OPEN)], cwd=ROOT, capture_output=True, check=True
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert sorted(name for name in loaded if name.startswith(HEAVY)) == []
