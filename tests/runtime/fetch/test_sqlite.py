"""A table of a SQLite file is read as any other; whatever else the file asks for is refused."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING

import polars as pl
import pytest

from runtime.errors import DigestMismatch, FetchError
from runtime.fetch.bring import bring
from runtime.fetch.parts import Part

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = """
CREATE TABLE facts (state TEXT, value REAL, people INTEGER, note);
INSERT INTO facts VALUES ('CA', 1.5, 3, NULL), ('NY', 2, 4, NULL), (NULL, -1e300, 9223372036854775807, NULL);
CREATE VIEW rich AS SELECT state, sum(value) AS total FROM facts WHERE value > 1 GROUP BY state;
CREATE TABLE "odd ""name" (a INTEGER PRIMARY KEY, b) WITHOUT ROWID;
INSERT INTO "odd ""name" VALUES (2, 1), (1, 2.5);
"""


def _database(folder: Path, *statements: str) -> Path:
    path = folder / "data.db"
    database = sqlite3.connect(path)
    for statement in statements:
        database.executescript(statement)
    database.close()
    return path


def _bring(path: Path, table: str) -> pl.DataFrame:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    target = path.parent / "target"
    target.unlink(missing_ok=True)
    part = Part("facts", f"{path.name}!{table}" if table else path.name, digest, path.parent)
    bring([part], path.parent / "cache", None, target)
    return pl.read_parquet(target)


def test_tables_and_views_are_read_with_their_types(tmp_path: Path) -> None:
    """Types are those of what columns hold; whole and broken numbers are numbers; nothing stays beside."""
    path = _database(tmp_path, SCHEMA)
    facts = _bring(path, "facts")
    assert facts.schema == {"state": pl.String, "value": pl.Float64, "people": pl.Int64, "note": pl.String}
    assert facts.rows() == [
        ("CA", 1.5, 3, None), ("NY", 2.0, 4, None), (None, -1e300, 9223372036854775807, None),
    ]  # fmt: skip
    assert _bring(path, "rich").rows() == [("CA", 1.5), ("NY", 2.0)]
    assert _bring(path, 'odd "name').rows() == [(1, 2.5), (2, 1.0)]
    assert {found.name for found in tmp_path.iterdir()} == {"data.db", "target"}


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    """It is up to the reader to refuse it."""
    assert _bring(_database(tmp_path, "CREATE TABLE t (a, b)"), "t").columns == ["a", "b"]


LONG = "replace(printf('%1000d', 1), ' ', printf('%100000d', 1))"
ENDLESS = (
    "CREATE VIEW v AS WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) "
    "SELECT max(a) AS a FROM n"
)
REFUSED = {
    "no such table": ("CREATE TABLE facts (a)", "fact", "no table or view `fact`; did you mean `facts`"),
    "no table named": ("CREATE TABLE facts (a)", "", "is a SQLite database"),
    "bytes": ("CREATE TABLE t (a); INSERT INTO t VALUES (x'00')", "t", "holds bytes in `a`"),
    "mixed": ("CREATE TABLE t (a); INSERT INTO t VALUES (1), ('x')", "t", "text and numbers in `a`"),
    "too long": (f"CREATE VIEW v AS SELECT {LONG} AS a", "v", "too big"),
    "virtual": ("CREATE VIRTUAL TABLE t USING fts5(a)", "t", "has a virtual table, `t`"),
    "extension": ("CREATE VIEW v AS SELECT load_extension('/tmp/x') AS a", "v", "cannot be read"),
    "file": ("CREATE VIEW v AS SELECT readfile('/etc/passwd') AS a", "v", "readfile"),
    "pragma": ("CREATE VIEW v AS SELECT * FROM pragma_database_list", "v", "cannot be read"),
    "huge": ("CREATE VIEW v AS SELECT hex(zeroblob(2000000000)) AS a", "v", "not authorized"),
    "lost table": ("CREATE VIEW v AS SELECT * FROM nowhere", "v", "no such table"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "table", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_table_is_refused(tmp_path: Path, script: str, table: str, said: str) -> None:
    """With the source's name and what to do."""
    with pytest.raises(FetchError, match=said) as caught:
        _bring(_database(tmp_path, script), table)
    assert caught.value.remedy


def test_a_view_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so much work; not after so much time, which would depend on the machine."""
    monkeypatch.setattr("runtime.fetch.sqlite._LOOKS", 3)
    with pytest.raises(FetchError, match="interrupted"):
        _bring(_database(tmp_path, ENDLESS), "v")


def test_damaged_and_other_files_are_refused(tmp_path: Path) -> None:
    """Cut short, overwritten, or no database at all; one that changed is not what is pinned."""
    path = _database(tmp_path, SCHEMA)
    whole = path.read_bytes()
    for damaged in (whole[:5000], whole[:100] + b"\xff" * 4000 + whole[4100:], b"a,b\n1,2\n"):
        path.write_bytes(damaged)
        with pytest.raises(FetchError, match=r"cannot be read|no SQLite database|has no table"):
            _bring(path, "facts")
    path.write_bytes(whole)
    part = Part("facts", "data.db!facts", "11" * 32, tmp_path)
    with pytest.raises(DigestMismatch):
        bring([part], tmp_path / "cache", None, tmp_path / "target")


def test_a_journal_beside_the_file_is_never_looked_at(tmp_path: Path) -> None:
    """What is pinned is the file, and only the file."""
    path = _database(tmp_path, SCHEMA)
    for suffix in ("-journal", "-wal", "-shm"):
        (tmp_path / f"data.db{suffix}").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" * 64)
    assert _bring(path, "facts").height == 3
