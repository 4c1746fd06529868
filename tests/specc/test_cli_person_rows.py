"""A bundle whose rows are persons, with households in a file of their own: locked, planned and built."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import polars as pl
import pytest
from cli_desk import BUNDLES

if TYPE_CHECKING:
    from cli_desk import Desk

LAYOUT = "column,type,low,high,codes,label\n"
PEOPLE = LAYOUT + "".join(f"{name},BIGINT,0,,,\n" for name in ("PH_SEQ", "P_SEQ", "A_LINENO", "A_SPOUSE"))
PEOPLE += "A_AGE,BIGINT,0,85,80=80 to 84,age\nWSAL_VAL,BIGINT,0,,,wages\nFILEDATE,BIGINT,,,,\n"


@pytest.fixture
def persons(desk: Desk) -> Desk:
    """Give the desk with the bundle in place of `tiny`."""
    shutil.rmtree(desk.bundle)
    shutil.copytree(BUNDLES / "persons", desk.bundle)
    return desk


def _unpinned(desk: Desk) -> None:
    """Make the source one that nothing pins, with a layout; its lock knows nothing of that yet."""
    sources = desk.bundle / "sources.yaml"
    text = sources.read_text()
    digest = text.split("sha256: ")[1][:64]
    first, rest = text.split(f"    sha256: {digest}\n", 1)
    said = '    sha256: {none: "licensed, ask the Census Bureau"}\n    layout: layouts/people.csv\n'
    sources.write_text(first + said + rest)
    (desk.bundle / "layouts").mkdir()
    (desk.bundle / "layouts" / "people.csv").write_text(PEOPLE)


def _own(desk: Desk, *replaced: tuple[str, str]) -> None:
    """Put the persons into the user's own folder."""
    with zipfile.ZipFile(desk.bundle / "asec.zip") as packed:
        text = packed.read("people.csv").decode()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    (desk.folder / "own").mkdir(exist_ok=True)
    (desk.folder / "own" / "asec.csv").write_text(text)


def test_persons_and_their_households_become_tables(persons: Desk) -> None:
    """From two members of one archive; who is top-coded gets an age of the range, others keep their own."""
    assert persons.specc("lint", "tiny").code == 0
    ended = persons.specc("run", "tiny", "--out", "out")
    assert ended.code == 0, ended.err
    people = pl.read_parquet(persons.folder / "out/tables/person.parquet")
    households = pl.read_parquet(persons.folder / "out/tables/household.parquet")
    assert people["person_id"].to_list() == [101, 102, 103, 201, 301, 302, 303]
    assert people["person_marital_unit_id"].to_list() == [101, 101, 103, 201, 301, 301, 303]
    assert people["age"].to_list()[1:] == [79, 30, 45, 33, 35, 4]
    assert 80 <= people["age"][0] <= 84
    assert households["state_fips"].to_list() == [6, 36, 48]
    assert households["household_weight"].to_list() == [1500.0, 2100.5, 999.5]


def test_rows_are_left_out_by_a_column_of_a_joined_file(persons: Desk) -> None:
    """The persons of the households that a rule means are no rows of the source."""
    sources = persons.bundle / "sources.yaml"
    rule = "leave_out: [{where: GESTFIPS = 48, reason: outside_universe, note: the survey is of two states}]"
    sources.write_text(sources.read_text().replace("    join:\n", f"    {rule}\n    join:\n"))
    ended = persons.specc("run", "tiny", "--out", "out")
    assert ended.code == 0, ended.err
    people = pl.read_parquet(persons.folder / "out/tables/person.parquet")
    assert people["person_id"].to_list() == [101, 102, 103, 201]


def test_both_tables_are_locked_and_stay_so(persons: Desk) -> None:
    """Under the source's name, and the join's behind it; equal sources give equal bytes."""
    before = (persons.bundle / "sources.lock").read_bytes()
    ended = persons.specc("sources", "lock", "tiny")
    assert "asec.household: 4 rows, 5 columns; unchanged" in ended.out
    assert (persons.bundle / "sources.lock").read_bytes() == before
    assert persons.specc("sources", "diff", "tiny", "--against", "tiny/sources.lock").code == 0


def test_a_file_that_cannot_be_had_is_locked_from_its_layout(persons: Desk) -> None:
    """Lint and plan work without the file; the run says at once what is missing."""
    _unpinned(persons)
    assert "SPC702" in persons.specc("lint", "tiny").out
    ended = persons.specc("sources", "lock", "tiny")
    assert "asec: by its layout, 7 columns" in ended.out
    assert persons.json("tiny/sources.lock")["sources"]["asec"]["documented"] is True
    assert persons.specc("lint", "tiny").code == 0
    assert persons.specc("plan", "tiny").code == 0
    ended = persons.specc("run", "tiny", "--out", "out")
    assert ended.code != 0
    assert "the file of `asec` is not fetched from anywhere" in ended.err
    assert "[1/" not in ended.err


def test_a_run_takes_the_file_from_the_folder_and_knows_it_by_its_bytes(persons: Desk) -> None:
    """Another file under the same name is another input: nothing stale is taken from the store."""
    _unpinned(persons)
    persons.specc("sources", "lock", "tiny")
    _own(persons)
    ended = persons.specc("run", "tiny", "--out", "out", "--sources", "own")
    assert ended.code == 0, ended.err
    again = persons.specc("run", "tiny", "--out", "out", "--sources", "own")
    assert "4 nodes, 4 reused" in again.out
    _own(persons, ("52000", "53000"))
    assert persons.specc("run", "tiny", "--out", "out", "--sources", "own").code == 0
    wages = pl.read_parquet(persons.folder / "out/tables/person.parquet")["employment_income_before_lsr"]
    assert 53000 in wages.to_list()


def test_the_real_file_is_held_to_the_layout(persons: Desk) -> None:
    """A column that is not there is named."""
    _unpinned(persons)
    persons.specc("sources", "lock", "tiny")
    _own(persons, ("WSAL_VAL", "WSAL_VALUE"))
    ended = persons.specc("run", "tiny", "--out", "out", "--sources", "own")
    assert "the file has no column `WSAL_VAL`, of which its layout tells" in ended.err


def test_the_folder_comes_before_the_layout(persons: Desk) -> None:
    """Whoever has the file locks the file, unless the layout is asked for."""
    _unpinned(persons)
    _own(persons)
    assert "asec: 7 rows" in persons.specc("sources", "lock", "tiny", "--sources", "own").out
    assert persons.specc("lint", "tiny").code == 0
    asked = persons.specc("sources", "lock", "tiny", "--sources", "own", "--from-layout", "asec")
    assert "asec: by its layout" in asked.out
    refused = persons.specc("sources", "lock", "tiny", "--from-layout", "asec.household")
    assert (refused.code, "`asec.household` has no layout to lock from" in refused.err) == (3, True)


def test_a_layout_that_changed_since_makes_the_lock_stale(persons: Desk) -> None:
    """What lint believes is what stands in the lock."""
    _unpinned(persons)
    persons.specc("sources", "lock", "tiny")
    layout = persons.bundle / "layouts" / "people.csv"
    layout.write_text(layout.read_text().replace("WSAL_VAL,BIGINT", "WSAL_VAL,DOUBLE"))
    assert "`asec` was locked from another state of `layouts/people.csv`" in persons.specc("lint", "tiny").out
    layout.write_text("column\n")
    assert "SPC209" in persons.specc("lint", "tiny").out
    assert persons.specc("sources", "lock", "tiny").code == 1


def test_a_layout_is_among_the_files_that_a_plan_is_made_of(persons: Desk) -> None:
    """An edited layout makes a saved plan stale."""
    _unpinned(persons)
    persons.specc("sources", "lock", "tiny")
    assert persons.specc("plan", "tiny", "--out", "plan.json").code == 0
    files = persons.json("plan.json")["metadata"]["specs"]["files"]
    assert "layouts/people.csv" in files
