"""`specc coverage`: every row of every table of facts is accounted for, once, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from cli_desk import Desk

AGES = """\
year,what,low,high,people,old
2023,people,18,30,3000,1
2023,people,30,50,6500,1
2023,people,50,70,4000,1
2023,people,50,70,500,1
2023,people,70,80,30,1
2023,nobody,200,300,5,1
2023,wages,18,80,9,1
2023,rents,18,80,9,1
2023,babies,0,18,9,1
2022,people,18,30,1,1
"""
OLD = "      people: {count: person}\n"
NEW = """\
      people: {count: person}
      nobody: {count: person}
    where: year = 2023
    family: what
    leave_out:
      - {families: [wages], reason: duplicate, note: another table has them}
      - {families: [rents], reason: no_carrier_data, note: nobody was asked}
      - {where: what = 'babies', reason: outside_universe, note: nobody under 18 is in the file}
    combine: sum
"""
GAPS = (
    "uncovered: [{lower: 80, note: nobody so old was counted}]",
    "uncovered: [{lower: 80, note: nobody so old was counted}, {lower: 300, note: nobody at all}]",
)


@pytest.fixture
def covered(desk: Desk) -> Desk:
    """Give a bundle whose table has rows of every kind."""
    (desk.bundle / "ages.csv").write_text(AGES)
    desk.edit("bundle.yaml", OLD, NEW)
    desk.edit("bundle.yaml", *GAPS)
    desk.pin("ages.csv")
    assert desk.specc("sources", "lock", "tiny").code == 0
    return desk


EXPECTED = {
    "people 18": "few carriers", "people 30": "trained", "people 50": "trained", "people 70": "few carriers",
    "nobody 200": "unreachable", "wages 18": "duplicate", "rents 18": "left out", "babies 0": "outside",
}  # fmt: skip


def test_every_row_of_the_table_is_accounted_for_once(covered: Desk) -> None:
    """Rows that are added up count each; rows that nobody asks for are counted together."""
    ended = covered.specc("run", "tiny", "--out", "out")
    assert ended.code == 0, ended.err
    table = pl.read_parquet(covered.folder / "out/coverage.parquet")
    assert table["rows"].sum() == len(AGES.splitlines()) - 1
    rows = table.filter(pl.col("row").is_not_null())
    assert rows["row"].to_list() == list(range(1, 10))
    found = {f"{row['family']} {row['lower']:g}": row["status"] for row in rows.iter_rows(named=True)}
    assert found == EXPECTED
    assert table.filter(pl.col("row").is_null()).select("status", "rows").rows() == [("not chosen", 1)]
    both = table.filter(pl.col("lower") == 50)
    assert both["published"].to_list() == [4000, 500]
    assert both["value"].to_list() == [4500, 4500]
    assert both["fact"].n_unique() == 1
    (nobody,) = table.filter(pl.col("status") == "unreachable").iter_rows(named=True)
    assert nobody["reason"] == "no record is there"
    (babies,) = table.filter(pl.col("status") == "outside").iter_rows(named=True)
    assert babies["note"] == "nobody under 18 is in the file"


def test_the_command_shows_a_run_and_a_bundle(covered: Desk) -> None:
    """Of a run what it used; of a bundle what it declares, which knows nothing of carriers. Both add up."""
    declared = covered.specc("coverage", "tiny")
    assert (declared.code, declared.err) == (0, "")
    assert "as declared" in declared.out
    assert "few carriers" not in declared.out
    covered.specc("run", "tiny", "--out", "out")
    used = covered.specc("coverage", "out")
    assert used.out == covered.specc("coverage", "tiny", "--run", "out").out
    for text in ("unreachable", "no_carrier_data: nobody was asked", "CC0-1.0", "fewer than 20 households"):
        assert text in used.out
    for shown in (declared, used):
        (everything,) = [line for line in shown.out.splitlines() if line.startswith("  all ")]
        assert everything.split()[-1] == "10"


@pytest.mark.parametrize("by", ["family", "place", "variable", "target"])
def test_counts_by_anything_add_up(covered: Desk, by: str) -> None:
    """In JSON each group has how many rows have each status; Markdown has the same."""
    covered.specc("run", "tiny", "--out", "out")
    covered.capsys.readouterr()
    shown = covered.specc("coverage", "out", "--by", by, "--format", "json")
    (covered.folder / "shown.json").write_text(shown.out)
    said = covered.json("shown.json")
    assert sum(group["rows"] for group in said["groups"]) == said["all"]["rows"] == 10
    statuses = {key: value for key, value in said["all"].items() if key != "rows"}
    assert sum(statuses.values()) == 10
    assert {(each["status"], each["rows"]) for each in said["not_used"]} >= {("outside", 1), ("duplicate", 1)}
    assert "| 10 |" in covered.specc("coverage", "out", "--by", by, "--format", "markdown").out


def test_the_page_has_the_table(covered: Desk) -> None:
    """With the reasons and where the facts are from."""
    covered.specc("run", "tiny", "--out", "out")
    covered.specc("report", "out")
    page = (covered.folder / "out.html").read_text()
    for text in ("Rows of the tables of facts", "nobody under 18 is in the file", "Made-up people by age"):
        assert text in page


def test_what_has_no_facts_says_so(desk: Desk) -> None:
    """Ends with 3."""
    desk.edit("bundle.yaml", "    - calibrate: by_age\n", "")
    ended = desk.specc("coverage", "tiny")
    assert ended.code == 3
    assert "tiny has no facts" in ended.err
