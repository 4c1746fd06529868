"""A support clone of a few dozen made-up households, from the source to the calibrated weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from tiny_bundle import planned, run_of, written

from compiler.plan import ENTITIES, GROUPS, ColumnRef, FrameRef
from runtime.frames import FrameReader, membership

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runtime.store import Artifact

    Artifacts = Mapping[str, Artifact]

ROWS = ("source.survey", "clone.copies")
KEY = ("  is_head: {", "  mother_id: {entity: person, type: int, refers_to: person}\n  is_head: {")
MOTHER = (
    "        age: {head: age, spouse: partner,",
    "        mother_id: {child: (house * 10 + unit) * 10 + 1}\n        age: {head: age, spouse: partner,",
)


UNITS = """\
variables:
  interest_of_head: {entity: tax_unit, type: float, unit: currency-USD}
derivations:
  of_units:
    entity: tax_unit
    values:
      interest_of_head: sum(case when is_head then taxable_interest_income else 0 end) over tax_unit
"""


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """Give what every step of a run of the bundle has left; children know their mothers."""
    folder = written(tmp_path_factory.mktemp("support") / "bundle", KEY, MOTHER)
    (folder / "units.yaml").write_text(UNITS)
    bundle = folder / "bundle.yaml"
    step = "    - uprate: to_2023\n"
    bundle.write_text(bundle.read_text().replace(step, f"{step}    - derive: of_units\n"))
    run, _ = run_of(planned(folder), folder)
    return {address: done.artifact for address, done in run.execute().items()}


def _reader(artifacts: Artifacts, node: str, entity: str, *names: str) -> FrameReader:
    """Return a reader of columns that a node wrote behind the clone."""
    refs = {name: ColumnRef(node, 1 if node == "source.survey" else 2) for name in names}
    return FrameReader(FrameRef(ROWS, {entity: refs}), artifacts)


def test_rows_are_doubled_originals_first_and_both_in_their_order(artifacts: Artifacts) -> None:
    """T1, P27: the copy of the first original is the first copy, whatever the entity; no row is between."""
    reader = _reader(artifacts, "clone.copies", "person", "person_is_copy")
    flags = reader.column("person_is_copy").to_numpy()
    half = len(flags) // 2
    assert not flags[:half].any()
    assert flags[half:].all()
    for entity in ENTITIES:
        rows = reader.source_rows("clone.copies", entity)
        assert rows.tolist() == [*range(len(rows) // 2)] * 2


def test_ids_are_unique_and_copies_refer_to_copies_alone(artifacts: Artifacts) -> None:
    """T1, P18, P62: memberships and declared references lead from copy to copy, from original to original."""
    reader = _reader(artifacts, "clone.copies", "person", "mother_id")
    persons = reader.ids("person")
    half = persons.height // 2
    for group in GROUPS:
        known = reader.ids(group)[f"{group}_id"]
        assert known.is_unique().all()
        of = persons[membership(group)]
        assert set(of[:half]) == set(known[: known.len() // 2])
        assert set(of[half:]) == set(known[known.len() // 2 :])
    mothers = reader.column("mother_id")
    assert mothers[:half].drop_nulls().len() > 0
    assert set(mothers[:half].drop_nulls()) - {0} <= set(persons["person_id"][:half])
    assert set(mothers[half:].drop_nulls()) - {0} <= set(persons["person_id"][half:])


def test_the_original_is_kept_and_the_copy_differs(artifacts: Artifacts) -> None:
    """T1, P22, P25: the survey's answer on one half, the donor's on the other; weights of copies are zero."""
    before = _reader(artifacts, "source.survey", "person", "taxable_interest_income")
    after = _reader(artifacts, "impute.capital.interest", "person", "taxable_interest_income")
    own, drawn = (each.column("taxable_interest_income") for each in (before, after))
    half = own.len() // 2
    assert drawn[:half].equals(own[:half])
    assert (drawn[half:] != own[half:]).sum() > half // 4
    assert drawn.null_count() == 0
    weights = _reader(artifacts, "clone.copies", "household", "household_weight").column("household_weight")
    assert weights[weights.len() // 2 :].to_list() == [0.0] * (weights.len() // 2)


def test_a_later_donor_gives_to_both_halves_row_by_row(artifacts: Artifacts) -> None:
    """T3, T12: after the clone every head of either half has a draw of its own, nobody else has one."""
    reader = _reader(artifacts, "impute.housing.taxes", "person", "real_estate_taxes")
    taxes = reader.column("real_estate_taxes").to_numpy()
    roles = _reader(artifacts, "source.survey", "person", "tax_unit_role_input")
    is_head = (roles.column("tax_unit_role_input") == "HEAD").to_numpy()
    half = len(taxes) // 2
    assert (taxes[~is_head] == 0).all()
    assert (taxes[:half][is_head[:half]] > 0).any()
    assert (taxes[half:][is_head[half:]] > 0).any()
    assert (taxes[:half] != taxes[half:]).any()


def test_copies_come_alive(artifacts: Artifacts) -> None:
    """P52: stored zero, a start inside the solver, a weight in the end."""
    weights = _reader(artifacts, "calibrate.people", "household", "household_weight").column(
        "household_weight"
    )
    copies = weights.to_numpy()[weights.len() // 2 :]
    assert np.isfinite(copies).all()
    assert (copies > 0.01 * weights.to_numpy().mean()).mean() > 0.5


def test_it_is_the_same_each_time(artifacts: Artifacts, tmp_path: Path) -> None:
    """P17, PX4: another run of the bundle has the same ids in the same order."""
    folder = written(tmp_path / "bundle", KEY, MOTHER)
    run, _ = run_of(planned(folder), folder)
    again = run.execute()["clone.copies"].artifact
    for entity in ENTITIES:
        file = f"rows.{entity}.parquet"
        assert pl.read_parquet(again.path(file)).equals(pl.read_parquet(artifacts["clone.copies"].path(file)))


def test_the_value_of_a_unit_is_that_of_its_first_person(artifacts: Artifacts) -> None:
    """P35, P63: what was drawn for a head is the unit's, once, on originals and on copies."""
    of_units = _reader(artifacts, "derive.of_units", "tax_unit", "interest_of_head")
    persons = _reader(artifacts, "uprate.to_2023", "person", "taxable_interest_income")
    first = of_units.first_persons("tax_unit")
    units = of_units.column("interest_of_head")
    assert units.len() == of_units.count("tax_unit")
    assert units.to_list() == persons.column("taxable_interest_income").gather(first).to_list()
    assert (units > 0).any()
