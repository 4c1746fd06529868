"""A connection reads the file it was given and nothing else, whatever a query tries."""

from __future__ import annotations

import gzip
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from runtime.sql import connection, first, literal, quoted, select
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Give a file that may be read, beside one that may not."""
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (tmp_path / "given.csv").write_text("a,b\n1,x\n2,\n")
    return tmp_path / "given.csv"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM '{folder}/secret.csv'",
        "SELECT * FROM read_csv('{folder}/*.csv')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM 'https://example.org/a.csv'",
        "SELECT getenv('HOME')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/given.csv'",
        "ATTACH '{folder}/other.db'",
        "EXPORT DATABASE '{folder}/all'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET threads = 2",
        "SELECT * FROM outside",
    ],
)
def test_nothing_else_is_reached(given: Path, query: str) -> None:
    """No other file, no network, no environment, no extension, no variable of Python, no way to unlock."""
    outside = pl.DataFrame({"a": [1]})
    assert outside.height == 1
    before = sorted(given.parent.iterdir())
    with connection(given) as database, pytest.raises(duckdb.Error):
        database.execute(query.format(folder=given.parent))
    assert sorted(given.parent.iterdir()) == before
    assert given.read_text() == "a,b\n1,x\n2,\n"


def test_the_given_file_is_read_on_one_thread(given: Path) -> None:
    """Sums repeat to the last digit, and nothing spills into a folder beside the user."""
    with connection(given) as database:
        assert select(database, f"SELECT sum(a)::DOUBLE AS s FROM {scan(given)}")["s"].to_list() == [3.0]  # noqa: S608
        assert select(database, "SELECT current_setting('threads') AS t")["t"].to_list() == [1]
        assert select(database, "SELECT current_setting('temp_directory') AS t")["t"].to_list() == [""]


def test_a_relative_path_is_read_too(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache may be named from where the user stands."""
    monkeypatch.chdir(given.parent)
    relative = given.relative_to(given.parent)
    with connection(relative) as database:
        assert select(database, f"SELECT a FROM {scan(relative)}").height == 2  # noqa: S608


@pytest.mark.parametrize("kind", ["csv", "gzip", "parquet"])
def test_formats_are_told_apart_by_their_bytes(tmp_path: Path, kind: str) -> None:
    """Stored files have no suffix, and a folder called `year=2020` adds no column."""
    path = tmp_path / "year=2020" / "data"
    path.parent.mkdir()
    table = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    if kind == "parquet":
        table.write_parquet(path)
    else:
        text = table.write_csv().encode()
        path.write_bytes(gzip.compress(text) if kind == "gzip" else text)
    with connection(path) as database:
        read = select(database, f"SELECT * FROM {scan(path)}")  # noqa: S608
    assert read.equals(table)


def test_locked_types_are_kept(given: Path) -> None:
    """What the lock calls a text stays one, and only the columns that are read come."""
    types = {"a": "VARCHAR"}
    with connection(given) as database:
        read = select(database, f"SELECT {columns_of(types)} FROM {scan(given, types)}")  # noqa: S608
    assert read.to_dict(as_series=False) == {"a": ["1", "2"]}
    assert columns_of({}) == "1"


def test_names_and_texts_are_quoted() -> None:
    """A quote inside is doubled."""
    assert quoted('a"b') == '"a""b"'
    assert literal("it's") == "'it''s'"


def test_no_bar_is_drawn_where_there_is_no_main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the process of a node, whose output is that of the command."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    with connection() as database:
        assert first(database, "SELECT current_setting('enable_progress_bar')") == (False,)
