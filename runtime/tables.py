"""Tables on disk: published ones (CSV, plain or gzipped, Parquet) through SQL, stored ones through polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from runtime.sql import literal, quoted

if TYPE_CHECKING:
    from pathlib import Path

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


def scan(path: Path, types: dict[str, str] | None = None) -> str:
    """Return the SQL of a table function over a file, told apart by its first bytes and not by its name.

    `types` are the SQL types of the columns that are read; without them DuckDB looks at the whole file to
    find them. Folders called `year=2020` are only folders: they add no column.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == _PARQUET:
        return f"read_parquet({literal(str(path))}, hive_partitioning=false)"
    compression = "gzip" if magic[:2] == _GZIP else "none"
    options = [
        f"compression={literal(compression)}",
        "header=true",
        "sample_size=-1",
        "nullstr=''",
        "hive_partitioning=false",
    ]
    if types:
        pairs = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
        options.append("types={" + pairs + "}")
    return f"read_csv({literal(str(path))}, {', '.join(options)})"


def columns_of(types: dict[str, str]) -> str:
    """Return the select list of the columns that are read, each of its type.

    A Parquet file has types of its own: a column without any value may stand there as text.
    """
    return ", ".join(f"CAST({quoted(n)} AS {kind}) AS {quoted(n)}" for n, kind in types.items()) or "1"


def stored(path: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """Read a Parquet table that a step stored. The path is one file, whatever brackets are in its name."""
    return pl.read_parquet(path, columns=columns, glob=False, hive_partitioning=False)
