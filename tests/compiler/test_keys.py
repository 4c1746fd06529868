"""Keys of nodes: what changes them, and above all what does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, edit

from compiler.compilation import compile_bundle

if TYPE_CHECKING:
    from compiler.plan import Plan

ROOT = Path(__file__).parents[2]


def _compiled(folder: Path) -> Plan:
    compiled = compile_bundle(folder)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan


def _changed(tmp_path: Path, *edits: tuple[str, str, str]) -> set[str]:
    """Return the addresses whose keys differ between the base bundle and the base bundle with edits."""
    before = {node.address: node.key for node in _compiled(base_bundle(tmp_path / "before")).nodes}
    folder = base_bundle(tmp_path / "after")
    for change in edits:
        edit(folder, *change)
    after = {node.address: node.key for node in _compiled(folder).nodes}
    return {address for address in before | after if before.get(address) != after.get(address)}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sources.yaml", "Tax units of income year 2012", "Tax units of the year 2012"),
        ("sources.yaml", "the publisher's row number", "a number of the publisher's own"),
        ("sources.yaml", "licence: CC0-1.0", "licence: CC-BY-4.0"),
        ("sources.yaml", "data/units.csv", "data/renamed.csv"),
        ("tables.yaml", "https://example.org/tables/published.csv", "https://example.com/published.csv"),
        ("targets.yaml", "the files hold no such income", "there is no such income in the files"),
        ("finish.yaml", "USDA FNS fiscal year 2023", "USDA Food and Nutrition Service 2023"),
        ("finish.yaml", "households_per_chunk: 1000", "households_per_chunk: 50"),
        ("finish.yaml", "workers: 1", "workers: 4"),
        ("bundle.yaml", "memory: 2 GiB", "memory: 3 GiB"),
        ("bundle.yaml", "name: small", "name: smaller"),
        ("detail.yaml", "clones:", "# a comment\n\nclones:"),
    ],
)
def test_prose_places_and_hints_change_no_key(tmp_path: Path, file: str, old: str, new: str) -> None:
    """Editing what nobody computes with makes nothing run again."""
    assert _changed(tmp_path, (file, old, new)) == set()


def test_more_trees_change_their_block_and_what_depends_on_it(tmp_path: Path) -> None:
    """The other block, its donor and its tables keep their keys."""
    old = "costs: {targets: [real_estate_taxes], after: [income], model: {kind: forest}}"
    changed = _changed(tmp_path, ("detail.yaml", old, old.replace("forest}", "forest, trees: 200}")))
    assert changed == {
        "impute.detail.costs", "uprate.to_2023", "materialise.tax", "matrix.national", "calibrate.national",
        "export.dataset", "validate.programs",
    }  # fmt: skip


def test_default_written_out_is_the_default(tmp_path: Path) -> None:
    """Saying what would be so anyway changes nothing."""
    old = "model: {kind: forest}}\n      costs"
    assert (
        _changed(tmp_path, ("detail.yaml", old, old.replace("forest}", "forest, trees: 100, leaf: 5}")))
        == set()
    )


def test_another_seed_changes_what_is_drawn_and_no_file(tmp_path: Path) -> None:
    """Only nodes with a stream, and what depends on them, run again."""
    changed = _changed(tmp_path, ("bundle.yaml", "seed: 7", "seed: 8"))
    assert {"impute.detail.income", "calibrate.national"} <= changed
    assert not {address for address in changed if address.startswith(("file.", "facts."))}


def test_another_benchmark_changes_its_validation_only(tmp_path: Path) -> None:
    """What nobody reads runs again alone."""
    assert _changed(tmp_path, ("finish.yaml", "1.1e11", "1.2e11")) == {"validate.programs"}


def test_order_of_keys_in_the_yaml_changes_no_key(tmp_path: Path) -> None:
    """A mapping has no order, except where the language says that it has one."""
    old = "      snap: {sum: snap, benchmark: 1.1e11, source: USDA FNS fiscal year 2023, tolerance: 0.25}"
    new = "      snap: {tolerance: 0.25, source: USDA FNS fiscal year 2023, benchmark: 1.1e11, sum: snap}"
    wages, interest = (
        "employment_income_before_lsr: {head: wages}",
        "taxable_interest_income: {head: interest}",
    )
    members = ("sources.yaml", f"{wages}\n        {interest}", f"{interest}\n        {wages}")
    one = "      WAGES: [employment_income_before_lsr]"
    other = "      OTHER: [taxable_interest_income, real_estate_taxes]"
    indices = ("uprating.yaml", f"{one}\n{other}", f"{other}\n{one}")
    assert _changed(tmp_path, ("finish.yaml", old, new), indices) == set()
    assert _changed(tmp_path / "again", members) == set()


def test_order_of_files_changes_no_key(tmp_path: Path) -> None:
    """Where a definition stands is the author's affair."""
    before = _compiled(base_bundle(tmp_path / "before"))
    folder = base_bundle(tmp_path / "after")
    (folder / "targets.yaml").rename(folder / "a_targets.yaml")
    (folder / "detail.yaml").rename(folder / "z_detail.yaml")
    assert _compiled(folder).key == before.key


def test_hash_seed_of_python_changes_nothing(tmp_path: Path) -> None:
    """No order of a set reaches a plan: two interpreters write equal bytes."""
    folder = base_bundle(tmp_path / "bundle")
    code = (
        "import sys, pathlib; from compiler.compilation import compile_bundle;"
        " print(compile_bundle(pathlib.Path(sys.argv[1])).plan.to_json())"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            env=os.environ | {"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
    assert len(written) == 1


def test_sample_changes_everything_but_files_and_facts(tmp_path: Path) -> None:
    """A sample is part of the recipe: its results never pass for those of the whole."""
    folder = base_bundle(tmp_path / "bundle")
    whole, sample = _compiled(folder), compile_bundle(folder, sample=0.2).plan
    assert sample is not None
    assert {"sample"} == {n.address for n in sample.nodes} - {n.address for n in whole.nodes}
    shared = {n.address for n in whole.nodes for m in sample.nodes if n.key == m.key}
    assert {"file.donors", "facts.returns", "source.donors"} <= shared
    assert not shared & {"clone.support", "calibrate.national", "export.dataset"}


def test_rows_that_are_left_out_change_their_source_and_their_reason_changes_nothing(tmp_path: Path) -> None:
    """The condition is what is computed with; why it is there is prose."""
    rule = "where: year = 2012\n    leave_out: [{where: WHERE, reason: REASON, note: of several units}]"

    def key(where: str, reason: str) -> str:
        folder = base_bundle(tmp_path / f"{len(list(tmp_path.iterdir()))}")
        text = rule.replace("WHERE", where).replace("REASON", reason)
        edit(folder, "sources.yaml", "where: year = 2012", text)
        return _compiled(folder).node("source.donors").key

    plain = _compiled(base_bundle(tmp_path / "plain")).node("source.donors")
    assert "leave_out" not in plain.parameters
    assert key("fips = 9", "duplicate") == key("fips = 9", "aggregate_record")
    assert len({plain.key, key("fips = 9", "duplicate"), key("fips = 8", "duplicate")}) == 3
