"""Members of archives, several files in a row, and files that nobody can pin."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from runtime.errors import DigestMismatch, FetchError
from runtime.fetch.bring import bring
from runtime.fetch.parts import Part

if TYPE_CHECKING:
    from pathlib import Path

CSV = "n,x\n1,0.5\n"


def part(folder: Path, name: str, content: str, locator: str | None = None) -> Part:
    """Write a file into a folder and pin it."""
    path = folder / name
    path.write_text(content)
    return Part(
        name.partition(".")[0], locator or name, hashlib.sha256(path.read_bytes()).hexdigest(), folder
    )


def archive(folder: Path, name: str = "a.zip") -> str:
    """Write an archive of two tables and return its digest."""
    with zipfile.ZipFile(folder / name, "w") as packed:
        packed.writestr("inner/one.csv", CSV)
        packed.writestr("two.csv", "m\n7\n")
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()


def brought(folder: Path, *parts: Part, overrides: Path | None = None) -> Path:
    """Bring a table together and return where it is."""
    target = folder / "target"
    target.unlink(missing_ok=True)
    bring(list(parts), folder / "cache", overrides, target)
    return target


def test_a_member_is_taken_out_of_the_archive_that_is_pinned(tmp_path: Path) -> None:
    """The digest is the archive's; its other members are not touched; a misspelt one is proposed."""
    sha256 = archive(tmp_path)
    one = Part("survey", "a.zip!inner/one.csv", sha256, tmp_path)
    assert brought(tmp_path, one).read_text() == CSV
    with pytest.raises(DigestMismatch):
        brought(tmp_path, Part("survey", "a.zip!two.csv", "0" * 64, tmp_path))
    with pytest.raises(FetchError, match=r"no file `one.csv` in a.zip; did you mean: inner/one.csv, two"):
        brought(tmp_path, Part("survey", "a.zip!one.csv", sha256, tmp_path))


def test_a_file_that_changes_while_it_is_copied_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was the pinned one when it was looked at; what was copied is not."""
    one = part(tmp_path, "one.csv", CSV)
    copy = shutil.copyfile

    def written_to(source: Path, target: Path) -> None:
        source.write_text(CSV + "2,0.5\n")
        copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", written_to)
    with pytest.raises(DigestMismatch, match="changed while it was read"):
        brought(tmp_path, one)


def test_files_one_after_another_are_one_table(tmp_path: Path) -> None:
    """In the order they are written; of two kinds of numbers the wider; a column without values fits any."""
    files = [
        part(tmp_path, "jan.csv", "n,x,t\n1,1,\n2,2,\n"),
        part(tmp_path, "feb.csv", "x,n,t\n0.5,3,a\n"),
        part(tmp_path, "mar.csv", "n,x,t\n4,,b\n"),
    ]
    table = pl.read_parquet(brought(tmp_path, *files))
    assert table.to_dict(as_series=False) == {
        "n": [1, 2, 3, 4], "x": [1.0, 2.0, 0.5, None], "t": [None, None, "a", "b"],
    }  # fmt: skip
    first = (tmp_path / "target").read_bytes()
    assert brought(tmp_path, *files).read_bytes() == first


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("n\n1\n", "feb.csv lacks x"),
        ("n,x,y\n1,2,3\n", "feb.csv has y as well"),
        ("n,x\n1,high\n", "the column `x` has several types: BIGINT in jan.csv, VARCHAR in feb.csv"),
    ],
)
def test_files_that_differ_in_their_columns_are_refused(tmp_path: Path, content: str, said: str) -> None:
    """Which file and which column is told."""
    files = part(tmp_path, "jan.csv", "n,x\n1,2\n"), part(tmp_path, "feb.csv", content)
    with pytest.raises(FetchError, match=said):
        brought(tmp_path, *files)


def test_a_file_that_nothing_pins_comes_from_the_users_folder_alone(tmp_path: Path) -> None:
    """By the source's name or as its locator ends; never from the bundle, the cache or the web."""
    (tmp_path / "puf.csv").write_text(CSV)
    own = tmp_path / "own"
    own.mkdir()
    puf = Part("puf_2015", "puf.csv", None, tmp_path)
    for overrides in (None, own):
        with pytest.raises(FetchError, match="`puf_2015` is not fetched") as caught:
            brought(tmp_path, puf, overrides=overrides)
        assert (caught.value.kind, "--sources" in str(caught.value.remedy)) == ("not-public", True)
    (own / "puf.csv").write_text("by\n1\n")
    assert brought(tmp_path, puf, overrides=own).read_text() == "by\n1\n"
    (own / "puf_2015.csv").write_text("name\n1\n")
    assert brought(tmp_path, puf, overrides=own).read_text() == "name\n1\n"


def test_of_an_archive_that_nothing_pins_the_member_alone_will_do(tmp_path: Path) -> None:
    """Whoever unpacked it has the file; whoever did not, the archive."""
    own = tmp_path / "own"
    own.mkdir()
    wanted = Part("asec", "https://example.org/asec.zip!inner/one.csv", None)
    archive(own, "asec.zip")
    assert brought(tmp_path, wanted, overrides=own).read_text() == CSV
    (own / "asec.zip").unlink()
    (own / "one.csv").write_text("unpacked\n1\n")
    assert brought(tmp_path, wanted, overrides=own).read_text() == "unpacked\n1\n"


def test_lines_of_comment_are_skipped(tmp_path: Path) -> None:
    """Wherever they stand, compressed or not; the digest is that of the file as it was published."""
    text = "# a note, with a comma\nn,x\n1,a#b\n# another\n2,c\n"
    plain = replace(part(tmp_path, "a.csv", text), comment="#")
    assert brought(tmp_path, plain).read_text() == "n,x\n1,a#b\n2,c\n"
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    sha256 = hashlib.sha256((tmp_path / "b.csv.gz").read_bytes()).hexdigest()
    packed = Part("b", "b.csv.gz", sha256, tmp_path, "#")
    assert brought(tmp_path, packed).read_text() == "n,x\n1,a#b\n2,c\n"


def test_a_comment_that_no_line_is_is_a_mistake(tmp_path: Path) -> None:
    """It was meant for another file, or for another beginning."""
    with pytest.raises(FetchError, match="no line of the file of `a` begins with `%`"):
        brought(tmp_path, replace(part(tmp_path, "a.csv", "# a note\n" + CSV), comment="%"))
