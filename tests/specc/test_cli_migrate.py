"""`specc migrate`: an older bundle in today's language, all files or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specc.faults import CommandFault
from specc.rewrite import Rewrite, write_all

if TYPE_CHECKING:
    from cli_desk import Desk

_OLD = "targets:\n  people:\n    match: {state_code: {column: state, codes: same}}   # by state\n"
_NEW = "targets:\n  people:\n    geography: {level: state, column: state, coded: postal}   # by state\n"


@pytest.fixture
def old(desk: Desk) -> Desk:
    """Give a desk whose bundle is written in language 1."""
    desk.edit("bundle.yaml", "language: 2", "language: 1")
    (desk.bundle / "people.yaml").write_text(_OLD, encoding="utf-8")
    return desk


def test_migrate_rewrites_and_shows_what_it_changed(old: Desk) -> None:
    """The difference is printed, the rest of each file stays as it is, a second time does nothing."""
    ended = old.specc("migrate", "tiny")
    assert ended.code == 0
    assert "-  language: 1\n+  language: 2" in ended.out
    assert "2 files of tiny migrated to language 2" in ended.out
    assert (old.bundle / "people.yaml").read_text("utf-8") == _NEW
    before = old.files("tiny")
    again = old.specc("migrate", "tiny")
    assert (again.code, again.out) == (0, "nothing to migrate: tiny is written in language 2\n")
    assert old.files("tiny") == before


@pytest.mark.parametrize(("option", "code"), [("--check", 1), ("--diff", 0)])
def test_looking_writes_nothing(old: Desk, option: str, code: int) -> None:
    """`--check` ends with 1 where there is something to do, for continuous integration."""
    before = old.files("tiny")
    ended = old.specc("migrate", "tiny", option)
    assert (ended.code, old.files("tiny")) == (code, before)
    assert ("+    geography:" in ended.out) is (option == "--diff")


def test_lint_of_an_older_bundle_names_the_command(old: Desk) -> None:
    """One finding, and none about keys that had another meaning then."""
    ended = old.specc("lint", "tiny")
    assert ended.code == 1
    assert "= help: run `specc migrate tiny`" in ended.out
    assert "\n1 error\n" in ended.out


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [("people.yaml", "targets: [\n", "SPC002"), ("bundle.yaml", "bundle: {language: 9}\n", "newer specc")],
)
def test_what_cannot_be_migrated_is_left_alone(old: Desk, file: str, text: str, said: str) -> None:
    """A file that is no YAML, and a bundle of a newer language."""
    (old.bundle / file).write_text(text, encoding="utf-8")
    before = old.files("tiny")
    ended = old.specc("migrate", "tiny")
    assert ended.code == 1
    assert said in ended.err
    assert old.files("tiny") == before


def test_no_folder_ends_with_3(desk: Desk) -> None:
    """As with every command."""
    assert desk.specc("migrate", "missing").code == 3


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """Nor are those beside it: all files or none."""
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("a: 1\n", encoding="utf-8")
    second.write_text("somebody else wrote this\n", encoding="utf-8")
    with pytest.raises(CommandFault, match="changed while"):
        write_all([Rewrite(first, "a: 1\n", "a: 2\n"), Rewrite(second, "b: 1\n", "b: 2\n")])
    assert first.read_text("utf-8") == "a: 1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_when_one_file_cannot_be_replaced_the_others_are_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails half way leaves the old bundle, not half of the new one."""
    rewrites = []
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text("old", encoding="utf-8")
        rewrites.append(Rewrite(tmp_path / f"{name}.yaml", "old", "new"))
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "c.yaml":
            raise PermissionError(13, "denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(CommandFault, match="none was changed"):
        write_all(rewrites)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        "a.yaml": "old", "b.yaml": "old", "c.yaml": "old",
    }  # fmt: skip
