"""The content digest tells tables apart by what they say; the fingerprint says what changed."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.content import content_digest, exact_sum, fingerprint
from runtime.digests import sha256_file
from runtime.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pl.DataFrame(
    {
        "person_id": [1, 2, 3, 4],
        "tip_income": [0.0, None, 12.5, float("nan")],
        "is_head": [True, False, None, True],
        "state": ["CA", None, "", "Zürich"],
        "born": pl.Series([0, 1, None, 3], dtype=pl.Int32).cast(pl.Date),
        "seen": pl.Series([0, 1, None, 3], dtype=pl.Int64).cast(pl.Datetime("us", "UTC")),
        "share": pl.Series(["1.25", None, "0.10", "3.00"]).cast(pl.Decimal(10, 2)),
        "sector": pl.Series(["a", "b", None, "a"], dtype=pl.Categorical),
    }
)


def test_digest_does_not_depend_on_the_writer(tmp_path: Path) -> None:
    """Polars and pyarrow files of one table, in memory or with other row groups, have one digest."""
    TABLE.write_parquet(tmp_path / "polars.parquet")
    pq.write_table(TABLE.to_arrow(), tmp_path / "pyarrow.parquet", row_group_size=3, compression="gzip")
    TABLE.write_parquet(tmp_path / "grouped.parquet", row_group_size=2, statistics=False)
    paths = [tmp_path / f"{name}.parquet" for name in ("polars", "pyarrow", "grouped")]
    assert len({sha256_file(path) for path in paths}) == 3
    assert {content_digest(path) for path in paths} == {content_digest(TABLE)}


def test_digest_is_pinned() -> None:
    """The recipe is a contract: changing it would orphan every stored key, so it must be meant."""
    table = pl.DataFrame({"a": [1, None], "b": ["x", "yz"], "c": [-0.0, 1.5]})
    assert content_digest(table) == "sha256:b2cd611162afc54133d49ad05b966c34ecddb698b3e560d062e4aa0a6ea2efc5"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(TABLE.with_columns(tip_income=pl.Series([0.0, None, 12.6, float("nan")])), id="value"),
        pytest.param(
            TABLE.with_columns(tip_income=pl.Series([0.0, 0.0, 12.5, float("nan")])), id="null to zero"
        ),
        pytest.param(TABLE.with_columns(tip_income=pl.Series([0.0, None, 12.5, None])), id="NaN to null"),
        pytest.param(TABLE.with_columns(state=pl.Series(["CA", "", None, "Zürich"])), id="null moved"),
        pytest.param(
            TABLE.with_columns(state=pl.Series(["C", None, "A", "Zürich"])), id="text cut elsewhere"
        ),
        pytest.param(TABLE.with_columns(is_head=pl.Series([True, False, False, True])), id="null to false"),
        pytest.param(
            TABLE.with_columns(share=pl.Series(["1.26", None, "0.10", "3.00"]).cast(pl.Decimal(10, 2))),
            id="cent",
        ),
        pytest.param(TABLE.with_columns(pl.col("person_id").cast(pl.Int32)), id="type"),
        pytest.param(TABLE.with_columns(pl.col("seen").dt.cast_time_unit("ms")), id="time unit"),
        pytest.param(TABLE.rename({"state": "residence"}), id="name"),
        pytest.param(TABLE.select(*TABLE.columns[1:], TABLE.columns[0]), id="column order"),
        pytest.param(TABLE.reverse(), id="row order"),
        pytest.param(TABLE.head(3), id="a row less"),
        pytest.param(TABLE.drop("born"), id="a column less"),
    ],
)
def test_digest_sees_one_change(changed: pl.DataFrame) -> None:
    """A single value, null, name, type or place that differs gives another digest."""
    assert content_digest(changed) != content_digest(TABLE)


def test_digest_ignores_spellings_of_one_number() -> None:
    """The sign of zero and the payload of a NaN are no data."""
    odd_nan = np.array([0x7FF8000000000123], dtype=np.uint64).view(np.float64)[0]
    ours, theirs = pl.DataFrame({"x": [0.0, math.nan]}), pl.DataFrame({"x": np.array([-0.0, odd_nan])})
    assert content_digest(ours) == content_digest(theirs)


def test_digest_ignores_bytes_under_nulls_and_slices() -> None:
    """What lies in memory behind a null, or outside a slice, is no data."""
    hidden = pa.Array.from_buffers(
        pa.int64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(np.array([5, 99]).tobytes())]
    )
    assert content_digest(pa.table({"x": hidden})) == content_digest(
        pa.table({"x": pa.array([5, None], pa.int64())})
    )
    assert content_digest(TABLE.to_arrow().slice(1, 2)) == content_digest(TABLE[1:3])


def test_digest_reads_names_with_dots(tmp_path: Path) -> None:
    """A column `a` is not confused with its neighbour `a.b`."""
    table = pl.DataFrame({"a": [1], "a.b": [2]})
    table.write_parquet(tmp_path / "dots.parquet")
    assert content_digest(tmp_path / "dots.parquet") == content_digest(table)


@pytest.mark.parametrize("table", [pl.DataFrame(), TABLE.head(0)])
def test_digest_of_nothing_is_a_digest(table: pl.DataFrame) -> None:
    """Tables without rows or columns are tables."""
    assert content_digest(table).startswith("sha256:")


def test_nested_columns_are_refused_by_name() -> None:
    """A list column has no digest, and the message names it."""
    with pytest.raises(StoreError, match="`ages`"):
        content_digest(pl.DataFrame({"ages": [[1, 2]]}))


def test_fingerprint_describes_columns() -> None:
    """Counts, nulls, sums, weighted sums, extremes and quantiles are those of the present finite values."""
    prints = fingerprint(TABLE, np.array([1.0, 2.0, 3.0, 4.0]))
    tips = prints["tip_income"]
    assert (tips.count, tips.nulls, tips.non_finite) == (4, 1, 1)
    assert (tips.total, tips.weighted_total, tips.minimum, tips.maximum) == (12.5, 37.5, 0.0, 12.5)
    assert (prints["is_head"].total, prints["is_head"].weighted_total) == (2.0, 5.0)
    assert prints["state"].as_json() == {"count": 4, "nulls": 1, "non_finite": 0}
    percents = (1, 5, 10, 25, 50, 75, 90, 95, 99)
    hundred = fingerprint(pl.DataFrame({"x": range(1, 101)}))["x"].as_json()
    assert hundred["quantiles"] == {f"p{percent:02d}": float(percent) for percent in percents}


@settings(deadline=None)
@given(st.lists(st.floats(-1e300, 1e300), max_size=50))
def test_sums_are_correctly_rounded(values: list[float]) -> None:
    """The vectorised sum is `math.fsum`, to the last bit, from subnormals to giants."""
    assert exact_sum(np.array(values, dtype=np.float64)) == math.fsum(values)


def test_describing_a_table_loads_no_pandas(tmp_path: Path) -> None:
    """Every step describes what it wrote in a process of its own: a library it has no use for is a delay."""
    TABLE.write_parquet(tmp_path / "table.parquet")
    script = (
        "import sys; from pathlib import Path; from runtime.content import content_digest, fingerprint; "
        f"path = Path({str(tmp_path / 'table.parquet')!r}); content_digest(path); fingerprint(path); "
        "print('pandas' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
