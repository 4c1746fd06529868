"""A table in JSON is read as any other; what is no table, or not plain values, is refused by name."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from runtime.errors import FetchError
from runtime.fetch.bring import bring
from runtime.fetch.json_table import is_json, json_to_parquet
from runtime.fetch.parts import Part
from runtime.locking import Wanted, describe_source

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "age": [68, 43],
    "worth": [1.5, -2],
    "married": [True, None],
    "kind": ["a", "b"],
    "none": [None, None],
}
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]
SPLIT = {"columns": list(COLUMNS), "data": [list(row.values()) for row in ROWS]}
TYPES = {"age": pl.Int64, "worth": pl.Float64, "married": pl.Boolean, "kind": pl.String, "none": pl.String}


def _part(folder: Path, content: bytes) -> Part:
    (folder / "data.txt").write_bytes(content)
    return Part("donors", "data.txt", hashlib.sha256(content).hexdigest(), folder)


def _bring(folder: Path, content: bytes) -> pl.DataFrame:
    target = folder / "target"
    target.unlink(missing_ok=True)
    bring([_part(folder, content)], folder / "cache", None, target)
    return pl.read_parquet(target)


def _encoded(found: Any, start: bytes = b"") -> bytes:  # noqa: ANN401 - whatever JSON holds
    return start + json.dumps(found).encode()


@pytest.mark.parametrize("shape", [COLUMNS, ROWS, SPLIT], ids=["columns", "rows", "split"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b" \n"])
def test_every_shape_is_the_same_table(tmp_path: Path, shape: object, start: bytes) -> None:
    """Plain or gzipped, whatever the file is called."""
    content = _encoded(shape, start)
    for each in (content, gzip.compress(content, mtime=0)):
        table = _bring(tmp_path, each)
        assert table.schema == TYPES
        assert table.to_dict(as_series=False) == COLUMNS
    assert {path.name for path in tmp_path.iterdir()} == {"data.txt", "target"}


def test_an_index_is_the_last_column(tmp_path: Path) -> None:
    """It may be all that tells rows apart."""
    assert _bring(tmp_path, _encoded({**SPLIT, "index": [7, 9]}))["index"].to_list() == [7, 9]


def test_objects_may_lack_a_column(tmp_path: Path) -> None:
    """It has no value there; columns stand in the order in which they first come."""
    table = _bring(tmp_path, _encoded([{"b": 1}, {"a": "x", "b": 2}]))
    assert table.rows(named=True) == [{"b": 1, "a": None}, {"b": 2, "a": "x"}]
    assert table.columns == ["b", "a"]


def test_several_files_become_one_table(tmp_path: Path) -> None:
    """One of them may be a CSV."""
    part = _part(tmp_path, _encoded({"a": [1, 2]}))
    (tmp_path / "more.csv").write_text("a\n3\n", encoding="utf-8")
    more = Part("donors", "more.csv", hashlib.sha256(b"a\n3\n").hexdigest(), tmp_path)
    bring([part, more], tmp_path / "cache", None, tmp_path / "target")
    assert pl.read_parquet(tmp_path / "target")["a"].to_list() == [1, 2, 3]


def test_it_is_locked_like_any_table(tmp_path: Path) -> None:
    """Types, bounds and codes of the rows that are used."""
    part = _part(tmp_path, gzip.compress(_encoded(ROWS)))
    wanted = Wanted("donors", part.locator, part.sha256, "age > 50")
    rows, columns = describe_source(wanted, tmp_path / "cache", None, tmp_path)
    assert rows == 1
    assert columns["age"] == ("BIGINT", 0, 68.0, 68.0, (68,))
    assert columns["married"][0] == "BOOLEAN"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"a": 1}', "is no valid JSON"),
        (b'{"a": [1], "a": [2]}', "`a` stands twice"),
        (b'{"a": [NaN]}', "NaN is no number"),
        (b'{"a": [1e999]}', "too large for any computer in `a`"),
        (b'{"a": [9223372036854775808]}', "beyond 64 bits in `a`"),
        (b'{"a": [' + b"1" * 5000 + b"]}", "is no valid JSON"),
        (b'{"a": ["\xff"]}', "is no valid JSON"),
        (b'{"a":' * 50_000, "is no valid JSON"),
        (b'{"a": [1, "x"]}', "holds numbers and text in `a`"),
        (b'{"a": [1, true]}', "holds numbers and truth values in `a`"),
        (b'{"a": [{"b": 1}]}', "holds objects in `a`"),
        (b'{"a": [[1]]}', "holds lists in `a`"),
        (b'{"a": [1, 2], "b": [1]}', "has 1 values of `b` and 2 of `a`"),
        (b'{"columns": ["a", "b"], "data": [[1, 2], [3]]}', "1 values in row 2"),
        (b'{"columns": ["a", "a"], "data": []}', "has two columns `a`"),
        (b'{"columns": [1], "data": []}', "no list of names"),
        (b'{"columns": ["a"], "data": [1]}', "no list of rows"),
        (b'{"columns": ["index"], "data": [[1]], "index": [0]}', "no list of its own"),
        (b'{"columns": ["a"], "data": [[1]], "index": 0}', "no list of its own"),
        (b'{"columns": ["a"], "data": [[1]], "index": [0, 1]}', "1 values of `a` and 2 of `index`"),
        (b'{"columns": [], "data": [[]]}', "without any column"),
        (b"[{}, {}]", "without any column"),
        (b"{}", "is JSON, but no table"),
        (b"[[1, 2]]", "is JSON, but no table"),
        (b'[{"a": 1}, 2]', "is JSON, but no table"),
        (b'{"a": {"0": 1}}', "is JSON, but no table"),
        (gzip.compress(b'[{"a": 1}]', mtime=0)[:-9], "is no valid JSON"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """The message names the source and what is wrong; there is a remedy."""
    with pytest.raises(FetchError, match="the file of donors") as caught:
        _bring(tmp_path, content)
    assert said in caught.value.message
    assert caught.value.remedy


def test_rows_are_none_where_there_are_none(tmp_path: Path) -> None:
    """Columns are still there."""
    assert _bring(tmp_path, b'{"columns": ["a"], "data": []}').shape == (0, 1)


def test_a_small_file_that_is_huge_when_unpacked_is_refused(tmp_path: Path) -> None:
    """It is not read further than the bound."""
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(b'{"a": [' + b" " * 1_000_000 + b"1]}", mtime=0))
    with pytest.raises(FetchError, match="JSON of more than 1,000 bytes"):
        json_to_parquet(path, "donors", most=1000)


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"[a],{b}\n1,2\n", b"{a}\n1\n", b"PAR1", b"\x1f\x8bxx"]
)
def test_other_files_are_no_json(tmp_path: Path, content: bytes) -> None:
    """A CSV may name its columns in brackets."""
    path = tmp_path / "data"
    path.write_bytes(content)
    assert not is_json(path)
