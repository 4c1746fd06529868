"""Every row of a table becomes a fact, or is left out by a rule that matches; nothing slips through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in, found

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

TABLE = """kind,low,high,who,counted,amount
returns,-inf,10,All,,3
returns,10,inf,All,,4
returns,-inf,inf,All,,7
wages,-inf,10,Single,false,30
wages,10,inf,Single,false,40
wages,-inf,10,Single,true,2
wages,10,inf,Single,true,3
wages,-inf,inf,Rich,false,9
estates,-inf,inf,All,,1
"""
READ = {
    "kind": "VARCHAR",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "who": "VARCHAR",
    "counted": "BOOLEAN",
    "amount": "DOUBLE",
}
PARAMETERS: dict[str, Any] = {
    "read": READ,
    "rows": None,
    "unpivot": None,
    "where": None,
    "value": "amount",
    "combine": None,
    "lower": "low",
    "upper": "high",
    "uncovered": [],
    "geography": None,
    "match": {"status": {"column": "who", "codes": {"All": None, "Single": ["S", "W", "S"]}}},
    "family": "kind",
    "counts": "counted",
    "families": {
        "returns": {"name": "units", "role": "train", "measure": "count", "factor": 1, "index": None},
        "wages": {"name": "wages", "role": "holdout", "measure": "sum", "factor": 1, "index": None},
    },
    "factors": {},
    "adds_up_to": None,
    "leave_out": ["kind = 'estates'", "who = 'Rich'"],
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def read(bench: Bench, table: str = TABLE, **changed: object) -> pl.DataFrame:
    """Return the facts of a table."""
    bench.put("table", {"data": table})
    artifact = bench.run("facts", PARAMETERS | changed, artifacts={"table": "table"})
    return pl.read_parquet(artifact.path("facts.parquet"))


def test_rows_become_facts_with_their_role_and_measure(bench: Bench) -> None:
    """A row that counts amounts is a family of its own, of the same measure; a count stays a count."""
    facts = read(bench)
    families = facts.select("family", "measure", "role", "carriers_only").unique(maintain_order=True)
    assert families.rows() == [
        ("units", "units", "train", False),
        ("wages", "wages", "holdout", False),
        ("wages.returns", "wages", "holdout", True),
    ]
    assert facts["value"].to_list() == [3, 4, 7, 30, 40, 2, 3]


def test_bounds_may_be_infinite_and_totals_stand_beside_bands(bench: Bench) -> None:
    """A total from -inf to inf is no overlap of the bands it adds up."""
    assert read(bench).select("lower", "upper").rows()[:3] == [
        (float("-inf"), 10.0),
        (10.0, float("inf")),
        (float("-inf"), float("inf")),
    ]


def test_categories_carry_the_codes_they_stand_for(bench: Bench) -> None:
    """Any code is a null, a code written twice counts once, and `same` is the label itself."""
    assert set(read(bench)["codes.status"]) == {None, "S\x1fW"}
    same = {"status": {"column": "who", "codes": None}}
    assert set(read(bench, match=same)["codes.status"]) == {"All", "Single"}


def test_a_condition_that_is_null_leaves_nothing_out(bench: Bench) -> None:
    """`counted` is empty in the rows of returns: neither true nor false, so they stay."""
    facts = read(bench, leave_out=[*PARAMETERS["leave_out"], "counted"])
    assert facts["family"].to_list() == ["units"] * 3 + ["wages"] * 2


def test_exclusions_may_overlap(bench: Bench) -> None:
    """A row may be left out for two reasons."""
    assert (
        read(bench, leave_out=["kind = 'estates'", "who = 'Rich'", "who = 'Rich' and amount = 9"]).height == 7
    )


def test_equal_facts_are_added_up_where_the_spec_says_so(bench: Bench) -> None:
    """One row for the native-born, one for the others."""
    table = TABLE + "returns,10,inf,All,,0.5\n"
    with pytest.raises(NodeFailed, match="two rows state the same fact: family units"):
        read(bench, table)
    facts = read(bench, table, combine="sum")
    assert facts["value"].to_list() == [3, 4.5, 7, 30, 40, 2, 3]
    assert facts.columns == read(bench).columns


def test_wide_tables_are_made_long(bench: Bench) -> None:
    """Rows have the names given to the columns; the first family takes rows without a family column."""
    long: dict[str, Any] = {
        "read": {"P_0": "BIGINT", "P_1": "BIGINT", "kind": "VARCHAR"},
        "unpivot": {"columns": {"P_0": "0", "P_1": "1"}, "name": "age", "value": "people"},
        "uncovered": [[2, None]],
        "value": "people",
        "lower": "age::int",
        "upper": "age::int + 1",
        "match": {},
        "family": None,
        "counts": None,
        "families": {
            "people": {"name": "people", "role": "train", "measure": "count", "factor": 1, "index": None}
        },
        "leave_out": [],
    }
    facts = read(bench, "kind,P_0,P_1\na,5,6\n", **long)
    assert facts.select("family", "lower", "upper", "value").rows() == [
        ("people", 0, 1, 5),
        ("people", 1, 2, 6),
    ]
    with pytest.raises(NodeFailed, match="no finite value"):
        read(bench, "kind,P_0,P_1\na,5,\n", **long)


def test_rows_say_how_precise_they_are(bench: Bench) -> None:
    """A standard error is multiplied like its value; of rows that are added up it adds up in squares."""
    families = PARAMETERS["families"] | {"wages": PARAMETERS["families"]["wages"] | {"factor": 1000}}
    facts = read(bench, standard_error="amount / 10", families=families)
    assert facts["standard_error"].to_list() == pytest.approx([0.3, 0.4, 0.7, 3000, 4000, 0.2, 0.3])
    assert "tolerance" not in facts.columns
    added = {"combine": "sum", "tolerance": "case when amount = 3 then 0.04 else 0.03 end"}
    both = read(bench, TABLE + "returns,-inf,10,All,,4\n", standard_error="1", **added).head(2)
    assert both["standard_error"].to_list() == pytest.approx([2**0.5, 1])
    assert both["tolerance"].to_list() == pytest.approx([(0.12**2 + 0.12**2) ** 0.5 / 7, 0.03])


def test_values_are_taken_in_whole_units_and_years(bench: Bench) -> None:
    """Thousands and months are multiplied out of amounts; rows that count units are in units."""
    families = PARAMETERS["families"] | {"wages": PARAMETERS["families"]["wages"] | {"factor": 12000}}
    assert read(bench, families=families)["value"].to_list() == [3, 4, 7, 360_000, 480_000, 2, 3]


def test_amounts_are_moved_by_an_index(bench: Bench) -> None:
    """Two years of growth by ten per cent; a table of growth starts with the year after the first."""
    bench.put("table", {"data": TABLE})
    bench.put("growth", {"data": "year,pay\n2021,9\n2022,1.1\n2023,1.1\n"})
    returns = PARAMETERS["families"]["returns"] | {"index": ["to_2023", "pay", 2021, 2023]}
    changed = {
        "families": PARAMETERS["families"] | {"returns": returns},
        "factors": {
            "to_2023": {"year": "year", "concept": "growth", "read": {"year": "BIGINT", "pay": "DOUBLE"}}
        },
    }
    inputs = {"table": "table", "factors.to_2023": "growth"}
    artifact = bench.run("facts", PARAMETERS | changed, artifacts=inputs)
    values = pl.read_parquet(artifact.path("facts.parquet"))["value"].to_list()
    assert values == pytest.approx([3.63, 4.84, 8.47, 30, 40, 2, 3])


def test_what_counts_units_is_moved_by_an_index_of_its_own(bench: Bench) -> None:
    """Amounts double, those who have them grow by half."""
    bench.put("table", {"data": TABLE})
    bench.put("levels", {"data": "year,pay,people\n2021,1,10\n2023,2,15\n"})
    indices = {"index": ["t", "pay", 2021, 2023], "counts_index": ["t", "people", 2021, 2023]}
    types = {"year": "BIGINT", "pay": "DOUBLE", "people": "DOUBLE"}
    changed = {
        "families": PARAMETERS["families"] | {"wages": PARAMETERS["families"]["wages"] | indices},
        "factors": {"t": {"year": "year", "concept": "level", "read": types}},
    }
    artifact = bench.run("facts", PARAMETERS | changed, artifacts={"table": "table", "factors.t": "levels"})
    assert pl.read_parquet(artifact.path("facts.parquet"))["value"].to_list() == [3, 4, 7, 60, 80, 3, 4.5]
    assert found(artifact)["aged"] == {"wages": 2.0, "wages.returns": 1.5}


def test_a_source_reads_only_its_own_rows(bench: Bench) -> None:
    """The condition of the source holds for every target that reads it."""
    assert read(bench, rows="not coalesce(counted, false)").height == 5


def test_what_is_uncovered_on_purpose_is_allowed(bench: Bench) -> None:
    """Table 1.4 of the IRS leaves [0, 1) to nobody."""
    changed = {"lower": "case when low = 10 then 11 else low end"}
    assert read(bench, uncovered=[[10, 11]], **changed).height == 7
    with pytest.raises(NodeFailed, match=r"names \[5, 6\), but no bands leave that out"):
        read(bench, uncovered=[[5, 6]])


UNBANDED = {"lower": None, "upper": None, "combine": "sum"}
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "overlap": ("", {"lower": "low - (low = 10)::int"}, "an overlap between the bands of units"),
    "gap": ("", {"upper": "case when high = 10 then 9 else high end"}, "a gap between the bands of units"),
    "closed": (
        "",
        {"upper": "case when low = 10 then 20 else high end"},
        r"the bands of units All end at 20 \(row 2\): nothing is open at the top",
    ),
    "another gap": (
        "",
        {"upper": "case when high = 10 then 9 else high end", "uncovered": [[9, 9.5]]},
        r"end at 9 and begin at 10 \(rows 1, 2\)",
    ),
    "empty band": ("returns,5,5,All,,1", {}, "a band goes from 5.0 to 5.0"),
    "no bound": ("returns,5,,All,,1", {}, "a band goes from 5.0 to None"),
    "unknown family": ("rents,0,1,All,,1", {}, "nobody accounts for the rows of `rents`"),
    "two unknown": ("rents,0,1,All,,1\nfarms,0,1,All,,1", {}, "`farms` and 1 more"),
    "no family": (",0,1,All,,1", {}, "nobody accounts for the rows of `None`"),
    "unknown code": ("returns,0,1,Married,,1", UNBANDED, "says `Married` for status"),
    "no code": ("returns,0,1,,,1", UNBANDED, "a row says nothing for status"),
    "no label": (
        "returns,0,1,,,1",
        UNBANDED | {"match": {"s": {"column": "who", "codes": None}}},
        "nothing for s",
    ),
    "idle exclusion": ("", {"leave_out": ["amount = 99"]}, "`leave_out: amount = 99` matches no row"),
    "family left out": ("", {"leave_out": [*PARAMETERS["leave_out"], "kind = 'wages'"]}, "family `wages`"),
    "no value": ("returns,0,1,All,,", UNBANDED, "no finite value: row 10"),
    "endless value": ("returns,0,1,All,,inf", UNBANDED, "no finite value"),
    "no tolerance": ("", {"tolerance": "nullif(amount, 7) / 100"}, "has no tolerance: row 3"),
    "percent": ("", {"tolerance": "amount"}, "has 3 as its tolerance, which is no share: rows 1, 2, 3 and 4"),
    "certain": ("", {"standard_error": "amount - 30"}, "has -27 as its standard error: rows 1, 2, 3"),
    "no rows": ("", {"where": "amount > 99"}, "no row of the table is left"),
}


@pytest.mark.parametrize(("rows", "changed", "said"), REFUSED.values(), ids=REFUSED)
def test_a_table_that_is_not_accounted_for_is_refused(
    bench: Bench, rows: str, changed: dict[str, Any], said: str
) -> None:
    """Each message names what was found and what to do about it."""
    with pytest.raises(NodeFailed, match=said) as caught:
        read(bench, TABLE + rows, **changed)
    assert caught.value.remedy
