"""`specc sources lock`: writing down what the sources are, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.catalog.lock import LockedColumn, LockedSource
from specc.locks import lock_changes

if TYPE_CHECKING:
    from cli_desk import Desk


def test_a_bundle_without_a_lock_is_locked_and_then_clean(desk: Desk) -> None:
    """The first thing that is done with a new bundle; lint complained of nothing but the lock."""
    committed = (desk.bundle / "sources.lock").read_bytes()
    (desk.bundle / "sources.lock").unlink()
    assert desk.specc("lint", "tiny").code == 1
    ended = desk.specc("sources", "lock", "tiny")
    assert ended.code == 0
    assert "people: 60 rows, 5 columns; new" in ended.out
    assert (desk.bundle / "sources.lock").read_bytes() == committed
    assert desk.specc("lint", "tiny").code == 0


def test_a_second_lock_changes_nothing(desk: Desk) -> None:
    """Equal sources give equal bytes."""
    before = desk.files("tiny")
    ended = desk.specc("sources", "lock", "tiny")
    assert ended.out.count("unchanged") == 3
    assert desk.files("tiny") == before


def test_what_changed_is_told_column_by_column(desk: Desk) -> None:
    """Rows, columns added, removed and retyped against the lock there was."""
    (desk.bundle / "growth.csv").write_text("year,wages,rents\n2019,high,1\n2020,low,2\n")
    desk.pin("growth.csv")
    ended = desk.specc("sources", "lock", "tiny")
    assert ended.code == 0
    assert (
        "growth: 2 rows, 3 columns; rows: 7 -> 2; added: rents; retyped: wages (DOUBLE -> VARCHAR)"
        in ended.out
    )


def test_a_broken_lock_is_replaced(desk: Desk) -> None:
    """Half a merge conflict in the lock is no reason to stop."""
    (desk.bundle / "sources.lock").write_text("<<<<<<< ours\n")
    assert desk.specc("lint", "tiny").code == 1
    ended = desk.specc("sources", "lock", "tiny")
    assert (ended.code, "cannot be read" in ended.err) == (0, True)
    assert desk.specc("lint", "tiny").code == 0


def test_a_file_that_is_not_the_pinned_one_is_refused(desk: Desk) -> None:
    """The pinned digest has the last word; both are shown, and the lock is as it was."""
    before = (desk.bundle / "sources.lock").read_bytes()
    (desk.bundle / "growth.csv").write_text("year,wages\n2019,1\n")
    ended = desk.specc("sources", "lock", "tiny")
    assert ended.code == 4
    assert "expected sha256 f9d9a211f007" in ended.err
    assert "got " in ended.err
    assert "write the digest it has now" in ended.err
    assert (desk.bundle / "sources.lock").read_bytes() == before


def test_all_digests_that_differ_are_told_at_once(desk: Desk) -> None:
    """Whoever starts a bundle pins zeros, and writes down what the command found."""
    spec = (desk.bundle / "sources.yaml").read_text()
    pinned = [line.strip().removeprefix("sha256: ") for line in spec.splitlines() if "sha256: " in line]
    for digest in pinned:
        desk.edit("sources.yaml", digest, f'"{"0" * 64}"')
    ended = desk.specc("sources", "lock", "tiny")
    assert ended.code == 4
    assert len(pinned) == 3
    assert [digest for digest in pinned if f"got {digest}" not in ended.err] == []


def test_a_recipe_that_cannot_be_read_is_refused_with_its_findings(desk: Desk) -> None:
    """What the sources are is not known."""
    desk.edit("sources.yaml", "locator: growth.csv", "locater: growth.csv")
    ended = desk.specc("sources", "lock", "tiny")
    assert ended.code == 1
    assert "sources.yaml" in ended.err
    assert "locater" in ended.err


@pytest.mark.parametrize(
    "where",
    ["true; COPY t TO 'stolen.csv'", "(select count(*) from t) > 0", "read_text('/etc/passwd') is null"],
)
def test_a_condition_that_is_no_expression_never_reaches_the_database(desk: Desk, where: str) -> None:
    """A spec may come from anybody."""
    desk.edit(
        "sources.yaml",
        "    title: Made-up growth of wages\n",
        f'    title: Made-up growth of wages\n    where: "{where}"\n',
    )
    ended = desk.specc("sources", "lock", "tiny")
    assert (ended.code, "SPC301" in ended.err) == (1, True)
    assert not (desk.folder / "stolen.csv").exists()


def test_a_check_of_a_current_lock_is_quiet(desk: Desk) -> None:
    """For CI: 0, and nothing is written."""
    before = desk.files("tiny")
    ended = desk.specc("sources", "lock", "tiny", "--check")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "tiny/sources.lock is current")
    assert desk.files("tiny") == before


def test_a_lock_that_is_a_link_out_of_the_bundle_is_stale_and_replaced(desk: Desk) -> None:
    """As lint does not follow it; a new lock takes the place of the link, and what it led to stays."""
    path, outside = desk.bundle / "sources.lock", desk.folder / "outside.lock"
    path.rename(outside)
    path.symlink_to(outside)
    assert desk.specc("sources", "lock", "tiny", "--check").code == 1
    before = outside.read_bytes()
    assert desk.specc("sources", "lock", "tiny").code == 0
    assert (path.is_symlink(), path.read_bytes(), outside.read_bytes()) == (False, before, before)


@pytest.mark.parametrize("lock", ["older", "broken", "missing"])
def test_a_check_says_what_is_stale_and_writes_nothing(desk: Desk, lock: str) -> None:
    """1 for a lock of another file, one that cannot be read, and none."""
    path = desk.bundle / "sources.lock"
    if lock == "older":
        desk.edit("sources.lock", '"rows": 7', '"rows": 8')
    elif lock == "broken":
        path.write_text("{")
    else:
        path.unlink()
    before = desk.files("tiny")
    ended = desk.specc("sources", "lock", "tiny", "--check")
    assert ended.code == 1
    assert "tiny/sources.lock is stale; run `specc sources lock tiny`" in ended.out
    assert ("rows: 8 -> 7" in ended.out) == (lock == "older")
    assert desk.files("tiny") == before


def test_a_missing_folder_ends_with_3(desk: Desk) -> None:
    """Nothing to lock."""
    assert desk.specc("sources", "lock", "missing").code == 3


def test_a_removed_column_and_a_changed_range_are_told() -> None:
    """A lock differs in columns or in what is known of them."""
    one, two = LockedColumn("a", "BIGINT", 0, 1, 9), LockedColumn("b", "BIGINT", 0, 1, 9)
    before = LockedSource("0" * 64, "CC0-1.0", "a.csv", 5, {"a": one, "b": two})
    assert lock_changes(before, replace(before, columns={"a": one})) == ["removed: b"]
    ranged, coded = replace(two, high=8), replace(two, codes=(1, 9))
    assert lock_changes(before, replace(before, columns={"a": one, "b": ranged})) == ["the facts of b"]
    assert lock_changes(before, replace(before, columns={"a": one, "b": coded})) == ["the facts of b"]
    assert lock_changes(before, replace(before, sha256="1" * 64)) == ["the file"]
    assert lock_changes(before, replace(before, licence="CC-BY-4.0")) == ["the licence"]
    moved = replace(before, locator="b.csv", licence="MIT")
    assert lock_changes(before, moved) == ["the licence, the locator"]
    assert lock_changes(before, before) == []
