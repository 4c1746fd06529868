"""A plan whose calibration method needs a package that is not here says so before anything runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import specc
from specc import checks
from specc.faults import CommandFault

if TYPE_CHECKING:
    from cli_desk import Desk

    from compiler.plan import Plan

BASE = Path(__file__).parents[1] / "compiler" / "cases" / "base"


def bundle(folder: Path, method: str) -> Path:
    """Copy the small bundle of the golden cases, with another method."""
    shutil.copytree(BASE, folder)
    finish = folder / "finish.yaml"
    text = finish.read_text(encoding="utf-8")
    finish.write_text(text.replace("{kind: dual, distance: entropy}", method), encoding="utf-8")
    return folder


def planned(folder: Path, method: str) -> Plan:
    """Return its plan."""
    return specc.plan(bundle(folder, method))


@pytest.mark.parametrize("kind", checks.METHOD_PACKAGES)
def test_a_missing_package_is_named_with_what_brings_it(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with the calibration that needs it."""
    settings = ", records: 50" if kind == "l0" else ""
    plan = planned(tmp_path / "bundle", f"{{kind: {kind}{settings}}}")
    monkeypatch.setattr(checks, "find_spec", lambda _: None)
    with pytest.raises(CommandFault, match=f"method `{kind}` needs the package") as refused:
        checks.check_methods(plan)
    assert refused.value.remedy == f"pip install 'specc[{kind}]'"
    assert (refused.value.place or "").startswith("finish.yaml:")


def test_methods_of_ours_need_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come with what a run needs anyway."""
    plan = planned(tmp_path / "bundle", "{kind: exact_k, records: 50}")
    monkeypatch.setattr(checks, "find_spec", lambda _: None)
    assert checks.missing_package(plan) is None


def test_the_plan_warns_and_is_still_a_plan(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be carried out on another machine."""
    folder = bundle(tmp_path / "bundle", "{kind: microcalibrate}")
    monkeypatch.setattr(checks, "find_spec", lambda _: None)
    ended = desk.specc("plan", str(folder))
    assert ended.code == 0
    assert "method `microcalibrate` needs the package microcalibrate, which is not installed" in ended.err
    assert "calibrate.national" in ended.out
