"""`specc engine snapshot`: what it writes where, without importing the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from cli_desk import Desk


def _write(path: Path) -> None:
    for suffix in (".jsonl", ".indices.json", ".enums.json"):
        path.with_suffix(suffix).write_text("{}\n")


def test_a_snapshot_names_its_three_files(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog, the indices and the long enumerations."""
    monkeypatch.setattr("specc.cli.engine_snapshot.write_snapshot", _write)
    ended = desk.specc("engine", "snapshot", "--out", "facts.jsonl")
    assert ended.code == 0
    written = [line.split()[1] for line in ended.out.splitlines()]
    assert written == ["facts.jsonl", "facts.indices.json", "facts.enums.json"]


def test_a_check_of_a_current_snapshot_is_quiet(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """For CI: 0, and nothing is written."""
    monkeypatch.setattr("specc.cli.engine_snapshot.write_snapshot", _write)
    _write(desk.folder / "facts.jsonl")
    before = desk.files(".")
    ended = desk.specc("engine", "snapshot", "--out", "facts.jsonl", "--check")
    assert (ended.code, ended.out) == (0, "facts.jsonl is current\n")
    assert desk.files(".") == before


def test_a_check_says_which_file_is_stale(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The three are one snapshot, but each is named; nothing is written."""
    monkeypatch.setattr("specc.cli.engine_snapshot.write_snapshot", _write)
    _write(desk.folder / "facts.jsonl")
    (desk.folder / "facts.indices.json").write_text("{ }\n")
    (desk.folder / "facts.enums.json").unlink()
    before = desk.files(".")
    ended = desk.specc("engine", "snapshot", "--out", "facts.jsonl", "--check")
    assert ended.code == 1
    assert ended.out.splitlines()[:2] == ["facts.indices.json is stale", "facts.enums.json is missing"]
    assert "specc engine snapshot --out facts.jsonl" in ended.out
    assert desk.files(".") == before


def test_a_snapshot_is_a_jsonl_file(desk: Desk) -> None:
    """Its siblings are named after it, so its name is not free."""
    assert desk.specc("engine", "snapshot", "--out", "facts.txt").code == 3


def test_no_engine_no_snapshot(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named, with the remedy."""
    monkeypatch.setattr("specc.cli.engine_snapshot.installed_version", lambda: None)
    ended = desk.specc("engine", "snapshot", "--out", "facts.jsonl")
    assert (ended.code, "pip install 'specc[run]'" in ended.err) == (3, True)
