"""`sources.lock`: what is written is read back, and what is not understood is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, findings

from compiler.catalog.lock import LOCK_NAME, LockedColumn, LockedSource, read_lock, render_lock

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = {
    "b": LockedSource("b" * 64, "CC0-1.0", 'a folder/"b".csv', 0, {}),
    "a": LockedSource(
        "a" * 64,
        "Größe-1.0",
        "https://example.org/a.csv",
        3,
        {
            'wage "gross", größe': LockedColumn('wage "gross", größe', "DOUBLE", 1, -0.5, 1e300),
            "name": LockedColumn("name", "VARCHAR", 0, "Ä", "z", ("Ä", 'b "c"', "z")),
            "code": LockedColumn("code", "BIGINT", 0, 1.0, 2.0, (1, 2)),
            "truth": LockedColumn("truth", "BOOLEAN", 0, "false", "true", (False, True)),
            "empty": LockedColumn("empty", "BIGINT", 3, None, None, ()),
        },
    ),
}


def test_lock_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    """Names with quotes, empty tables, missing ranges and codes of every kind survive."""
    (tmp_path / LOCK_NAME).write_text(render_lock(SOURCES), encoding="utf-8")
    assert read_lock(tmp_path) == SOURCES
    assert [type(code) for code in read_lock(tmp_path)["a"].columns["code"].codes or ()] == [int, int]


def test_lock_is_the_same_whatever_the_order_of_its_sources() -> None:
    """Two people who lock the same sources write the same file."""
    assert render_lock(SOURCES) == render_lock(dict(reversed(SOURCES.items())))


def test_lock_has_one_line_a_column() -> None:
    """A changed column is one changed line in a diff, whatever its codes; so is a changed licence."""
    lines = render_lock(SOURCES).splitlines()
    assert sum("VARCHAR" in line or "DOUBLE" in line for line in lines) == 2
    assert sum("licence" in line for line in lines) == 2


def test_bundle_without_a_lock_has_no_locked_sources(tmp_path: Path) -> None:
    """Before the first lock nothing is known, which is no error of the lock."""
    assert read_lock(tmp_path) == {}


@pytest.mark.parametrize("what", ["file", "nothing", "loop", "folder"])
def test_lock_that_leads_out_of_the_bundle_is_not_followed(tmp_path: Path, what: str) -> None:
    """Specs come from strangers: a link may not show what lies elsewhere; a folder is no lock."""
    bundle, outside = tmp_path / "bundle", tmp_path / "outside.lock"
    bundle.mkdir()
    lock = bundle / LOCK_NAME
    if what == "folder":
        lock.mkdir()
    else:
        lock.symlink_to(lock if what == "loop" else outside)
    if what == "file":
        outside.write_text(render_lock(SOURCES), encoding="utf-8")
    with pytest.raises(ValueError, match=r"^it is (a link that leaves the bundle|not a file)$"):
        read_lock(bundle)


def test_lint_says_once_that_the_lock_leads_out_of_the_bundle(tmp_path: Path) -> None:
    """Without a lock nothing is known of the sources, so that nothing else is said."""
    bundle = base_bundle(tmp_path / "bundle")
    (bundle / LOCK_NAME).rename(tmp_path / "outside.lock")
    (bundle / LOCK_NAME).symlink_to(tmp_path / "outside.lock")
    (said,) = findings(bundle)
    assert said.startswith(
        "sources.lock:1:1 SPC705 the lock cannot be read: it is a link that leaves the bundle"
    )


def test_lock_may_be_a_link_within_the_bundle(tmp_path: Path) -> None:
    """What lies in the bundle may be read."""
    (tmp_path / "kept").write_text(render_lock(SOURCES), encoding="utf-8")
    (tmp_path / LOCK_NAME).symlink_to(tmp_path / "kept")
    assert read_lock(tmp_path) == SOURCES


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": 1, "sources": {}}', '{"format": 2}', '{"format": 2, "sources": {"a": 3}}'],
)
def test_lock_that_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    """A lock that was cut short or is of another format raises ValueError and nothing else."""
    (tmp_path / LOCK_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011 - the json module words its errors itself
        read_lock(tmp_path)
