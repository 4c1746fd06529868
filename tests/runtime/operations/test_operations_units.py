"""Tax units are made by the rules of a library, which is there or not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in, column, ids

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

# A couple with a child and a student of 20; a mother with a child and her partner; a man of 50 with a son of
# 22 who earns, and with his mother; two lodgers.
PEOPLE = """hh,line,spouse,dad,mum,rel,married,age,student,wages,benefits
1,1,2,-1,-1,1,1,45,0,50000,0
1,2,1,-1,-1,4,1,43,0,60000,0
1,3,0,1,2,5,7,10,0,0,0
1,4,0,1,2,5,7,20,1,3000,0
2,1,0,-1,-1,1,7,30,0,20000,0
2,2,0,-1,1,5,7,5,0,0,0
2,3,0,-1,-1,13,7,32,0,40000,0
3,1,0,-1,-1,1,5,50,0,70000,0
3,2,0,1,-1,5,7,22,0,30000,0
3,3,0,-1,-1,8,4,75,0,1000,9000
4,1,0,-1,-1,2,7,28,0,31000,0
4,2,0,-1,-1,14,7,29,0,32000,0
"""
READ = dict.fromkeys(PEOPLE.split("\n", 1)[0].split(","), "BIGINT")
ASKED = {
    "line": "line", "spouse": "spouse", "parent_1": "dad", "parent_2": "mum", "relationship": "rel",
    "marital_status": "married", "age": "age", "is_student": "student = 1", "is_disabled": "age > 200",
    "gross_income": "wages", "social_security": "benefits", "total_income": "wages + benefits",
}  # fmt: skip
PERSON, HOUSEHOLD = "hh * 10 + line", "hh"
RULES: dict[str, Any] = {
    "library": "microunit", "version": "0.1.1", "mode": "policyengine", "year": 2024,
    "read": READ, "join": [],
    "where": "hh < 4", "leave_out": [], "person": PERSON, "household": HOUSEHOLD, "asked": ASKED,
}  # fmt: skip
POPULATION: dict[str, Any] = {
    "read": READ, "join": [], "where": "hh < 4", "members": [], "units": {"gives": {"role": "role"}},
    "entities": {
        "person": {"id": PERSON}, "household": {"id": HOUSEHOLD}, "tax_unit": {"id": '"__unit"'},
        "family": {"same_as": "household"}, "spm_unit": {"same_as": "household"},
        "marital_unit": {"id": "hh * 10 + greatest(line, spouse)"},
    },
    "weight": {"column": "household_weight", "value": "1"},
    "columns": [{"name": "role", "entity": "person", "type": "VARCHAR", "row": "role"},
                {"name": "age", "entity": "person", "type": "BIGINT", "row": "age"}],
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def units(bench: Bench, people: str = PEOPLE, **changed: object) -> pl.DataFrame:
    """Return the units of a file of persons."""
    bench.put("file", {"data": people})
    made = bench.run("units", RULES | changed, artifacts={"file": "file"}, outputs={"units": ("units",)})
    return pl.read_parquet(made.path("units.parquet"))


def test_who_files_and_who_is_whose_dependant(bench: Bench) -> None:
    """A child and a student of 20 are; a son of 22 who earns is not, nor are adults without parents there."""
    pytest.importorskip("microunit", reason="needs the extra `units`")
    made = units(bench)
    assert dict(zip(made["person"], made["unit"], strict=True)) == {
        11: 11, 12: 11, 13: 11, 14: 11, 21: 21, 22: 21, 23: 23, 31: 31, 32: 32, 33: 33,
    }  # fmt: skip
    roles = dict(zip(made["person"], made["role"], strict=True))
    assert [p for p, role in roles.items() if role == "DEPENDENT"] == [13, 14, 22]
    assert [p for p, role in roles.items() if role == "SPOUSE"] == [12]
    assert made["related"].all()


def test_a_unit_does_not_depend_on_who_else_is_in_the_file(bench: Bench) -> None:
    """It goes by its head; the numbers of the library would count the households before."""
    pytest.importorskip("microunit", reason="needs the extra `units`")
    whole = units(bench)
    alone = units(bench, where="hh = 3")
    assert alone.equals(whole.filter(pl.col("person") > 30))
    left = units(bench, leave_out=["hh = 1"])
    assert left["person"].to_list() == [21, 22, 23, 31, 32, 33]


def test_the_population_has_the_units_and_what_they_give(bench: Bench) -> None:
    """Person by person, whatever the order of their table; units stay together, and nobody is without one."""
    bench.put("file", {"data": PEOPLE})
    heads = {33: 31, 32: 32, 31: 31, 23: 23, 22: 21, 21: 21, 14: 11, 13: 11, 12: 11, 11: 11}
    table = pl.DataFrame({"person": list(heads), "unit": list(heads.values())})
    role = pl.when(pl.col("person") == pl.col("unit")).then(pl.lit("HEAD")).otherwise(pl.lit("X"))
    bench.put("units.asec", {"units.parquet": table.with_columns(role=role)})
    outputs = {"household": ("household_weight",)}
    files = {"file": "file", "units": "units.asec"}
    artifact = bench.run("population", POPULATION, artifacts=files, outputs=outputs)
    assert ids(artifact, "person")["person_tax_unit_id"].to_list() == [11, 11, 11, 11, 21, 21, 23, 31, 31, 32]
    assert column(artifact, "person", "role").to_list()[:5] == ["HEAD", "X", "X", "X", "HEAD"]
    assert column(artifact, "person", "age").to_list()[-2:] == [75, 22]
    with pytest.raises(NodeFailed, match="the id of tax_unit is missing in 2 of 12 rows"):
        bench.run("population", POPULATION | {"where": None}, artifacts=files, outputs=outputs)


def test_a_library_that_is_not_there_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what installs it; another version counts as none, as its rules may be others."""
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(NodeFailed, match="made by microunit, which is not installed") as found:
        units(bench)
    assert "pip install 'specc[units]'" in str(found.value.remedy)
    monkeypatch.setattr("runtime.operations.units.version", lambda _: "0.2")
    with pytest.raises(NodeFailed, match=r"microunit is installed as 0\.2, the spec says 0\.1\.1"):
        units(bench)


def test_what_the_rules_ask_of_must_be_known_of_everybody(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An age that is missing stops the run: no age at all would be taken for one."""
    monkeypatch.setattr("runtime.operations.units._constructor", lambda *_: None)
    with pytest.raises(NodeFailed, match="`age`, of which the rules ask, is missing in 1 of 10 rows"):
        units(bench, PEOPLE.replace("2,2,0,-1,1,5,7,5,0,0,0", "2,2,0,-1,1,5,7,,0,0,0"))
