"""What messages and documents tell people to run can be run."""

from __future__ import annotations

import re
from pathlib import Path

import click

from specc.cli import cli

ROOT = Path(__file__).resolve().parents[2]
_NAMED = re.compile(r"`specc ([a-z]+)")


def _texts() -> list[Path]:
    code = [path for room in ("compiler", "runtime", "specc") for path in (ROOT / room).rglob("*.py")]
    return [*code, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_command_that_is_named_exists() -> None:
    """A remedy that names a command which is not there helps nobody."""
    known = set(cli.list_commands(click.Context(cli)))
    named = {(word, path.name) for path in _texts() for word in _NAMED.findall(path.read_text("utf-8"))}
    assert {"lint", "run"} <= {word for word, _ in named}
    assert {(word, file) for word, file in named if word not in known} == set()
