"""The committed engine catalog and its reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from engine_facts import committed_facts

from runtime.engine.entities import ENTITIES, STRUCTURE
from runtime.engine.errors import EngineError
from runtime.engine.installed import installed_version
from runtime.engine.request import POPULATION_WIDE

if TYPE_CHECKING:
    from runtime.engine.facts import EngineFacts

SNAPSHOT = Path(__file__).parents[3] / "schemas" / "engines" / "policyengine_us.jsonl"


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Return the lines of the committed catalog."""
    return SNAPSHOT.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def catalog() -> EngineFacts:
    """Return the committed catalog, read."""
    return committed_facts()


def test_lines_can_be_indexed_by_name_without_parsing(lines: list[str]) -> None:
    """Every line after the header is an array whose first element is the name, sorted, none twice."""
    names = [json.loads(line)[0] for line in lines[1:]]
    assert names == [line[2 : line.index('"', 2)] for line in lines[1:]]
    assert names == sorted(set(names))


def test_the_header_names_the_engine_its_entities_and_the_fields_of_every_line(
    lines: list[str],
) -> None:
    """A reader needs nothing but the header to make sense of a line."""
    header: dict[str, Any] = json.loads(lines[0])
    assert header["version"] == installed_version()
    assert set(header["entities"]) == set(ENTITIES)
    assert header["entities"]["person"]["is_person"]
    assert {len(json.loads(line)) for line in lines[1:]} == {len(header["fields"])}


def test_catalog_stays_small() -> None:
    """The three files together stay below 2 MB, so that lint reads them in milliseconds."""
    assert sum(path.stat().st_size for path in SNAPSHOT.parent.glob("policyengine_us.*")) < 2_000_000


@pytest.mark.parametrize(
    ("name", "entity", "kind", "type_"),
    [
        ("employment_income", "person", "adds", "float"),
        ("employment_income_before_lsr", "person", "input", "float"),
        ("adjusted_gross_income", "tax_unit", "formula", "float"),
        ("filing_status", "tax_unit", "formula", "enum"),
        ("county_fips", "household", "input", "str"),
    ],
)
def test_facts_are_those_of_the_engine(
    catalog: EngineFacts, name: str, entity: str, kind: str, type_: str
) -> None:
    """Entity, kind and type of well-known variables."""
    facts = catalog.facts(name)
    assert (facts.entity, facts.kind, facts.type) == (entity, kind, type_)


def test_long_enumerations_are_read_from_their_own_file(catalog: EngineFacts) -> None:
    """Counties are kept once, beside the catalog."""
    counties = catalog.facts("county").values
    assert counties is not None
    assert len(counties) > 3000
    assert "LOS_ANGELES_COUNTY_CA" in counties


def test_an_unknown_variable_is_refused_with_near_names(catalog: EngineFacts) -> None:
    """A slip of the pen gets a suggestion."""
    with pytest.raises(EngineError, match="`adjusted_gross_income`"):
        catalog.facts("adjusted_gros_income")


def test_names_the_runtime_relies_on_are_in_the_catalog(catalog: EngineFacts) -> None:
    """Ids, memberships and the population-wide list follow the engine."""
    assert all(name in catalog.variables for name in STRUCTURE | POPULATION_WIDE)


def test_every_uprating_index_has_its_values_by_year(lines: list[str]) -> None:
    """Each parameter that a line names has one value or null for each year; population grows."""
    indices: dict[str, Any] = json.loads(SNAPSHOT.with_suffix(".indices.json").read_text(encoding="utf-8"))
    field = json.loads(lines[0])["fields"].index("uprating")
    named = {json.loads(line)[field] for line in lines[1:]} - {None}
    assert named == indices.keys() - {"engine", "version", "years"}
    assert all(len(indices[path]) == len(indices["years"]) for path in named)
    people = dict(zip(indices["years"], indices["calibration.gov.census.populations.total"], strict=True))
    assert people[2010] is None
    assert 330e6 < people[2020] < people[2023] < 345e6
