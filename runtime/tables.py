"""Published tables: CSV (plain or gzipped) and Parquet, read with the types that the lock says."""

from __future__ import annotations

from pathlib import Path

from runtime.sql import literal, quoted

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


def scan(path: Path, types: dict[str, str] | None = None) -> str:
    """Return the SQL of a table function over a file, told apart by its first bytes and not by its name.

    `types` are the SQL types of the columns that are read; without them DuckDB looks at the whole file to find them.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == _PARQUET:
        return f"read_parquet({literal(str(path))})"
    compression = "gzip" if magic[:2] == _GZIP else "none"
    options = [f"compression={literal(compression)}", "header=true", "sample_size=-1", "nullstr=''"]
    if types:
        pairs = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
        options.append("types={" + pairs + "}")
    return f"read_csv({literal(str(path))}, {', '.join(options)})"


def columns_of(types: dict[str, str]) -> str:
    """Return the select list of the columns that are read."""
    return ", ".join(quoted(name) for name in types) or "1"
