"""No selection comes between copies and calibration, and no method begins from their stored zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, edit

from compiler.compilation import compile_bundle
from compiler.steps.population import INTERNAL_WEIGHT

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan

METHODS = {
    "dual": "{kind: dual}",
    "ipf": "{kind: ipf}",
    "microcalibrate": "{kind: microcalibrate}",
    "l0": "{kind: l0, records: 5}",
    "exact_k": "{kind: exact_k, records: 5}",
    "entry_point": "{kind: entry_point, version: '1.0', name: acme_solver}",
}


def _plan(folder: Path, sample: float | None = None) -> Plan:
    compiled = compile_bundle(folder, sample=sample)
    assert [found.message for found in compiled.diagnostics] == []
    assert compiled.plan is not None
    return compiled.plan


def test_households_are_selected_before_they_are_copied(tmp_path: Path) -> None:
    """T15, P13: a sample draws from originals; nothing defines rows, or drops any, behind the last clone."""
    plan = _plan(base_bundle(tmp_path / "base"), sample=0.5)
    assert plan.node("clone.support").inputs.frames["frame"].rows == ("source.survey", "sample")
    rows = plan.node("calibrate.national").inputs.frames["frame"].rows
    assert rows == ("source.survey", "sample", "clone.support")


@pytest.mark.parametrize("kind", METHODS)
def test_every_method_begins_from_the_internal_weight(tmp_path: Path, kind: str) -> None:
    """T7, P14: whichever is chosen, somebody's own too, is handed a start that is not zero, and says so."""
    folder = base_bundle(tmp_path / "base")
    edit(folder, "finish.yaml", "{kind: dual, distance: entropy}", METHODS[kind])
    node = _plan(folder).node("calibrate.national")
    assert node.parameters["start"] == INTERNAL_WEIGHT
    assert node.inputs.frames["frame"].columns["household"][INTERNAL_WEIGHT].node == "clone.support"


def test_no_share_of_nothing_can_be_a_start(tmp_path: Path) -> None:
    """PX5: zero is no start, and one is all that the original has."""
    for share in ("0", "1", "0.0", "-0.1"):
        folder = base_bundle(tmp_path / share)
        edit(folder, "detail.yaml", "{twin: 0.5}", f"{{twin: {share}}}")
        assert compile_bundle(folder).plan is None
