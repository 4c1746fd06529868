"""The fixtures that the tests of the command line share, and the order of all tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from cli_desk import BUNDLES, Desk

_STEPS = "    - uprate: to_2023\n    - derive: wages\n    - draw: take_up\n    - impute: others\n"

if TYPE_CHECKING:
    from pathlib import Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the whole builds first: they take minutes, which other processes fill with small tests.

    It stands here because mypy takes two files of one name for one module.
    """
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Give a desk, with the working folder set to it."""
    shutil.copytree(BUNDLES / "tiny", tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    for name in ("SPECC_STORE", "SPECC_DEBUG", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path, capsys)


@pytest.fixture
def cloned(desk: Desk) -> Desk:
    """Lay a clone over the bundle, with facts that are held out, audited, and carried by clones alone."""
    shutil.copytree(BUNDLES / "cloned", desk.bundle, dirs_exist_ok=True)
    desk.edit("bundle.yaml", "    - scaffold: people\n", "    - scaffold: people\n    - clone: support\n")
    desk.edit("bundle.yaml", "targets: [ages]", "targets: [ages, wages, years, rich]")
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 2")
    moved = "wages: [employment_income_before_lsr"
    desk.edit("bundle.yaml", f"{moved}]", f"{moved}, taxable_interest_income]")
    return desk


@pytest.fixture
def prepared(desk: Desk) -> Desk:
    """Lay what derives, draws and prepares a donor over the bundle, and lock its tables."""
    shutil.copytree(BUNDLES / "prepared", desk.bundle, dirs_exist_ok=True)
    desk.edit("bundle.yaml", "    - uprate: to_2023\n", _STEPS)
    assert desk.specc("sources", "lock", "tiny").code == 0
    return desk
