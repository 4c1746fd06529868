"""A table of a SQLite database is locked, compiled and run as a file with the same rows is."""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from cli_desk import Desk


def test_facts_out_of_a_database_are_those_of_the_file(desk: Desk) -> None:
    """The lock knows its columns; weights are to the byte those of the CSV; a table that is gone is said."""
    assert desk.specc("run", "tiny", "--out", "csv", "--quiet").code == 0
    with (desk.bundle / "ages.csv").open() as file:
        _, *rows = csv.reader(file)
    database = sqlite3.connect(desk.bundle / "ages.db")
    database.execute("CREATE TABLE published (low INTEGER, high INTEGER, people INTEGER, note)")
    database.executemany("INSERT INTO published VALUES (?, ?, ?, NULL)", rows)
    database.execute("CREATE VIEW ages AS SELECT low, high, people FROM published WHERE people > 0")
    database.commit()
    database.close()
    spec = (desk.bundle / "sources.yaml").read_text()
    before = spec.split("locator: ages.csv\n    sha256: ")[1][:64]
    digest = hashlib.sha256((desk.bundle / "ages.db").read_bytes()).hexdigest()
    desk.edit("sources.yaml", "locator: ages.csv", "locator: ages.db!ages")
    desk.edit("sources.yaml", before, digest)
    assert "SPC702" in desk.specc("lint", "tiny").out
    assert desk.specc("sources", "lock", "tiny").code == 0
    assert desk.specc("run", "tiny", "--out", "db", "--quiet").code == 0
    one, other = (pl.read_parquet(desk.folder / run / "facts.parquet") for run in ("csv", "db"))
    assert one.equals(other)
    assert desk.specc("coverage", "tiny").code == 0
    desk.edit("sources.yaml", "ages.db!ages", "ages.db!age")
    ended = desk.specc("sources", "lock", "tiny")
    assert ended.code != 0
    assert "no table or view `age`; did you mean `ages`?" in ended.err
