"""`croissant.json`: the published tables as others load them, held to mlcroissant's own validator."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from cli_desk import Desk

# In a process of its own, because the validator logs as it likes and brings warnings of others.
VALIDATE = """
import json, sys
import mlcroissant

dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
issues = dataset.metadata.ctx.issues
persons = [[record["person/age"], record["person/person_id"]] for record in dataset.records("person")]
print(json.dumps({"errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "persons": persons}))
"""


def _validated(desk: Desk) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-c", VALIDATE, "out/croissant.json"]
    done = subprocess.run(command, cwd=desk.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_description_is_valid_and_loads_the_tables(desk: Desk) -> None:
    """No error; the one warning is that no date of publication is said, which would differ in equal runs."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    found = _validated(desk)
    assert found["errors"] == []
    (warning,) = found["warnings"]
    assert "datePublished" in warning
    table = pl.read_parquet(desk.folder / "out/tables/person.parquet")
    assert found["persons"] == [list(row) for row in table.select("age", "person_id").iter_rows()]


def test_every_table_has_its_digest_key_and_fields(desk: Desk) -> None:
    """Persons refer to their groups; a unit is said where the engine knows it."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    described = desk.json("out/croissant.json")
    subjects = {s["name"]: s["digest"]["sha256"] for s in desk.json("out/run.manifest.json")["subject"]}
    assert {f["contentUrl"]: f["sha256"] for f in described["distribution"]}.items() <= subjects.items()
    (person,) = [each for each in described["recordSet"] if each["@id"] == "person"]
    fields = {field["name"]: field for field in person["field"]}
    assert fields["person_tax_unit_id"]["references"] == {"field": {"@id": "tax_unit/tax_unit_id"}}
    assert fields["employment_income_before_lsr"]["description"] == "in currency-USD"
    assert fields["person_id"]["dataType"] == "sc:Integer"
    assert "croissant.json" in subjects
