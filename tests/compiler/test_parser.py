"""Expressions are parsed beside what Python does; nobody notices but by the clock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.expressions import parse, parse_ahead

ROOT = Path(__file__).parents[2]
US_OPEN = ROOT / "specs" / "us_open"


def test_what_was_parsed_ahead_is_what_is_parsed_when_asked_for() -> None:
    """In a thread and many at once, or alone: the same tree; what is broken says so when it is asked for."""
    ahead = [f"ahead_{number} * 2 + greatest(a_{number}, 3)" for number in range(50)]
    parse_ahead([*ahead, "broken +", "also ) broken"])
    for text in ahead:
        alone = parse(text.replace("ahead", "alone"))
        assert str(parse(text).tree).replace("ahead", "alone") == str(alone.tree)


@pytest.mark.parametrize("run", range(5))
def test_process_that_ends_while_its_expressions_are_parsed_ends_well(run: int) -> None:
    """A command that only reads the files asks for no expression, and leaves without a crash or a word."""
    code = (
        "import sys, pathlib; from compiler.load import spec_files; spec_files(pathlib.Path(sys.argv[1]));"
        f" sys.exit({run})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(US_OPEN)], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (run, b"", b"")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_forked_process_parses_too() -> None:
    """It has no thread of its own; it parses when it is asked, and never waits for nobody."""
    code = (
        "import os; from compiler.expressions import parse, parse_ahead; parse_ahead(['a_1 + 1']);"
        " parse('a_1 + 1'); child = os.fork();"
        " child or (parse_ahead(['b_1 + 2']), print(parse('b_1 + 2').columns), os._exit(0));"
        " assert child == 0 or os.waitpid(child, 0)[1] == 0"
    )
    done = subprocess.run(
        [sys.executable, "-u", "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    assert done.stdout == b"frozenset({'b_1'})\n"
