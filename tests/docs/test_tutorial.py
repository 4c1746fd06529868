"""The tutorial is walked through: every block is written, edited, run or compared, in its order."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from specc.cli import main

ROOT = Path(__file__).resolve().parents[2]
TOWN = ROOT / "docs" / "tutorial" / "town"
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
WALK, MISTAKES = PAGE.split("## 7. Six mistakes\n")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(text: str) -> list[tuple[str, str]]:
    return [(block[1], block[2]) for block in _BLOCK.finditer(text)]


def _titles() -> list[str]:
    return re.findall(r"^### (.+)$", MISTAKES, re.MULTILINE)


@dataclass
class Reader:
    """Somebody who does what the page says, in a folder of their own; `said`: by the last commands."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    said: str = ""
    codes: tuple[int, ...] = ()

    def do(self, kind: str, text: str) -> None:
        """Do what one block asks for."""
        {"yaml": self.write, "diff": self.edit, "sh": self.run, "text": self.compare}[kind](text)

    def write(self, text: str) -> None:
        """Write a file, or go on writing it."""
        path, body = self._file(text)
        with path.open("a", encoding="utf-8") as file:
            file.write(body)

    def edit(self, text: str) -> None:
        """Replace the lines with `-` or a space by those with `+` or a space; they stand there once."""
        path, body = self._file(text)
        lines = body.splitlines()
        old = "\n".join(line[1:] for line in lines if line[0] in "- ")
        new = "\n".join(line[1:] for line in lines if line[0] in "+ ")
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, old
        path.write_text(before.replace(old, new), encoding="utf-8")

    def run(self, text: str) -> None:
        """Carry out commands."""
        self.capsys.readouterr()
        commands = [shlex.split(line) for line in text.splitlines()]
        self.codes = tuple(self._command(words) for words in commands)
        printed = self.capsys.readouterr()
        self.said = printed.out + printed.err

    def compare(self, text: str) -> None:
        """Find every line that the page shows in what was printed, in its order; a line may go on there."""
        said = self.said
        for line in text.splitlines():
            assert line in said, f"{line!r} is not said, or not in this order, in\n{self.said}"
            said = said.partition(line)[2]

    def _file(self, text: str) -> tuple[Path, str]:
        name, _, body = text.partition("\n")
        assert name.startswith("# town/"), name
        return self.folder / name.removeprefix("# "), body

    def _command(self, words: list[str]) -> int:
        if words[0] == "specc":
            return main(words[1:])
        assert words[0] in {"mkdir", "cp"}, words
        return subprocess.run(words, cwd=self.folder, check=False).returncode


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Reader:
    """Give a reader at the top of a checkout, as far as the page needs one."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    for name in ("SPECC_STORE", "SPECC_DEBUG", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return Reader(tmp_path, capsys)


def test_the_page_leads_from_nothing_to_a_dataset(reader: Reader) -> None:
    """Only the first lock, of a file that is not pinned yet, ends with an error."""
    failed = []
    for kind, text in _blocks(WALK):
        reader.do(kind, text)
        failed += [text for code in reader.codes if kind == "sh" and code != 0]
    assert failed == ["specc sources lock town\n"]
    assert (reader.folder / "build" / "town" / "tables" / "person.parquet").is_file()


def test_the_committed_bundle_is_the_one_of_the_page(reader: Reader) -> None:
    """File by file, before the edit that shows what an edit means."""
    for kind, text in _blocks(WALK.partition("## 5.")[0]):
        reader.do(kind, text)
    reader.run("specc sources lock town")
    made = {path.name: path.read_text() for path in (reader.folder / "town").iterdir() if path.is_file()}
    assert made == {path.name: path.read_text() for path in TOWN.iterdir() if path.is_file()}


@pytest.mark.parametrize("title", _titles())
def test_a_mistake_gives_the_message_of_the_page(reader: Reader, title: str) -> None:
    """One edit of the finished bundle, one finding, word for word; then whatever the page does about it."""
    shutil.copytree(TOWN, reader.folder / "town")
    section = MISTAKES.partition(f"### {title}\n")[2].partition("\n### ")[0]
    (_, edit), (_, message), *after = _blocks(section)
    reader.edit(edit)
    reader.run("specc lint town")
    assert reader.codes == (1,)
    assert "1 error\n" in reader.said
    assert message in reader.said
    for kind, text in after:
        reader.do(kind, text)


def test_there_are_six_mistakes() -> None:
    """As the title says."""
    assert len(_titles()) == 6


def test_every_link_leads_somewhere() -> None:
    """Links name files and folders that exist."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE)
    assert links
    for link in links:
        assert (ROOT / "docs" / link).exists(), link
