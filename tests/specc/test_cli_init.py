"""`specc init`: the bundle that it writes is in order, and can be built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.cli import main
from specc.cli.init import TEMPLATE
from specc.exits import Exit

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_init_writes_has_no_findings_and_can_be_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lint has nothing to say, and a run gives tables."""
    monkeypatch.setenv("SPECC_STORE", str(tmp_path / "store"))
    folder = tmp_path / "town"
    assert main(["init", str(folder)]) == Exit.OK
    assert main(["lint", str(folder)]) == Exit.OK
    assert "no findings" in capsys.readouterr().out
    assert main(["run", str(folder), "--out", str(tmp_path / "build")]) == Exit.OK
    assert list((tmp_path / "build").rglob("person.parquet"))


def test_init_writes_over_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder or file that is there stays as it is, and the command ends with 3."""
    (tmp_path / "town").write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path / "town")]) == Exit.USAGE
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "town").read_text(encoding="utf-8") == "mine"


def test_the_template_holds_nothing_but_a_bundle() -> None:
    """What is copied is the spec, its lock and its data."""
    files = sorted(path.relative_to(TEMPLATE).as_posix() for path in TEMPLATE.rglob("*") if path.is_file())
    assert files == ["bundle.yaml", "data/counts.csv", "data/survey.csv", "sources.lock"]
