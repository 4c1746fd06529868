"""Layouts of files that nobody has seen: what lint believes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.catalog.layouts import read_layout
from compiler.catalog.lock import LockedColumn, LockedSource, parse_lock, render_lock
from compiler.diagnostics import Span

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.catalog.layouts import Columns

HEADER = "column,type,low,high,codes,label\n"


def layout(folder: Path, lines: str) -> Columns:
    """Read a layout that is in order."""
    (folder / "layouts").mkdir()
    (folder / "layouts" / "a.csv").write_text(HEADER + lines)
    columns, found = read_layout(folder, "layouts/a.csv", Span("sources.yaml"))
    assert (found, columns is not None) == ([], True)
    return columns or {}


def test_columns_have_types_and_bounds(tmp_path: Path) -> None:
    """Numbers are numbers, texts stay as they are; what is empty is not known."""
    columns = layout(tmp_path, 'AGE,BIGINT,0,85,,"age, years"\nID,VARCHAR,000,,,\nX,DOUBLE,,-1.5,,\n')
    assert list(columns.values()) == [
        LockedColumn("AGE", "BIGINT", 0, 0.0, 85.0),
        LockedColumn("ID", "VARCHAR", 0, "000", None),
        LockedColumn("X", "DOUBLE", 0, None, -1.5),
    ]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("S,BIGINT,1,2,1=male; 2=female,", (1, 2)),
        ("S,BIGINT,-1,1,1=yes; 0=no; -1=blank,", (-1, 0, 1)),
        ("S,BIGINT,0,85,0=born; 85=85 and over,", None),
        ("S,BIGINT,1,,1=male; 2=female,", None),
        ("S,VARCHAR,,,a=first; b=second,", None),
    ],
)
def test_codes_count_where_they_are_all_there_can_be(
    tmp_path: Path, line: str, codes: tuple[int, ...] | None
) -> None:
    """A list that names some of the values says nothing of the others."""
    assert layout(tmp_path, line + "\n")["S"].codes == codes


def test_a_layout_that_leads_out_of_the_bundle_is_refused(tmp_path: Path) -> None:
    """A link to a file outside is not read."""
    (tmp_path / "secret.csv").write_text(HEADER + "a,BIGINT,,,,\n")
    (tmp_path / "bundle" / "layouts").mkdir(parents=True)
    (tmp_path / "bundle" / "layouts" / "a.csv").symlink_to(tmp_path / "secret.csv")
    columns, (problem,) = read_layout(tmp_path / "bundle", "layouts/a.csv", Span("sources.yaml"))
    assert (columns, problem.code) == (None, "SPC209")
    assert "leaves the bundle" in problem.message


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Said of the place that names the layout."""
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "a.csv").write_bytes(b"\xff\xfe\x00column")
    _, (problem,) = read_layout(tmp_path, "layouts/a.csv", Span("sources.yaml", 7))
    assert (problem.message, problem.span.line) == ("`layouts/a.csv` is not UTF-8", 7)


def test_a_lock_says_that_a_source_is_only_documented() -> None:
    """And of the others nothing, so that locks of before are what they were."""
    column = {"a": LockedColumn("a", "BIGINT", 0, None, None)}
    seen = LockedSource("0" * 64, "CC0-1.0", "a.csv", 5, column)
    told = LockedSource("none:b.csv", "licensed", "b.csv", 0, column, documented=True)
    text = render_lock({"seen": seen, "told": told})
    assert text.count("documented") == 1
    assert parse_lock(text) == {"seen": seen, "told": told}
