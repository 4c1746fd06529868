"""Migrations of the language: the golden cases under `migrations/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.migrations import MIGRATIONS, migrated
from compiler.model.bundle import LANGUAGE
from compiler.syntax.reader import read_bytes

if TYPE_CHECKING:
    from compiler.syntax.document import Document

CASES = Path(__file__).parent / "migrations"
ALL_CASES = sorted(path for path in CASES.iterdir() if path.is_dir())


def _read(folder: Path) -> tuple[Document, ...]:
    return tuple(read_bytes(path.read_bytes(), path.name) for path in sorted(folder.glob("*.yaml")))


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_migration_writes_what_is_expected(case: Path) -> None:
    """Comments, order, quotes and line ends are kept; a file without anything to do is not touched."""
    before, after = _read(case / "before"), {d.file: d.text for d in _read(case / "after")}
    changed = {d.file: after[d.file] for d in before if after[d.file] != d.text}
    assert migrated(before) == changed


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_migrating_twice_changes_nothing(case: Path) -> None:
    """What a migration leaves is of today's language, and can be read."""
    done = _read(case / "after")
    assert migrated(done) == {}
    assert [finding for document in done for finding in document.diagnostics] == []


def test_every_version_has_its_migration() -> None:
    """From each earlier language there is a way to this one."""
    assert sorted(MIGRATIONS) == list(range(1, LANGUAGE))
