"""`specc engine diff`: two releases, and what the newer one means for a bundle."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.catalog.engine import SNAPSHOTS
from specc.git import OF_A_HOOK

if TYPE_CHECKING:
    from cli_desk import Desk

COMPILER = Path(__file__).parents[1] / "compiler"
_EDITS = {
    '["real_estate_taxes",': None,
    '["taxable_interest_income",': ('"input"', '"formula"'),
    '["snap",': ('"adds"', '"input"'),
    '["age",': ("40", "41"),
    '["tax_unit_role_input",': ('"DEPENDENT"', '"CHILD"'),
}


@pytest.fixture
def small(desk: Desk) -> Desk:
    """Give a desk with the bundle `small`, and the snapshots of the ten variables."""
    shutil.copytree(COMPILER / "cases" / "base", desk.folder / "small")
    shutil.copytree(COMPILER / "engines", desk.folder / "engines")
    return desk


def _release(folder: Path, edits: dict[str, tuple[str, str] | None]) -> Path:
    """Write the committed snapshot as 9.9.9, with one text replaced in each line that begins so."""
    folder.mkdir()
    for path in SNAPSHOTS.glob("policyengine_us.*"):
        shutil.copy(path, folder)
    path = folder / "policyengine_us.jsonl"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    version = json.loads(header)["version"]
    kept = [header.replace(version, "9.9.9")]
    for line in lines:
        edit = next((edit for start, edit in edits.items() if line.startswith(start)), ("", ""))
        if edit is not None:
            assert edit[0] in line
            kept.append(line.replace(*edit, 1) if edit[0] else line)
    assert len(kept) == len(lines) + 1 - sum(edit is None for edit in edits.values())
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path


def test_two_small_releases_are_told_by_what_happens(small: Desk) -> None:
    """A heading an event, a line a variable; indices with their first years."""
    ended = small.specc("engine", "diff", "engines/before.jsonl", "engines/after.jsonl")
    assert ended.code == 0
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert lines[0] == "policyengine_xx 1.0.0 -> 1.1.0: facts of 9 variables and 3 indices differ"
    for line in (
        "gone: 1 variable",
        "tips person, float, year, input",
        "interest input -> adds",
        "role OTHER",
        "rent currency-USD -> none",
        "gov.cpi 2022: 1.0 -> none, 2024: none -> 1.2, 2025: none -> 1.3",
    ):
        assert line in lines


@pytest.mark.parametrize(("new", "code"), [("after", 2), ("before", 0)])
def test_the_detailed_exit_code_says_whether_facts_differ(small: Desk, new: str, code: int) -> None:
    """0 without the option."""
    words = ["engine", "diff", "engines/before.jsonl", f"engines/{new}.jsonl"]
    assert small.specc(*words, "--detailed-exitcode").code == code
    assert small.specc(*words).code == 0


def test_what_a_release_means_for_a_bundle_is_found_by_compiling_it(small: Desk) -> None:
    """Findings that appear, each at its place, and which of the changed variables the bundle makes."""
    _release(small.folder / "new", _EDITS)
    words = ["engine", "diff", "committed", "new/policyengine_us.jsonl", "--bundle", "small"]
    text = small.specc(*words).out
    document = json.loads(small.specc(*words, "--format", "json").out)
    found = {(f["code"], f["file"]) for f in document["bundle"]["appearing"]}
    assert {("SPC202", "small/sources.yaml"), ("SPC402", "small/sources.yaml")} <= found
    assert ("SPC503", "small/sources.yaml") in found
    assert document["bundle"]["plan"] is None
    assert "its plans cannot be compared" in text
    for finding in document["bundle"]["appearing"]:
        assert f"{finding['file']}:{finding['line']}:{finding['column']}" in text
    assert {(c["name"], c["event"]) for c in document["variables"]} == {
        ("real_estate_taxes", "gone"),
        ("taxable_interest_income", "now computed"),
        ("snap", "now an input"),
        ("age", "default"),
        ("tax_unit_role_input", "values gone"),
        ("tax_unit_role_input", "values new"),
    }
    assert document["bundle"]["made"]["age"].startswith("small/sources.yaml:")


def test_findings_that_go_are_told_too(small: Desk) -> None:
    """The way back: what the older release objected to is in order with the newer."""
    _release(small.folder / "old", _EDITS)
    words = ["engine", "diff", "old/policyengine_us.jsonl", "committed", "--bundle", "small"]
    document = json.loads(small.specc(*words, "--format", "json").out)
    assert document["bundle"]["appearing"] == []
    assert "SPC402" in {f["code"] for f in document["bundle"]["going"]}
    assert "  - small/sources.yaml:" in small.specc(*words).out


def test_a_release_with_equal_facts_runs_the_engine_again(small: Desk) -> None:
    """Nothing differs but the version, which the computed variables depend on."""
    _release(small.folder / "new", {})
    words = ["engine", "diff", "committed", "new/policyengine_us.jsonl", "--bundle", "small"]
    ended = small.specc(*words, "--detailed-exitcode")
    assert ended.code == 0
    assert "-> 9.9.9: no fact differs" in ended.out
    assert "small with 9.9.9: 0 new findings" in ended.out
    assert "~ materialise.tax" in ended.out
    assert "engine changed" in ended.out


def test_a_git_ref_is_the_committed_snapshot_as_it_stood_there(
    small: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All three files of it; `committed` is what lies in the folder now."""
    for name in OF_A_HOOK:
        monkeypatch.delenv(name, raising=False)
    there = _release(small.folder / "snapshots", {'["age",': ("40", "41")}).parent
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "--quiet"], ["add", "."], [*author, "commit", "--quiet", "--message", "First"]):
        subprocess.run(["git", "-C", str(there), *words], check=True, capture_output=True)  # noqa: S607 - git on PATH
    monkeypatch.setattr("specc.snapshots.SNAPSHOTS", there)
    path = there / "policyengine_us.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("9.9.9", "9.9.10"), encoding="utf-8")
    assert "9.9.9 -> 9.9.10: no fact differs" in small.specc("engine", "diff", "HEAD", "committed").out
    refused = small.specc("engine", "diff", "--", "--all", "committed")
    assert (refused.code, "`--all` is neither a file" in refused.err) == (3, True)


@pytest.mark.parametrize("name", ["indices", "enums"])
def test_a_snapshot_without_its_siblings_ends_with_3(small: Desk, name: str) -> None:
    """What is missing is named."""
    (small.folder / "engines" / f"before.{name}.json").unlink()
    ended = small.specc("engine", "diff", "engines/before.jsonl", "engines/after.jsonl")
    assert (ended.code, f"before.{name}.json cannot be read" in ended.err) == (3, True)


@pytest.mark.parametrize("text", ["", "{}\n", "not JSON\n", "[]\n"])
def test_a_file_that_is_no_snapshot_ends_with_3(small: Desk, text: str) -> None:
    """The remedy is the command that writes one."""
    (small.folder / "odd.jsonl").write_text(text)
    ended = small.specc("engine", "diff", "odd.jsonl", "committed")
    assert (ended.code, "odd.jsonl is no snapshot" in ended.err) == (3, True)
    assert "specc engine snapshot --out FILE.jsonl" in ended.err


def test_snapshots_that_do_not_belong_together_end_with_3(small: Desk) -> None:
    """Of two engines, of an engine that is not the bundle's, of none that is there."""
    mixed = small.specc("engine", "diff", "engines/before.jsonl", "committed")
    assert (mixed.code, "policyengine_xx" in mixed.err) == (3, True)
    words = ["engine", "diff", "engines/before.jsonl", "engines/after.jsonl"]
    other = small.specc(*words, "--bundle", "small")
    assert (other.code, "small is a bundle for policyengine_us" in other.err) == (3, True)
    assert small.specc("engine", "diff", "nowhere.jsonl", "committed").code == 3
    assert small.specc(*words, "--engine", "nobody").code == 3
    assert small.specc("engine", "diff", "committed", "committed", "--bundle", "nowhere").code == 3
