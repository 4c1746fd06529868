"""Breaks of the output surface between two plans of the small bundle, and what a bundle says of them."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from compiler_bundles import base_bundle, edit

from compiler.compilation import compile_bundle
from compiler.dates import last_day
from compiler.plan.acceptance import judge
from compiler.plan.breaking import compare_surfaces
from compiler.plan.diff import compare
from compiler.plan.reading import plan_from_json

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan
    from compiler.plan.acceptance import Verdict

_TODAY = date(2027, 6, 30)
_H5 = "policyengine: small.h5, parquet: tables"
_COSTS = "costs: {targets: [real_estate_taxes], after: [income], model: {kind: forest}}"


def _plan(folder: Path) -> Plan:
    compiled = compile_bundle(folder)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan


@pytest.fixture(name="before")
def _before(tmp_path: Path) -> Plan:
    return _plan(base_bundle(tmp_path / "before"))


def _found(before: Plan, after: Plan) -> list[str]:
    return [
        f"{each.kind} {each.name} {' '.join(each.files)}".rstrip()
        for each in compare_surfaces(before, after).breaks
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("finish.yaml", _H5, "policyengine: other.h5, parquet: tables", ["file dataset small.h5"]),
        ("finish.yaml", _H5, "policyengine: small.h5", ["file dataset tables"]),
        ("finish.yaml", _H5, "policyengine: other.h5", ["file dataset small.h5", "file dataset tables"]),
        (
            "sources.yaml",
            "where: year = 2014",
            "where: year = 2014 and fips = 6",
            ["population dataset small.h5 tables"],
        ),
        (
            "sources.yaml",
            "where: year = 2014",
            "where: year = 2014\n    leave_out: [{where: fips = 9, reason: duplicate, note: sent twice}]",
            ["population dataset small.h5 tables"],
        ),
        ("sources.yaml", "state_fips: fips\n", "state_fips: fips + 0\n", []),
        ("detail.yaml", _COSTS, _COSTS.replace("forest", "forest, trees: 200"), []),
        ("bundle.yaml", "seed: 7", "seed: 8", []),
        ("finish.yaml", "benchmark: 1.1e11", "benchmark: 1.2e11", []),
        ("tables.yaml", "licence: public domain", "licence: CC0-1.0", []),
    ],
)
def test_only_what_readers_rely_on_breaks(
    tmp_path: Path, before: Plan, file: str, old: str, new: str, expected: list[str]
) -> None:
    """Files and rows do; expressions, models, seeds, benchmarks and prose do not."""
    folder = base_bundle(tmp_path / "after")
    edit(folder, file, old, new)
    assert _found(before, _plan(folder)) == expected


def test_a_variable_that_leaves_is_one_break_with_its_files(tmp_path: Path, before: Plan) -> None:
    """It leaves the dataset and the tables, and is said once; coming back it is an addition."""
    folder = base_bundle(tmp_path / "after")
    edit(folder, "detail.yaml", "  donor_only: {include: [real_estate_taxes]}\n", "")
    edit(folder, "detail.yaml", "    override: {surface: donor_only, halves: both, absent: create}\n", "")
    edit(folder, "detail.yaml", f"      {_COSTS}\n", "")
    edit(folder, "uprating.yaml", ", real_estate_taxes", "")
    after = _plan(folder)
    assert "removed real_estate_taxes small.h5 tables" in _found(before, after)
    back = compare_surfaces(after, before)
    assert back.breaks == ()
    assert ("variable", "real_estate_taxes", ("small.h5", "tables")) in [
        (each.kind, each.name, each.files) for each in back.additions
    ]


def test_a_second_export_leaves_the_files_of_the_first_where_they_are(tmp_path: Path, before: Plan) -> None:
    """A file has the name that its export gives it, however many exports there are."""
    folder = base_bundle(tmp_path / "after")
    edit(folder, "finish.yaml", "exports:\n", "exports:\n  more: {parquet: more_tables}\n")
    edit(folder, "bundle.yaml", "    - export: dataset\n", "    - export: dataset\n    - export: more\n")
    assert _found(before, _plan(folder)) == []


def _with_facts(plan: Plan, name: str, **facts: object) -> Plan:
    metadata = copy.deepcopy(plan.metadata)
    metadata["surface"]["export.dataset"][name] |= facts
    return replace(plan, metadata=metadata)


@pytest.mark.parametrize(
    ("name", "facts", "kind"),
    [
        ("age", {"entity": "household"}, "entity"),
        ("age", {"type": "int"}, "type"),
        ("real_estate_taxes", {"unit": "hour"}, "unit"),
        ("real_estate_taxes", {"period": [2014, "year"]}, "period"),
        ("age", {"period": [None, "month"]}, "period"),
        ("tax_unit_role_input", {"values": ["HEAD"]}, "values"),
    ],
)
def test_a_fact_that_changes_is_a_break_of_that_kind(
    before: Plan, name: str, facts: dict[str, Any], kind: str
) -> None:
    """Entity, type, unit, period, values that an enum no longer takes."""
    assert _found(before, _with_facts(before, name, **facts)) == [f"{kind} {name} small.h5 tables"]


def test_a_value_that_an_enum_takes_besides_is_an_addition(before: Plan) -> None:
    """Nothing that readers know goes away."""
    fewer = _with_facts(before, "tax_unit_role_input", values=["HEAD"])
    found = compare_surfaces(fewer, before)
    assert found.breaks == ()
    assert [(each.kind, each.name) for each in found.additions] == [("values", "tax_unit_role_input")]


def test_another_period_of_the_bundle_is_one_break(before: Plan) -> None:
    """Every amount moves with it, which is not said of each; one that moves elsewhere is."""
    later = replace(before, period=2024)
    for name, facts in before.metadata["surface"]["export.dataset"].items():
        if facts["period"][0] == 2023:
            later = _with_facts(later, name, period=[2024, facts["period"][1]])
    assert _found(before, later) == ["period small"]
    astray = _with_facts(later, "real_estate_taxes", period=[2025, "year"])
    assert _found(before, astray) == ["period real_estate_taxes small.h5 tables", "period small"]


def test_another_engine_is_a_break_and_another_release_of_it_is_none(before: Plan) -> None:
    """What a release changes is told by the facts of its variables."""
    assert _found(before, replace(before, engine="openfisca")) == ["engine small"]
    assert _found(before, replace(before, engine_version="99.0")) == []


def test_a_sample_has_the_rows_of_the_whole(tmp_path: Path, before: Plan) -> None:
    """A run of a share of the households can be compared with."""
    sampled = compile_bundle(base_bundle(tmp_path / "after"), sample=0.5).plan
    assert sampled is not None
    assert _found(sampled, before) == _found(before, sampled) == []


def test_a_plan_read_from_its_file_breaks_nothing(before: Plan) -> None:
    """What the surface is stands in the file."""
    read = plan_from_json(before.to_json())
    assert _found(read, before) == _found(before, read) == []


def _accepting(tmp_path: Path, text: str) -> Plan:
    folder = base_bundle(tmp_path / "accepting")
    edit(folder, "finish.yaml", _H5, "policyengine: other.h5, parquet: tables")
    (folder / "breaks.yaml").write_text(f"breaks:\n{text}\n", encoding="utf-8")
    return _plan(folder)


def _judged(before: Plan, after: Plan, today: date = _TODAY) -> Verdict:
    return judge(after, compare_surfaces(before, after), today)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("  dataset: {accept: file, reason: renamed}", True),
        ("  dataset: {accept: [file], reason: renamed, until: '2027-06'}", True),
        ("  dataset: {accept: file, reason: renamed, until: '2027-06-30'}", True),
        ("  dataset: {accept: file, reason: renamed, until: '2027-06-29'}", False),
        ("  dataset: {accept: file, reason: renamed, until: '2027-05'}", False),
        ("  dataset: {accept: population, reason: renamed}", False),
        ("  tables: {accept: file, reason: renamed}", False),
        ("  dataset: {accept: [file, population], reason: renamed}", False),
    ],
)
def test_an_acceptance_covers_its_break_until_its_day_has_passed(
    tmp_path: Path, before: Plan, *, text: str, passes: bool
) -> None:
    """Name and kind must both fit, and one that nothing needs fails like any unused suppression."""
    assert _judged(before, _accepting(tmp_path, text)).passes is passes


def test_an_acceptance_that_nothing_needs_is_named(tmp_path: Path, before: Plan) -> None:
    """Even one whose day has passed: it is to be removed, whatever day it is."""
    text = "  dataset: {accept: [file, type], reason: renamed, until: '2000-01'}"
    verdict = _judged(before, _accepting(tmp_path, text))
    assert [(each.kind, each.place) for each in verdict.unneeded] == [("type", "breaks.yaml:2:3")]
    (only,) = verdict.breaks
    assert only.acceptance is not None
    assert only.acceptance.is_void


def test_an_acceptance_changes_no_key_and_no_day_enters_the_plan(tmp_path: Path) -> None:
    """It is metadata, told as such by the comparison of plans; its place is not even that."""
    plain = _accepting(tmp_path / "a", "  dataset: {accept: file, reason: renamed}")
    moved = _accepting(tmp_path / "b", "\n\n  dataset: {accept: file, reason: renamed}")
    dated = _accepting(tmp_path / "c", "  dataset: {accept: file, reason: renamed, until: '2000-01'}")
    assert plain.key == moved.key == dated.key
    assert compare(plain, moved).empty
    assert [change.name for change in compare(plain, dated).metadata] == ["breaks.dataset.until"]


def test_json_holds_every_break_and_what_is_said_of_it(tmp_path: Path, before: Plan) -> None:
    """One list with `accepted` true or false, and the acceptance itself."""
    after = _accepting(tmp_path, "  dataset: {accept: file, reason: renamed}")
    document = json.loads(_judged(before, after).to_json())
    (only,) = document["breaks"]
    assert (document["passes"], only["accepted"], only["files"]) == (True, True, ["small.h5"])
    assert only["acceptance"]["reason"] == "renamed"
    assert [each["name"] for each in document["additions"]] == ["other.h5"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-02", date(2027, 2, 28)),
        ("2028-02", date(2028, 2, 29)),
        ("2027-12", date(2027, 12, 31)),
        ("2027-06-03", date(2027, 6, 3)),
    ],
)
def test_a_month_ends_on_its_last_day(text: str, day: date) -> None:
    """Leap years too."""
    assert last_day(text) == day
