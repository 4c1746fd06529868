"""Running an unchanged bundle again: nothing is loaded, written or read that is not needed for it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import specc

if TYPE_CHECKING:
    import pytest
    from cli_desk import Desk

RUN = ("run", "tiny", "--out", "out", "--quiet")
HEAVY = {"duckdb", "numba", "numpy", "pandas", "polars", "pyarrow", "scipy", "sklearn"}
HOUSE = Path(specc.__file__).parents[1]


def _inodes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*.*")}


def test_an_unchanged_bundle_loads_nothing_that_steps_need(desk: Desk) -> None:
    """All is found, verified and published without numpy, polars and their like: those take a second."""
    assert desk.specc(*RUN).code == 0
    code = (
        "import sys; from specc.cli import main; code = main(sys.argv[1:]);"
        "print(code, *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    environment = {"PYTHONPATH": str(HOUSE)}
    said = subprocess.run(
        [sys.executable, "-c", code, *RUN], capture_output=True, text=True, check=True, env=environment
    )
    code_of_exit, *loaded = said.stdout.splitlines()[-1].split()
    assert code_of_exit == "0"
    assert HEAVY & set(loaded) == set()


def test_what_is_published_already_is_not_written_again(desk: Desk) -> None:
    """Of an unchanged run only its manifest is a new file: it tells when, and by whom."""
    assert desk.specc(*RUN).code == 0
    before, files = _inodes(desk.folder / "out"), desk.files("out")
    assert desk.specc(*RUN).code == 0
    after = _inodes(desk.folder / "out")
    assert {name for name in after if after[name] != before[name]} == {"run.manifest.json"}
    assert {**desk.files("out"), "run.manifest.json": b""} == {**files, "run.manifest.json": b""}


def test_published_files_that_were_spoilt_are_written_again(desk: Desk) -> None:
    """A changed byte, a shorter file, a missing one, a link in its place: all is as it should be again."""
    assert desk.specc(*RUN).code == 0
    out, files = desk.folder / "out", desk.files("out")
    flipped = bytearray(files["tables/person.parquet"])
    flipped[len(flipped) // 2] ^= 1
    (out / "tables/person.parquet").write_bytes(flipped)
    (out / "plan.json").write_bytes(files["plan.json"][:-9])
    (out / "numbers.parquet").unlink()
    (out / "report.json").rename(desk.folder / "elsewhere.json")
    (out / "report.json").symlink_to(desk.folder / "elsewhere.json")
    assert desk.specc(*RUN).code == 0
    assert {**desk.files("out"), "run.manifest.json": b""} == {**files, "run.manifest.json": b""}
    assert not (out / "report.json").is_symlink()


def test_a_disk_without_second_names_is_written_to(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file cannot be linked it is copied."""
    assert desk.specc(*RUN).code == 0
    files = desk.files("out")

    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    assert desk.specc(*RUN).code == 0
    assert {**desk.files("out"), "run.manifest.json": b""} == {**files, "run.manifest.json": b""}
