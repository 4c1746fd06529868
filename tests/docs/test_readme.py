"""What the README says is what the project does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def _commands() -> list[str]:
    lines = [line.split("#")[0].strip() for block in _blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line]


def test_every_yaml_example_stands_in_a_bundle_that_compiles() -> None:
    """Examples are quoted from the shipped bundle, which other tests compile and run."""
    shipped = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "specs/us_open").glob("*.yaml")))
    assert _blocks("yaml")
    for block in _blocks("yaml"):
        assert block.strip("\n") in shipped


@pytest.mark.parametrize("command", [c for c in _commands() if c.startswith("make")])
def test_every_make_command_is_a_target(command: str) -> None:
    """`make --dry-run` knows the target and what it would do."""
    done = subprocess.run(["make", "--dry-run", *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [c for c in _commands() if " lint " in c or " plan " in c or c.endswith("--help")])
def test_every_light_command_runs_as_written(command: str, tmp_path: Path) -> None:
    """Lint and plan need no data, so they run here word for word."""
    words = [sys.executable, "-m", "specc", *shlex.split(command)[1:]]
    words = [str(tmp_path / "plan.json") if word == "plan.json" else word for word in words]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [c for c in _commands() if c.startswith("specc ")])
def test_every_command_and_option_exists(command: str) -> None:
    """Each command of the README is one the tool has, with the options it is shown with."""
    words = shlex.split(command)[1:]
    names = [word for word in words if not word.startswith("-") and "/" not in word and "." not in word and "%" not in word]
    done = subprocess.run([sys.executable, "-m", "specc", *names[:2], "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        done = subprocess.run([sys.executable, "-m", "specc", *names[:1], "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for option in (word for word in words if word.startswith("--")):
        assert option in done.stdout
