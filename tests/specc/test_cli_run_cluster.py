"""`specc run --scheduler`: what is refused before anything is built."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import specc

if TYPE_CHECKING:
    from cli_desk import Desk

HOUSE = Path(specc.__file__).resolve().parents[1]
MISSING = (
    "specc: `--scheduler` takes distributed, which is not installed\n  remedy: pip install 'specc[dask]'\n"
)


def test_no_scheduler_ends_with_3(desk: Desk) -> None:
    """Within seconds, and before anything is built."""
    begun = time.monotonic()
    ended = desk.specc("run", "tiny", "--scheduler", "tcp://127.0.0.1:9")
    assert ended.code == 3
    assert "specc: no scheduler answers at tcp://127.0.0.1:9\n  remedy: start one with `dask sch" in ended.err
    assert not (desk.folder / ".specc").exists()
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("address", ["here", "http://127.0.0.1:9", "tcp://", "127.0.0.1:no"])
def test_what_is_no_address_ends_with_3(desk: Desk, address: str) -> None:
    """In the same words, at once."""
    ended = desk.specc("run", "tiny", "--scheduler", address)
    assert (ended.code, f"no scheduler answers at {address}" in ended.err) == (3, True)


def test_without_the_extra_it_is_named(desk: Desk) -> None:
    """Only where a scheduler is asked for: without one nothing of it is loaded."""
    assert _without_it("run", "tiny", "--dry-run") == (0, "")
    code, said = _without_it("run", "tiny", "--scheduler", "tcp://127.0.0.1:9")
    assert (code, said) == (3, MISSING)
    assert not (desk.folder / ".specc").exists()


def _without_it(*words: str) -> tuple[int, str]:
    block = "import sys; sys.modules['distributed'] = None; from specc.cli import main; "
    command = [sys.executable, "-c", f"{block}sys.exit(main({list(words)}))"]
    around = os.environ | {"PYTHONPATH": str(HOUSE)}
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_two_places_to_carry_steps_out_are_refused(desk: Desk) -> None:
    """In this process, and on a cluster."""
    ended = desk.specc("run", "tiny", "--in-process", "--scheduler", "tcp://127.0.0.1:9")
    assert (ended.code, "give one of them" in ended.err) == (3, True)
