"""Donors that lack a target, from the text of a bundle to the manifest, in each of two draws."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cli_desk import Desk

_TOWN = Path(__file__).parents[2] / "docs" / "tutorial" / "town"
_DONOR = "{source: owners, uprate: to_2023}"
_BAKEOFF = """
bakeoffs:
  rates:
    imputation: housing
    methods: {joint: {kind: forest, trees: 5}, chained: {kind: cart}}
    metrics: [crps]
    folds: {count: 2, by: household}
    seeds: [1]
    draws: 2
"""


@pytest.fixture
def town(desk: Desk) -> Desk:
    """Give a desk with the town of the tutorial, in which old owners do not tell their taxes."""
    shutil.copytree(_TOWN, desk.folder / "town")
    told = "case when age < 60 or record % 3 = 0 then property_tax end"
    _edit(desk, "real_estate_taxes: {head: property_tax}", f"real_estate_taxes: {{head: {told}}}")
    return desk


def _edit(desk: Desk, old: str, new: str) -> None:
    files = [path for path in (desk.folder / "town").glob("*.yaml") if old in path.read_text("utf-8")]
    assert len(files) == 1, old
    files[0].write_text(files[0].read_text("utf-8").replace(old, new), encoding="utf-8")


def _say(desk: Desk, missing: str) -> None:
    _edit(desk, _DONOR, _DONOR.replace("}", f", missing: {missing}}}"))


def _said(desk: Desk, address: str) -> dict[str, Any]:
    manifest = json.loads((desk.folder / "out" / "nodes" / f"{address}.manifest.json").read_text("utf-8"))
    said: dict[str, Any] = manifest["predicate"]["x-specc"]
    return said


def test_without_a_word_lint_warns_and_the_run_ends(town: Desk) -> None:
    """At the target, which says where it may have no value; the step says how many there are."""
    warned = town.specc("lint", "town")
    assert warned.code == 0
    assert "SPC434" in warned.out + warned.err
    ended = town.specc("run", "town", "--out", "out", "--in-process", "--quiet")
    assert ended.code == 4
    assert "the donor has no `real_estate_taxes` in" in ended.err


def test_completed_donors_are_completed_anew_in_each_draw(town: Desk) -> None:
    """The manifest of each draw compares; the page shows it; a bake-off is of those who lack nothing."""
    _say(town, "{impute: {delta: {real_estate_taxes: -0.5}}}")
    _edit(town, "  period: 2023\n  pipeline:", "  period: 2023\n  draws: 2\n  pipeline:")
    (town.folder / "town" / "bakeoffs.yaml").write_text(_BAKEOFF, encoding="utf-8")
    assert town.specc("lint", "town").code == 0
    ended = town.specc("run", "town", "--out", "out", "--in-process", "--quiet")
    assert ended.code == 0, ended.err
    first, second = (
        _said(town, f"impute.housing.rates{at}")["missing"]["completed"]["real_estate_taxes"]
        for at in ("", "@2")
    )
    assert first["missing"] == second["missing"] > 10
    assert first["complete"]["rows"] + first["missing"] == first["imputed"]["rows"]
    assert first["drawn"]["mean"] != second["drawn"]["mean"]
    assert first["delta"]["mean"] < first["imputed"]["mean"]
    assert "refit" not in _said(town, "impute.housing.rates")
    assert _said(town, "impute.housing.rates@2")["refit"]["of"] == "household_id"
    assert town.specc("verify", "out").code == 0
    assert town.specc("report", "out", "--out", "page.html").code == 0
    assert "targets that donors lacked" in (town.folder / "page.html").read_text("utf-8")
    compared = town.specc("bakeoff", "town", "--out", "compared", "--quiet")
    assert compared.code == 0, compared.err


def test_dropped_donors_need_a_reason_which_is_no_part_of_a_key(town: Desk) -> None:
    """Another reason makes nothing run again."""
    _say(town, "{drop: the older ones were asked by post}")
    ended = town.specc("run", "town", "--out", "out", "--in-process", "--quiet")
    assert ended.code == 0, ended.err
    assert _said(town, "impute.housing.rates")["missing"]["dropped"] > 10
    before = json.loads(town.specc("plan", "town", "--format", "json").out)["key"]
    _edit(town, "asked by post", "asked by telephone")
    assert json.loads(town.specc("plan", "town", "--format", "json").out)["key"] == before
