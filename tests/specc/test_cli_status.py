"""`specc status`: what live runs say of themselves, and that dead ones say nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import specc

if TYPE_CHECKING:
    from cli_desk import Desk

HOUSE = Path(specc.__file__).resolve().parents[1]
SLOW = """
import sys, time
from runtime.operations import OPERATIONS
from specc.cli import main

def slow(task):
    task.progress(1, 4)
    time.sleep(120)

OPERATIONS["export", 1] = slow
sys.exit(main(["run", "tiny", "--out", "out", "--in-process"]))
"""


def _started(desk: Desk) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=desk.folder, env=os.environ | {"PYTHONPATH": str(HOUSE)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _says(desk: Desk, word: str) -> str:
    """Wait until the status says a word."""
    store = desk.folder / ".specc/store/actions"
    for _ in range(600):
        shown = desk.specc("status").out if store.is_dir() else ""
        if word in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError(shown)


def test_a_live_run_shows_what_it_is_at(desk: Desk) -> None:
    """Bundle, plan, counts, and of each node that runs its parts and how long; a dead run says nothing."""
    running = _started(desk)
    try:
        shown = _says(desk, "1 of 4")
    finally:
        running.kill()
        running.wait()
    assert shown.startswith(f"tiny, plan b912e431f1f8, process {running.pid}: 8 of 10 nodes done, 1 running")
    (line,) = [line for line in shown.splitlines() if "export.tables" in line]
    assert line.split()[1] == "building"
    assert "of a budget of 3.0 GiB" in shown
    assert desk.specc("status").out == f"no run uses {desk.folder / '.specc/store'} just now\n"
    assert list((desk.folder / ".specc/store/runs").iterdir()) == []


def test_a_finished_run_says_nothing_more(desk: Desk) -> None:
    """Also where the store is named."""
    desk.specc("run", "tiny", "--out", "out", "--store", "s/store")
    assert "no run uses" in desk.specc("status", "s/store").out
