"""What is published is whole, and what stops a run is told plainly and leaves nothing half-done."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from runtime.operations import OPERATIONS

if TYPE_CHECKING:
    from pathlib import Path

    from cli_desk import Desk

    from runtime.task import Task

KEPT = "finished steps stay in the store; run again to go on"
EXPORT = ("export", 1)


def _leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if ".specc-" in path.name)


def test_a_folder_with_other_things_is_refused(desk: Desk) -> None:
    """What no run wrote is never replaced."""
    (desk.folder / "mine").mkdir()
    (desk.folder / "mine/thesis.txt").write_text("years of work")
    ended = desk.specc("run", "tiny", "--out", "mine")
    assert ended.code == 3
    assert "mine holds files that no `specc run` wrote" in ended.err
    assert desk.files("mine") == {"thesis.txt": b"years of work"}
    assert not (desk.folder / ".specc").exists()


def test_a_file_or_a_link_in_the_way_is_refused(desk: Desk) -> None:
    """A folder is meant."""
    (desk.folder / "file").write_text("")
    (desk.folder / "link").symlink_to(desk.bundle)
    assert desk.specc("run", "tiny", "--out", "file").code == 3
    assert desk.specc("run", "tiny", "--out", "link").code == 3


def test_a_place_that_holds_the_store_is_refused(desk: Desk) -> None:
    """Results are replaced as a whole; a store inside would go with the old ones."""
    desk.specc("run", "tiny", "--out", "out")
    ended = desk.specc("run", "tiny", "--out", "out", "--store", "out/kept/store")
    assert ended.code == 3
    assert "out would be replaced as a whole, but" in ended.err


def test_an_empty_folder_and_an_earlier_run_are_replaced_as_a_whole(desk: Desk) -> None:
    """Nothing of the earlier run stays, and no draft is left beside the results."""
    (desk.folder / "out").mkdir()
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    (desk.folder / "out/stale.parquet").write_text("of a bundle that had another export")
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    assert "stale.parquet" not in desk.files("out")
    assert _leftovers(desk.folder) == []


def test_what_a_killed_run_left_beside_the_results_is_removed(desk: Desk) -> None:
    """Drafts do not pile up."""
    (desk.folder / ".out.0123abcd.specc-partial/tables").mkdir(parents=True)
    (desk.folder / ".out.0123abcd.specc-old").mkdir()
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    assert _leftovers(desk.folder) == []


def _spoil(desk: Desk) -> None:
    """Give a household an id that is none: lint cannot see it, the step that reads the rows does."""
    path = desk.bundle / "people.csv"
    path.write_text(path.read_text().replace("\n60,", "\n-60,"))
    desk.pin("people.csv")
    assert desk.specc("sources", "lock", "tiny").code == 0


def test_a_failing_node_ends_with_4_and_tells_place_and_remedy(desk: Desk) -> None:
    """Message, place in the spec, what to do, what is kept; and no results."""
    _spoil(desk)
    ended = desk.specc("run", "tiny", "--out", "out")
    assert ended.code == 4
    lines = ended.err.splitlines()[-4:]
    assert lines[0].startswith("specc: ")
    assert lines[1].startswith("  at: source.people")
    assert lines[2].startswith("  remedy: change the id of")
    assert lines[3] == KEPT
    assert not (desk.folder / "out").exists()
    assert _leftovers(desk.folder) == []


def test_a_failing_run_leaves_the_earlier_results(desk: Desk) -> None:
    """What was published stays until something whole can take its place."""
    desk.specc("run", "tiny", "--out", "out")
    before = desk.files("out")
    _spoil(desk)
    assert desk.specc("run", "tiny", "--out", "out").code == 4
    assert desk.files("out") == before


def test_a_blocking_aggregate_outside_its_tolerance_ends_with_4(desk: Desk) -> None:
    """A spec may say that a miss stops the build."""
    desk.edit("bundle.yaml", "    aggregates:\n", "    blocking: true\n    aggregates:\n")
    ended = desk.specc("run", "tiny", "--out", "out")
    assert (ended.code, "outside their tolerance: far_off" in ended.err) == (4, True)


def test_gates_are_on_the_screen_and_in_the_report(desk: Desk) -> None:
    """Each with its value and bounds; one that does not hold says for whom, and stops nothing by itself."""
    gates = (
        "    gates:\n      people: {count: person, at_least: 1}\n"
        "      by_age: {count: person, by: age, at_most: 1}\n"
    )
    desk.edit("bundle.yaml", "    aggregates:\n", gates + "    aggregates:\n")
    ended = desk.specc("run", "tiny", "--out", "out")
    assert ended.code == 0, ended.err
    assert "1 gate of 2 not held" in ended.out
    assert "FAIL of age" in ended.out
    report = json.loads((desk.folder / "out/report.json").read_text(encoding="utf-8"))
    rows = next(iter(report["gates"].values()))
    assert (rows["people"]["passes"], rows["by_age"]["passes"]) == (True, False)


def test_a_full_disk_while_publishing_leaves_the_earlier_results(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told as what it is, with the space there is; the folder is as it was."""
    desk.specc("run", "tiny", "--out", "out")
    (desk.folder / "out/facts.parquet").unlink()  # what is there already would not be written
    before = desk.files("out")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    ended = desk.specc("run", "tiny", "--out", "out")
    assert ended.code == 4
    assert "no room to write out" in ended.err
    assert ended.err.splitlines()[-1] == KEPT
    assert desk.files("out") == before
    assert _leftovers(desk.folder) == []


def test_a_full_disk_in_a_step_ends_with_4(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step is named, nothing is published."""

    def full(_: Task) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(OPERATIONS, EXPORT, full)
    ended = desk.specc("run", "tiny", "--out", "out", "--in-process")
    assert (ended.code, "no room left while building export.tables" in ended.err) == (4, True)
    assert not (desk.folder / "out").exists()


def test_ctrl_c_ends_with_130_and_the_next_run_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was finished is found again."""

    def interrupted(_: Task) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setitem(OPERATIONS, EXPORT, interrupted)
        ended = desk.specc("run", "tiny", "--out", "out", "--in-process")
    assert (ended.code, ended.err.splitlines()[-1]) == (130, KEPT)
    assert "10 nodes, 8 reused" in desk.specc("run", "tiny", "--out", "out").out


KILLED = """
import os, signal, sys
from runtime.operations import OPERATIONS
from specc.cli import main

def killed(task):
    (task.folder / "half").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)

OPERATIONS["export", 1] = killed
sys.exit(main(["run", "tiny", "--out", "out", "--in-process"]))
"""

KILLED_WHILE_PUBLISHING = """
import os, shutil, signal, sys
from specc.cli import main
import runtime.operations

copy, copied = shutil.copyfile, []

def killed(source, target):
    copied.append(target)
    if ".specc-partial" in str(target) and len(copied) > 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return copy(source, target)

shutil.copyfile = killed
sys.exit(main(["run", "tiny", "--out", "out", "--in-process"]))
"""


@pytest.mark.parametrize(("code", "reused"), [(KILLED, 8), (KILLED_WHILE_PUBLISHING, 10)])
def test_a_killed_run_leaves_nothing_half_done_and_the_next_goes_on(
    desk: Desk, code: str, reused: int
) -> None:
    """`kill -9` in the middle of a step, and in the middle of publishing."""
    done = subprocess.run([sys.executable, "-c", code], cwd=desk.folder, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not (desk.folder / "out").exists()
    again = desk.specc("run", "tiny", "--out", "out")
    assert again.code == 0
    assert f"10 nodes, {reused} reused" in again.out
    assert _leftovers(desk.folder) == []
    scratch = {path.name for path in (desk.folder / ".specc/store/scratch").iterdir()}
    assert scratch <= {".sweep"}
