"""A lock says of every column what it holds, in numbers and texts that JSON has."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from compiler.catalog.lock import LockedColumn, LockedSource, render_lock
from runtime.digests import sha256_file
from runtime.errors import DigestMismatch, FetchError
from runtime.locking import Wanted, describe_source, describe_sources

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.locking import Columns


def describe(folder: Path, name: str, where: str | None = None) -> tuple[int, Columns]:
    """Describe a file of a folder."""
    wanted = Wanted("survey", name, sha256_file(folder / name), where)
    return describe_source(wanted, folder / "cache", None, folder)


def test_columns_have_types_nulls_ranges_and_codes(tmp_path: Path) -> None:
    """Of whole and broken numbers, texts, truths and days."""
    rows = "n,x,t,b,d\n3,0.5,b,true,2020-01-02\n,-1.5,a,false,\n7,,,true,2021-03-04\n"
    (tmp_path / "a.csv").write_text(rows)
    assert describe(tmp_path, "a.csv") == (
        3,
        {
            "n": ("BIGINT", 1, 3.0, 7.0, (3, 7)),
            "x": ("DOUBLE", 1, -1.5, 0.5, None),
            "t": ("VARCHAR", 1, "a", "b", ("a", "b")),
            "b": ("BOOLEAN", 0, "false", "true", (False, True)),
            "d": ("DATE", 1, "2020-01-02", "2021-03-04", ("2020-01-02", "2021-03-04")),
        },
    )


def test_only_the_rows_that_are_used_count(tmp_path: Path) -> None:
    """A file may hold several years; the lock is of one."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"year,n\n2012,5\n2014,9\n2014,1\n"))
    rows, columns = describe(tmp_path, "a.csv.gz", "year = 2014")
    assert rows == 2
    assert columns["n"] == ("BIGINT", 0, 1.0, 9.0, (1, 9))


def test_of_a_file_with_a_layout_only_its_columns_are_described(tmp_path: Path) -> None:
    """Surveys have hundreds that nobody reads; a number of 22 digits is text where the layout says so."""
    (tmp_path / "a.csv").write_text("id,N,other\n0000000000000000000101,5,1\n0000000000000000000102,6,2\n")
    layout = {"ID": "VARCHAR", "n": "DOUBLE", "gone": "BIGINT"}
    wanted = Wanted("survey", "a.csv", sha256_file(tmp_path / "a.csv"), "other = 2", layout=layout)
    ids = ("VARCHAR", 0, "0000000000000000000102", "0000000000000000000102", ("0000000000000000000102",))
    described = describe_source(wanted, tmp_path / "cache", None, tmp_path)
    assert described == (1, {"id": ids, "N": ("BIGINT", 0, 6.0, 6.0, (6,))})


@pytest.mark.parametrize(("distinct", "known"), [(60, True), (61, False)])
def test_codes_are_written_down_while_they_are_few(tmp_path: Path, distinct: int, *, known: bool) -> None:
    """Sixty classify, sixty-one are numbers; rows that repeat a code, and nulls, count nothing."""
    values = [None, *reversed(range(distinct)), *range(distinct)]
    pl.DataFrame({"n": values}).write_parquet(tmp_path / "a.parquet")
    codes = describe(tmp_path, "a.parquet")[1]["n"][4]
    assert codes == (tuple(range(distinct)) if known else None)


def test_long_texts_and_fractions_are_no_codes(tmp_path: Path) -> None:
    """What no spec would name; a whole number stored as a broken one is a code, and zero is one too."""
    table = {"short": ["x" * 80, "", "Zoë"], "long": ["x" * 81, "", ""], "part": [0.5, 1.0, 2.0]}
    whole = {"whole": [2.0, 0.0, None], "huge": [2**53 + 1, 0, 0], "odd": [1.0, float("nan"), float("inf")]}
    pl.DataFrame(table | whole).write_parquet(tmp_path / "a.parquet")
    columns = describe(tmp_path, "a.parquet")[1]
    assert {name: facts[4] for name, facts in columns.items()} == {
        "short": ("", "Zoë", "x" * 80),
        "long": None,
        "part": None,
        "whole": (0.0, 2.0),
        "huge": (0, 2**53 + 1),
        "odd": (1.0, "inf", "nan"),
    }


def test_what_json_has_no_number_for_is_a_text(tmp_path: Path) -> None:
    """Infinities, not-a-number, decimals, moments and an empty column."""
    pl.DataFrame(
        {
            "up": [1.0, float("inf")],
            "nan": [float("nan")] * 2,
            "money": pl.Series(["1.25", "2.5"]).cast(pl.Decimal(10, 2)),
            "at": [dt.datetime(2020, 1, 2, 3)] * 2,  # noqa: DTZ001 - a file says no zone
            "none": pl.Series([None, None], dtype=pl.Float64),
        }
    ).write_parquet(tmp_path / "a.parquet")
    rows, columns = describe(tmp_path, "a.parquet")
    assert {name: facts[2:4] for name, facts in columns.items()} == {
        "up": (1.0, "inf"),
        "nan": ("nan", "nan"),
        "money": (1.25, 2.5),
        "at": ("2020-01-02 03:00:00",) * 2,
        "none": (None, None),
    }
    locked = LockedSource(
        "0" * 64, "CC0", "a.parquet", rows,
        {name: LockedColumn(name, *facts) for name, facts in columns.items()},
    )  # fmt: skip
    assert json.loads(render_lock({"a": locked}))["sources"]["a"]["rows"] == 2


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    """The source is named, and what formats there are."""
    (tmp_path / "a.bin").write_bytes(b"PAR1 but no more")
    with pytest.raises(FetchError, match="`survey` cannot be read as a table"):
        describe(tmp_path, "a.bin")


def test_a_condition_that_does_not_hold_water_is_refused(tmp_path: Path) -> None:
    """A column that is not there is told as what is wrong with the source."""
    (tmp_path / "a.csv").write_text("n\n1\n")
    with pytest.raises(FetchError, match="yeer"):
        describe(tmp_path, "a.csv", "yeer = 2014")


def test_another_file_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    """The digest in the spec decides."""
    (tmp_path / "a.csv").write_text("n\n1\n")
    wanted = Wanted("survey", "a.csv", "0" * 64, None)
    with pytest.raises(DigestMismatch):
        describe_source(wanted, tmp_path / "cache", None, tmp_path)


def test_each_source_is_told_before_it_is_fetched(tmp_path: Path) -> None:
    """So that people know what they wait for."""
    (tmp_path / "a.csv").write_text("n\n1\n")
    digest, told = sha256_file(tmp_path / "a.csv"), list[str]()
    wanted = [Wanted(name, "a.csv", digest, None) for name in ("one", "two")]
    described = describe_sources(wanted, tmp_path / "cache", None, tmp_path, told.append)
    assert told == ["one", "two"] == list(described)
