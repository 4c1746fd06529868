"""Changes that the enhanced CPS really saw are small edits of its recipe, which a reviewer can follow."""

from __future__ import annotations

import difflib
import json
import os
import shutil
from pathlib import Path

import pytest
from compiler_bundles import edit, edits_in
from other_release import other_release

from compiler.catalog.engine import EngineCatalog
from compiler.compilation import compile_bundle
from compiler.plan.diff import compare
from specc.render.difference import difference_text

RECIPE = Path(__file__).parents[2] / "specs" / "us_ecps"
FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "recipe_changes").glob("*/edits.txt"))
MOST_LINES = 10


def _engine(change: Path, folder: Path) -> EngineCatalog | None:
    path = change / "engine.json"
    if not path.exists():
        return None
    return EngineCatalog(other_release(folder, "of before", json.loads(path.read_text(encoding="utf-8"))))


def _changed_lines(before: Path, after: Path) -> int:
    """Count the lines of YAML and of tables that are other lines afterwards, gone or new."""
    names = {path.relative_to(each) for each in (before, after) for path in each.rglob("*.*")}
    written = sorted(name for name in names if name.suffix in {".yaml", ".csv"})
    pairs = [(_lines(before / name), _lines(after / name)) for name in written]
    hunks = [hunk for pair in pairs for hunk in difflib.SequenceMatcher(None, *pair, False).get_opcodes()]
    return sum(max(end - start, to - at) for tag, start, end, at, to in hunks if tag != "equal")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _before(change: Path, folder: Path) -> Path:
    """Return a copy of the recipe in which the change has not been made yet."""
    before = Path(shutil.copytree(RECIPE, folder))
    for file, old, new in edits_in(change / "edits.txt"):
        edit(before, file, new, old)
    return before


@pytest.mark.parametrize("change", FOLDERS, ids=lambda change: change.name)
def test_change_is_a_small_edit_with_a_plan_to_review(change: Path, tmp_path: Path) -> None:
    """At most ten lines, no error before or after, and what is printed is what stands beside the edit."""
    before = _before(change, tmp_path / "us_ecps")
    assert 0 < _changed_lines(before, RECIPE) <= MOST_LINES
    plans = [compile_bundle(before, engine=_engine(change, tmp_path / "engine")), compile_bundle(RECIPE)]
    before_plan, after_plan = (compiled.plan for compiled in plans)
    assert before_plan is not None, plans[0].diagnostics
    assert after_plan is not None
    found = difference_text(compare(before_plan, after_plan), "before") + "\n"
    golden = change / "expected.txt"
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_ten_changes_are_replayed() -> None:
    """Each says what happened."""
    assert len(FOLDERS) >= MOST_LINES
    assert all((folder / "what.txt").read_text(encoding="utf-8").strip() for folder in FOLDERS)
