"""`specc sources diff`: what a new lock means, with the places of the bundle that read what changed."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from specc.git import OF_A_HOOK

if TYPE_CHECKING:
    from pathlib import Path

    from cli_desk import Desk


def _git(folder: Path, *words: str) -> None:
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *author, *words]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def committed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give a desk whose bundle is committed."""
    for name in OF_A_HOOK:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(desk.folder.parent))
    _git(desk.folder, "init", "--quiet", "--initial-branch=main")
    _git(desk.folder, "add", "tiny")
    _git(desk.folder, "commit", "--quiet", "--message", "First")
    return desk


def test_a_lock_that_is_the_committed_one_makes_no_difference(committed: Desk) -> None:
    """The default compares with HEAD."""
    ended = committed.specc("sources", "diff", "tiny", "--detailed-exitcode")
    assert (ended.code, ended.out) == (0, "sources of tiny against HEAD\nNo differences.\n")


def test_what_is_lost_is_told_with_the_line_that_reads_it(committed: Desk) -> None:
    """Worst first; the definition, the file and the line stand beside it."""
    committed.edit("sources.lock", '"spouse_age": ["BIGINT", 0', '"spouse_age": ["DOUBLE", 4')
    committed.edit("sources.lock", '"wages": ["DOUBLE", 0, 0.99, 1.05]', '"rents": ["DOUBLE", 0, 0.99, 1.05]')
    committed.edit("sources.lock", '"rows": 60', '"rows": 90')
    ended = committed.specc("sources", "diff", "tiny", "--detailed-exitcode")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert ended.code == 2
    assert lines == [
        "sources of tiny against HEAD",
        "",
        "growth: 2 differences",
        "wages gone DOUBLE read by upratings.to_2023, tiny/bundle.yaml:21",
        "rents new DOUBLE nothing names it",
        "",
        "people: 3 differences",
        "spouse_age type BIGINT -> DOUBLE read by sources.people, tiny/sources.yaml:18, 20",
        "spouse_age nulls appear 0 -> 4 read by sources.people, tiny/sources.yaml:18, 20",
        "rows 60 -> 90",
    ]


def test_another_edition_is_locked_and_compared(committed: Desk) -> None:
    """The way it is used: pin the new file, lock, diff; then what lint says of it."""
    rows = (committed.bundle / "ages.csv").read_text().replace("70,80,30", "75,80,30")
    (committed.bundle / "ages.csv").write_text(rows)
    committed.pin("ages.csv")
    assert committed.specc("sources", "lock", "tiny").code == 0
    ended = committed.specc("sources", "diff", "tiny")
    assert ended.code == 0
    for part in ("codes gone", "codes new", "70", "75", "targets.ages, tiny/bundle.yaml:29", "file"):
        assert part in ended.out


def test_a_spec_that_was_edited_and_not_locked_since_is_told(committed: Desk) -> None:
    """Lint looks at the digest only; where a file is from and its licence are told here."""
    text = (committed.bundle / "sources.yaml").read_text()
    (committed.bundle / "sources.yaml").write_text(text.replace("CC0-1.0", "MIT", 1))
    ended = committed.specc("sources", "diff", "tiny", "--detailed-exitcode")
    assert ended.code == 2
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert lines[2:] == ["people: 1 difference", "the spec says otherwise CC0-1.0 -> MIT"]


def test_json_holds_every_reader_with_its_place(committed: Desk) -> None:
    """For machines: the event, both values, definition, file, line and column."""
    committed.edit("sources.lock", '"age": ["BIGINT", 0, 19.0, 78.0', '"age": ["BIGINT", 0, 19.0, 7800.0')
    document = json.loads(committed.specc("sources", "diff", "tiny", "--format", "json").out)
    place = {"definition": "sources.people", "file": "tiny/sources.yaml", "line": 20, "ignored": False}
    assert document["changes"] == [
        {
            "source": "people",
            "column": "age",
            "event": "another order of magnitude",
            "before": [19.0, 78.0],
            "after": [19.0, 7800.0],
            "readers": [{**place, "column": 21}],
        }
    ]


def test_a_lock_can_be_compared_with_one_in_a_file(desk: Desk) -> None:
    """Without a repository: what was saved before."""
    before = (desk.bundle / "sources.lock").read_text().replace("CC0-1.0", "\u202eMIT")
    (desk.folder / "before.lock").write_text(before)
    ended = desk.specc("sources", "diff", "tiny", "--against", "before.lock")
    assert ended.code == 0
    assert "\ufffdMIT -> CC0-1.0" in ended.out


def test_many_other_ranges_share_a_line(desk: Desk) -> None:
    """A new edition changes the range of nearly every amount; JSON has them all."""
    before = json.loads((desk.bundle / "sources.lock").read_text())
    before["sources"]["ages"]["columns"] |= {f"c{n}": ["DOUBLE", 0, 0.0, 1.5] for n in range(8)}
    after = json.loads(json.dumps(before).replace("1.5]", "1.6]"))
    (desk.folder / "before.lock").write_text(json.dumps(before))
    (desk.bundle / "sources.lock").write_text(json.dumps(after))
    words = ["sources", "diff", "tiny", "--against", "before.lock"]
    assert "range: 8 columns (c0, c1, c2, c3, c4, c5 and 2 more)" in desk.specc(*words).out
    assert len(json.loads(desk.specc(*words, "--format", "json").out)["changes"]) == 8


@pytest.mark.parametrize("against", ["nowhere", "-h", "--all", "main:tiny"])
def test_a_ref_that_is_none_ends_with_3(committed: Desk, against: str) -> None:
    """Nothing becomes an option of git."""
    ended = committed.specc("sources", "diff", "tiny", f"--against={against}")
    assert (ended.code, ended.out) == (3, "")
    assert "nor a git ref" in ended.err


@pytest.mark.parametrize("text", ["", '{"format": 1, "sources": {}}', '{"format": 2}'])
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_lock_that_cannot_be_read_ends_with_3(desk: Desk, text: str, side: str) -> None:
    """It is named, with what to do about it."""
    (desk.folder / "before.lock").write_bytes((desk.bundle / "sources.lock").read_bytes())
    file = desk.folder / "before.lock" if side == "before" else desk.bundle / "sources.lock"
    file.write_text(text)
    ended = desk.specc("sources", "diff", "tiny", "--against", "before.lock")
    assert (ended.code, ended.out) == (3, "")
    assert f"{'before.lock' if side == 'before' else 'tiny/sources.lock'} is no lock" in ended.err


def test_a_bundle_without_a_lock_or_recipe_cannot_be_compared(desk: Desk) -> None:
    """3 where there is nothing to compare, 1 where nobody knows what reads a column."""
    (desk.folder / "before.lock").write_bytes((desk.bundle / "sources.lock").read_bytes())
    (desk.bundle / "sources.lock").unlink()
    missing = desk.specc("sources", "diff", "tiny", "--against", "before.lock")
    assert (missing.code, "specc sources lock tiny" in missing.err) == (3, True)
    (desk.bundle / "bundle.yaml").write_text("bundle: 3\n")
    broken = desk.specc("sources", "diff", "tiny", "--against", "before.lock")
    assert (broken.code, "cannot be read" in broken.err) == (1, True)
    assert desk.specc("sources", "diff", "nowhere").code == 3
