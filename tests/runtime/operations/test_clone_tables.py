"""What a run published is calibrated again from its tables alone, and says the same of its clones."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from tiny_bundle import planned, run_of, written

from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity
from runtime.cloned import cloned
from runtime.digests import sha256_file
from specc.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.execute import Done

SOURCE = """\
sources:
  tables:
    title: The tables of a run
    locator: person.parquet
    sha256: {person}
    licence: CC0-1.0
    period: 2023
    join:
      household:
        locator: household.parquet
        sha256: {household}
        keys: {{person_household_id: household_id}}
    population:
      entities:
        person: {{id: person_id}}
        household: {{id: person_household_id}}
        tax_unit: {{id: person_tax_unit_id}}
        family: {{id: person_family_id}}
        spm_unit: {{id: person_spm_unit_id}}
        marital_unit: {{id: person_marital_unit_id}}
      weight: {{value: household_stored_weight, internal: household_internal_weight}}
      columns:
        state_fips: state_fips
        age: age
        taxable_interest_income: taxable_interest_income
        employment_income_before_lsr: employment_income_before_lsr
      clones:
        copies: {{where: person_is_copy, flag: is_copy, donor: a donor of nothing}}
      ignore:
        - columns: [tax_unit_role_input, real_estate_taxes, household_weight, household_is_copy,
            donor_of_capital_interest, donor_of_housing_taxes]
          reason: intentional_divergence
          note: the targets read none of it
  people:
    title: How many there are
    locator: people.csv
    sha256: 5fbc54171afd51ba4d0db166783072be0afab4c521bd6f276b1446bf33c70e95
    licence: CC0-1.0
targets:
"""
# Figures that the tables alone say as the run did that wrote them.
SAME = (
    "rows", "households", "original_weight_sum", "clone_initial_weight_sum", "clone_internal_weight_sum",
    "flags", "problems", "enabled", "stored_weight", "starts_activatable",
)  # fmt: skip


def _summary(folder: Path) -> tuple[dict[str, Any], dict[str, Done]]:
    plan = planned(folder)
    run, _ = run_of(plan, folder)
    done = run.execute()
    told = cloned(plan, {address: each.artifact for address, each in done.items()}, run.store)
    assert told is not None
    found: dict[str, Any] = json.loads(told.path("copies_clone_summary.json").read_text(encoding="utf-8"))
    return found, done


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Done], Path]:
    """Give a run whose tables have what a calibration starts from, and its bundle."""
    folder = written(
        tmp_path_factory.mktemp("first") / "bundle",
        ("dataset: {parquet: tables}", "dataset: {parquet: tables, start: true}"),
    )
    return (*_summary(folder), folder)


def _from_tables(folder: Path, first: tuple[dict[str, Any], dict[str, Done], Path]) -> Path:
    """Write a bundle that has nothing but the tables of a run, and the counts that it is calibrated to."""
    folder.mkdir()
    _, done, earlier = first
    for name in ("person", "household"):
        shutil.copyfile(
            done["export.dataset"].artifact.path(f"tables/{name}.parquet"), folder / f"{name}.parquet"
        )
    shutil.copy(earlier / "people.csv", folder)
    return folder


def _bundle(folder: Path, earlier: Path, gates: str = "") -> Path:
    recipe = (earlier / "recipe.yaml").read_text(encoding="utf-8")
    parts = recipe.split("targets:\n")[1].split("exports:\n")[0]
    digests = {name: sha256_file(folder / f"{name}.parquet") for name in ("person", "household")}
    (folder / "recipe.yaml").write_text(SOURCE.format(**digests) + parts + gates, encoding="utf-8")
    bundle = (earlier / "bundle.yaml").read_text(encoding="utf-8")
    steps = "    - scaffold: tables\n    - calibrate: people\n" + (
        "    - validate: clones\n" if gates else ""
    )
    (folder / "bundle.yaml").write_text(bundle.split("    - scaffold")[0] + steps, encoding="utf-8")
    assert main(["sources", "lock", str(folder)]) == 0
    return folder


def test_tables_alone_are_calibrated_to_the_same_weights(
    first: tuple[dict[str, Any], dict[str, Done], Path], tmp_path: Path
) -> None:
    """T9, T16: flags, ids, references, stored zeros and the start are in the tables; no source is read."""
    before, done, earlier = first
    folder = _bundle(_from_tables(tmp_path / "again", first), earlier)
    after, again = _summary(folder)
    assert after.keys() == before.keys()
    for figure in SAME:
        assert after[figure] == before[figure], figure
    was, now = before["calibrations"]["people"], after["calibrations"]["people"]
    assert now["active_households"] == was["active_households"] > 0
    assert now["clone_weight_share"] == pytest.approx(was["clone_weight_share"], abs=1e-6)
    weights = [
        pl.read_parquet(
            each["calibrate.people"].artifact.path("household.household_weight.parquet")
        ).to_series()
        for each in (done, again)
    ]
    assert np.allclose(np.sort(weights[0]), np.sort(weights[1]), rtol=1e-5)


def test_a_table_with_a_household_of_both_halves_is_told_of(
    first: tuple[dict[str, Any], dict[str, Done], Path], tmp_path: Path
) -> None:
    """T14, P50: one member's flag was lost; the summary names the household, the gate is closed."""
    folder = _from_tables(tmp_path / "broken", first)
    people = pl.read_parquet(folder / "person.parquet")
    shared = people.filter("person_is_copy", pl.len().over("person_household_id") > 1)
    person, household = shared["person_id"][0], shared["person_household_id"][0]
    lost = people.with_columns(pl.col("person_is_copy") & (pl.col("person_id") != person))
    lost.write_parquet(folder / "person.parquet")
    gates = (
        "validations:\n  clones:\n    gates:\n"
        "      mixed: {clone: {clone: copies, measure: mixed_households}, at_most: 0}\n"
        "      alive: {clone: {clone: copies, measure: active_households}, at_least: 0.1}\n"
    )
    found, done = _summary(_bundle(folder, first[2], gates))
    assert found["households"]["mixed"] == 1
    assert found["problems"][0]["first_ids"] == [household]
    told = json.loads(done["validate.clones"].artifact.path("gates.json").read_text(encoding="utf-8"))
    assert (told["mixed"]["passes"], told["alive"]["passes"]) == (False, True)


def test_what_copies_were_before_is_not_known_of_tables(
    first: tuple[dict[str, Any], dict[str, Done], Path], tmp_path: Path
) -> None:
    """A gate about what the clone found is refused by name; so is a flag that is mapped a second time."""
    gates = (
        "validations:\n  clones:\n    gates:\n"
        "      kept: {clone: {clone: copies, measure: changed_originals, variables: [age]}, at_most: 0}\n"
    )
    folder = _bundle(_from_tables(tmp_path / "refused", first), first[2], gates)
    recipe = folder / "recipe.yaml"
    found = compile_bundle(folder).diagnostics
    assert [(each.code, each.severity) for each in found] == [("SPC467", Severity.ERROR)]
    text = recipe.read_text(encoding="utf-8").replace(
        "        age: age\n", "        age: age\n        person_is_copy: person_is_copy\n"
    )
    flag = "variables:\n  person_is_copy: {entity: person, type: bool}\n"
    recipe.write_text(text.replace(gates, "") + flag, encoding="utf-8")
    bundle = folder / "bundle.yaml"
    bundle.write_text(
        bundle.read_text(encoding="utf-8").replace("    - validate: clones\n", ""), encoding="utf-8"
    )
    assert [each.code for each in compile_bundle(folder).diagnostics] == ["SPC451"]


def test_a_sample_of_tables_grows_both_weights_alike(
    first: tuple[dict[str, Any], dict[str, Done], Path], tmp_path: Path
) -> None:
    """Stored and internal weights of the households that are kept grow by one factor."""
    folder = _bundle(_from_tables(tmp_path / "part", first), first[2])
    done = run_of(planned(folder, sample=0.5), folder)[0].execute()
    whole = pl.read_parquet(folder / "household.parquet")
    part = {
        name: pl.read_parquet(done["sample"].artifact.path(f"household.household_{name}.parquet")).to_series()
        for name in ("weight", "internal_weight")
    }
    rows = pl.read_parquet(done["sample"].artifact.path("rows.household.parquet"))
    kept = rows.join(whole, on="household_id", how="left", maintain_order="left")
    factor = float(part["weight"].to_numpy().sum() / kept["household_stored_weight"].to_numpy().sum())
    assert factor > 1.2
    assert np.allclose(part["internal_weight"], kept["household_internal_weight"] * factor)
