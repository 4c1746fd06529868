"""Files that lie in a bundle are held to the digests that the spec pins, as far as lint looks at them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from compiler_bundles import base_bundle, edit

from compiler.compilation import compile_bundle

if TYPE_CHECKING:
    from pathlib import Path

SMALL = b"YEAR,WAGES,OTHER\n2012,1.0,1.0\n"


def _bundle(folder: Path, content: bytes) -> Path:
    data = base_bundle(folder) / "data"
    data.mkdir()
    (data / "growth.csv").write_bytes(content)
    return folder


def _codes(folder: Path) -> list[str]:
    return [finding.code for finding in compile_bundle(folder).diagnostics]


def test_another_file_is_a_warning_and_the_plan_stays(tmp_path: Path) -> None:
    """The digest says what is built; whoever edits the file alone hears that it is not that."""
    compilation = compile_bundle(_bundle(tmp_path / "bundle", SMALL))
    assert [finding.code for finding in compilation.diagnostics] == ["SPC708"]
    assert compilation.plan is not None


def test_a_name_that_no_file_can_have_is_left_to_the_run(tmp_path: Path) -> None:
    """What cannot even be looked for is no reason to stop."""
    folder = base_bundle(tmp_path / "bundle")
    for file in ("tables.yaml", "sources.lock"):
        edit(folder, file, "data/growth.csv", "data/" + "x" * 5000)
    assert _codes(folder) == []


def test_the_pinned_file_is_not_spoken_of(tmp_path: Path) -> None:
    """Once spec and lock have its digest, there is nothing to say."""
    folder = _bundle(tmp_path / "bundle", SMALL)
    for file in ("tables.yaml", "sources.lock"):
        edit(folder, file, "b" * 64, hashlib.sha256(SMALL).hexdigest())
    assert _codes(folder) == []


def test_a_large_file_is_left_to_the_run(tmp_path: Path) -> None:
    """Lint takes no time for it; what is read is held to its digest all the same."""
    assert _codes(_bundle(tmp_path / "bundle", b"x" * (4 * 1024**2 + 1))) == []
    assert _codes(_bundle(tmp_path / "other", b"x" * 4 * 1024**2)) == ["SPC708"]


def test_a_link_that_leads_out_is_left_to_the_run(tmp_path: Path) -> None:
    """A run refuses it; lint reads nothing that is not of the bundle."""
    folder = _bundle(tmp_path / "bundle", SMALL)
    file = folder / "data" / "growth.csv"
    file.rename(tmp_path / "growth.csv")
    file.symlink_to(tmp_path / "growth.csv")
    assert _codes(folder) == []
