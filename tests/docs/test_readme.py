"""What the README says is what the project does."""

from __future__ import annotations

import os
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


def _commands(program: str) -> list[str]:
    lines = [line.split("#")[0].strip() for block in _blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith(f"{program} ")]


def _specc(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specc", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_yaml_example_stands_in_a_bundle_that_compiles() -> None:
    """Examples are quoted from the shipped bundle, which other tests compile and run."""
    files = sorted((ROOT / "specs" / "us_open").glob("*.yaml"))
    shipped = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert _blocks("yaml")
    for block in _blocks("yaml"):
        assert block.strip("\n") in shipped


@pytest.mark.parametrize("command", _commands("make"))
def test_every_make_command_is_a_target(command: str) -> None:
    """`make --dry-run` knows the target and what it would do."""
    words = ["make", "--dry-run", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        c
        for c in _commands("specc")
        if c.split()[1] in {"lint", "explain", "plan", "schema", "migrate", "--help"}
    ],
)
def test_every_light_command_runs_as_written(command: str, tmp_path: Path) -> None:
    """Lint, explain, plan, schema and migrate need no data, so they run here word for word."""
    words = [str(tmp_path / word) if word == "plan.json" else word for word in shlex.split(command)[1:]]
    done = _specc(*words)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", [c for c in _commands("specc") if c.split()[1] in {"status", "store"} or "--dry-run" in c]
)
def test_every_command_about_a_store_runs_as_written(command: str, tmp_path: Path) -> None:
    """Of a store with nothing in it there is little to say, and nothing is built for it."""
    (tmp_path / "actions").mkdir()
    words = [sys.executable, "-m", "specc", *shlex.split(command)[1:]]
    around = os.environ | {"SPECC_STORE": str(tmp_path)}
    done = subprocess.run(words, cwd=ROOT, env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", _commands("specc"))
def test_every_command_has_the_options_it_is_shown_with(command: str) -> None:
    """The help of each command names every option that the README uses."""
    words = shlex.split(command)[1:]
    name = (
        words[:2]
        if words[0] in {"sources", "engine", "store"}
        else [w for w in words[:1] if not w.startswith("-")]
    )
    done = _specc(*name, "--help")
    assert done.returncode == 0, done.stderr
    for option in (word for word in words if word.startswith("--")):
        assert option in done.stdout


def test_every_link_leads_somewhere() -> None:
    """Links into the project name files and folders that exist."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("http")]
    assert links
    for link in links:
        assert (ROOT / link.partition("#")[0]).exists(), link
