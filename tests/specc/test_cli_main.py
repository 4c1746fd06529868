"""The command as a whole: help, version, exit codes, and how defects are told."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specc.exits import Exit

if TYPE_CHECKING:
    from cli_desk import Desk


def test_help_lists_commands_and_exit_codes(desk: Desk) -> None:
    """Every code of the one table is explained."""
    ended = desk.specc("--help")
    assert ended.code == 0
    for word in ("lint", "plan", "run", "sources", "engine", "schema", "Exit codes:"):
        assert word in ended.out
    for code in Exit:
        assert f"{code.value}  {code.meaning}" in ended.out


def test_version_is_the_packages(desk: Desk) -> None:
    """`specc --version` says what is installed."""
    assert desk.specc("--version").out == f"specc {importlib.metadata.version('specc')}\n"


@pytest.mark.parametrize(
    "arguments", [["build"], ["lint"], ["lint", "tiny", "--fast"], ["plan", "tiny", "--format", "xml"]]
)
def test_wrong_usage_ends_with_3(desk: Desk, arguments: list[str]) -> None:
    """Unknown commands and options, missing arguments."""
    ended = desk.specc(*arguments)
    assert ended.code == Exit.USAGE
    assert "Error:" in ended.err


@pytest.mark.parametrize(
    "words", [["run"], ["plan"], ["lint"], ["sources", "lock"], ["engine", "snapshot"], ["schema"]]
)
def test_every_command_has_help(desk: Desk, words: list[str]) -> None:
    """Help needs no bundle."""
    ended = desk.specc(*words, "--help")
    assert (ended.code, ended.out.startswith(f"Usage: specc {' '.join(words)}")) == (0, True)


def _break_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise AssertionError("the compiler is broken")

    monkeypatch.setattr("specc.cli.common.compile_bundle", broken)


def test_a_defect_ends_with_70_and_keeps_its_details(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """People see one line; the traceback is in the file that the next line names."""
    _break_compiler(monkeypatch)
    ended = desk.specc("lint", "tiny")
    assert ended.code == Exit.BUG
    assert "AssertionError: the compiler is broken" in ended.err
    assert "Traceback" not in ended.err
    details = Path(ended.err.split("details: ")[1].split(" ")[0])
    assert "Traceback" in details.read_text()
    details.unlink()


def test_a_defect_shows_its_details_when_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPECC_DEBUG=1 prints the traceback."""
    _break_compiler(monkeypatch)
    monkeypatch.setenv("SPECC_DEBUG", "1")
    ended = desk.specc("lint", "tiny")
    assert ended.code == Exit.BUG
    assert "Traceback" in ended.err


def test_a_reader_that_leaves_is_no_defect(desk: Desk) -> None:
    """`specc schema | head -1` prints one line and no complaint."""
    command = [sys.executable, "-m", "specc", "schema"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=desk.folder, stdout=pipe, stderr=pipe) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"{\n"
        running.stdout.close()
        assert running.stderr.read() == b""


def test_a_light_installation_says_what_running_needs(desk: Desk) -> None:
    """`pip install specc` lints and plans; `run` names what is missing and how to get it."""
    code = (
        "import sys; sys.modules['polars'] = None; from specc.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code]
    lint = subprocess.run([*command, "plan", "tiny"], cwd=desk.folder, capture_output=True, check=False)
    comparing = ["sources", "diff", "tiny", "--against", "tiny/sources.lock"]
    diff = subprocess.run([*command, *comparing], cwd=desk.folder, capture_output=True, check=False)
    lock = subprocess.run(
        [*command, "sources", "lock", "tiny"], cwd=desk.folder, capture_output=True, text=True, check=False
    )
    run = subprocess.run(
        [*command, "run", "tiny"], cwd=desk.folder, capture_output=True, text=True, check=False
    )
    assert (lint.returncode, diff.returncode) == (Exit.OK, Exit.OK)
    assert (lock.returncode, run.returncode) == (Exit.USAGE, Exit.USAGE)
    assert "`specc sources lock` needs polars" in lock.stderr
    assert "`specc run` needs polars, which is not installed" in run.stderr
    assert "pip install 'specc[run]'" in run.stderr
