"""The donors of the enhanced CPS, read from small made-up files in the shape of the published ones.

What is run is what `specs/us_ecps` declares: a bundle beside it takes the sources from there.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from cli_desk import Desk

RECIPE = Path(__file__).parents[2] / "specs/us_ecps"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

Row = dict[str, Any]


@pytest.fixture
def survey(desk: Desk) -> Desk:
    """Give the desk with the recipe beside the bundle, and a folder for the files."""
    shutil.copytree(RECIPE, desk.folder / "us_ecps")
    shutil.rmtree(desk.bundle)
    desk.bundle.mkdir()
    (desk.folder / "own").mkdir()
    return desk


def _people(desk: Desk, source: str, period: int) -> dict[str, pl.DataFrame]:
    """Build the population of one source of the recipe; return its tables by entity."""
    (desk.bundle / "bundle.yaml").write_text(
        f"bundle:\n  name: donor\n  language: 2\n  engine: policyengine_us\n  period: {period}\n"
        f"  use: {{us_ecps: {{sources: [{source}]}}}}\n"
        f"  pipeline:\n    - scaffold: {source}\n    - export: tables\n"
        "exports:\n  tables: {parquet: tables}\n",
        encoding="utf-8",
    )
    ended = desk.specc("run", "tiny", "--sources", "own", "--out", "out")
    assert ended.code == 0, ended.err
    return {
        entity: pl.read_parquet(desk.folder / f"out/tables/{entity}.parquet")
        for entity in ("person", "household")
    }


def _csv(layout: str, rows: list[Row], delimiter: str = ",") -> str:
    """Return a file with every column of a layout; what a row does not say is empty."""
    with (RECIPE / "layouts" / layout).open(encoding="utf-8") as file:
        names = [row["column"] for row in csv.DictReader(file)]
    out = io.StringIO()
    table = csv.DictWriter(out, names, restval="", delimiter=delimiter, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def _zip(path: Path, **members: str) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in members.items():
            packed.writestr(f"{name}.csv", text)


def _months(person: Row, *months: int, **each: list[Any]) -> list[Row]:
    """Return a row a month; what differs between them is given as lists."""
    return [
        {**person, "MONTHCODE": month, **{name: values[n] for name, values in each.items()}}
        for n, month in enumerate(months)
    ]


def test_months_of_the_sipp_add_up_to_a_year_and_stocks_are_those_of_december(survey: Desk) -> None:
    """Nothing is taken twelve times: a waiter of one job for two months, then of two, and her child.

    Her tips are 100 + 200 + (300 + 50); twelve Decembers would be 4,200. In December she is 31 and has 900.
    """
    home = {"SSUID": "0000012345678", "THVAL_HOME": 0, "THVAL_VEH": 7000, "TVEH_NUM": 1}
    waiter = {**home, "PNUM": 101, "ESEX": 2, "EMS": 6, "ERELRPE": 1, "TJB1_OCC": 4110, "TPTOTINC": 9999}
    rows = _months(
        waiter, 10, 11, 12, WPFINWGT=[500, 510, 520], TAGE=[30, 30, 31], TPEARN=[1000, 1100, 1300],
        TJB1_TXAMT=[100, 200, 300], TJB2_TXAMT=["", "", 50], TJB2_OCC=["", "", 2310],
        TVAL_BANK=[800, 850, 900], TINC_BANK=[1, 1, 2], TINC_BOND=["", "", 4], TINC_STMF=[0, 0, 30],
        TINC_RENT=[-5, -5, -5],
    )  # fmt: skip
    child = {**home, "PNUM": 102, "ESEX": 1, "ERELRPE": 5, "TAGE": 4}
    rows += _months(child, 10, 11, 12, WPFINWGT=[600, 610, 640])
    text = _csv("sipp_2023.csv", rows, delimiter="|")
    _zip(survey.folder / "own" / "pu2023_csv.zip", pu2023=text)
    tables = _people(survey, "sipp_2023", 2022)
    mother, boy = tables["person"].sort("person_id").to_dicts()
    assert mother["person_id"] == 123456780101
    assert (mother["tip_income"], boy["tip_income"]) == (650, 0)
    assert (mother["earnings"], boy["earnings"]) == (3400, 0)
    assert (mother["age"], boy["age"]) == (31, 4)
    assert (mother["interest"], mother["dividends"], mother["rental_income"]) == (8, 30, -15)
    assert (mother["bank_account_assets"], mother["stock_assets"]) == (900, 0)
    assert (mother["is_tipped"], boy["is_tipped"]) == (True, False)
    assert (mother["is_household_head"], boy["is_household_head"]) == (True, False)
    (house,) = tables["household"].to_dicts()
    assert house["household_weight"] == (520 + 640) / 2
    assert (house["members"], house["household_vehicles_owned"], house["household_vehicles_value"]) == (
        2,
        1,
        7000,
    )
    assert house["owns_home"] is False


def test_who_is_gone_in_december_gives_nothing(survey: Desk) -> None:
    """He has no age of December, so no condition on ages holds for him, and he is no member."""
    home = {"SSUID": "0000012345678", "ESEX": 1, "EMS": 6, "WPFINWGT": 500, "TVAL_BANK": 10, "TAGE": 50}
    stays = _months({**home, "PNUM": 101, "ERELRPE": 2}, 11, 12)
    gone = _months({**home, "PNUM": 102, "ERELRPE": 9}, 11)
    _zip(survey.folder / "own" / "pu2023_csv.zip", pu2023=_csv("sipp_2023.csv", stays + gone, "|"))
    tables = _people(survey, "sipp_2023", 2022)
    first, second = tables["person"].sort("person_id").to_dicts()
    assert (first["age"], second["age"]) == (50, -1)
    assert (first["bank_account_assets"], second["bank_account_assets"]) == (10, 0)
    assert tables["household"]["members"].to_list() == [1]


def test_homes_of_the_acs_stand_in_two_files_and_amounts_are_of_2022(survey: Desk) -> None:
    """ADJINC is 1.042311; rent is a month's, taxes a year's. Others than the reference person are no rows."""
    person = {"SEX": 2, "AGEP": 40, "SPORDER": 1, "RELSHIPP": 20, "PWGTP": 1}
    people: list[Row] = [
        {**person, "SERIALNO": "2022HU0000007", "WAGP": 10000, "SEMP": -100},
        {**person, "SERIALNO": "2022HU0000007", "SPORDER": 2, "RELSHIPP": 21, "SEX": 1, "WAGP": 5},
    ]
    others: list[Row] = [{**person, "SERIALNO": "2022HU0000009", "SEX": 1, "SSP": 1000}]
    home = {"ADJHSG": 1000000, "ADJINC": 1042311, "NP": 2}
    rented = {**home, "SERIALNO": "2022HU0000007", "ST": 1, "TEN": 3, "RNTP": 1500, "WGTP": 80}
    owned = {**home, "SERIALNO": "2022HU0000009", "ST": 56, "TEN": 2, "TAXAMT": 2400, "WGTP": 90, "NP": 1}
    empty = {**home, "SERIALNO": "2022HU0000010", "ST": 56, "NP": 0, "WGTP": 10}
    own = survey.folder / "own"
    layout = "acs_person_2022.csv"
    _zip(own / "csv_pus.zip", psam_pusa=_csv(layout, people), psam_pusb=_csv(layout, others))
    layout = "acs_household_2022.csv"
    _zip(own / "csv_hus.zip", psam_husa=_csv(layout, [rented]), psam_husb=_csv(layout, [owned, empty]))
    tables = _people(survey, "acs_2022", 2022)
    tenant, owner = tables["person"].sort("person_id").to_dicts()
    assert (tenant["person_id"], owner["person_id"]) == (7, 9)
    assert tenant["employment_income_before_lsr"] == pytest.approx(10423.11)
    assert tenant["business_income"] == pytest.approx(-104.2311)
    assert owner["social_security_income"] == pytest.approx(1042.311)
    assert (tenant["pre_subsidy_rent"], tenant["real_estate_taxes"]) == (18000, 0)
    assert (owner["pre_subsidy_rent"], owner["real_estate_taxes"]) == (0, 2400)
    homes = tables["household"].sort("household_id")
    assert homes["household_weight"].to_list() == [80, 90]
    assert homes["state_fips"].to_list() == [1, 56]
    assert homes["members"].to_list() == [2, 1]
    assert homes["rents_home"].to_list() == [True, False]
    assert homes["owns_home"].to_list() == [False, True]


def _employee(month: int, number: int, **more: int) -> Row:
    return {
        "HRMONTH": month, "QSTNUM": 1000 + number, "OCCURNUM": 1, "HRMIS": 4, "GESTFIPS": 6, "PRTAGE": 30,
        "PESEX": 1, "PTDTRACE": 1, "PEHSPNON": 2, "PEMLR": 1, "PEHRUSLT": 40, "PEIO1COW": 4, "PRERELG": 1,
        "PEERNHRY": 2, "PTERNHLY": -1, "PTERNWA": 100000, "PWORWGT": 120000000, **more,
    }  # fmt: skip


def test_twelve_months_of_employees_stand_for_the_population_once(survey: Desk) -> None:
    """One a month, each of 12,000 people: twelve of 1,000. Pay is in cents, that of an hour told or not.

    Who is in another month of the rotation, works for himself, has hours that vary or no pay is none of them.
    """
    rest: list[Row] = [
        _employee(1, 1, HRMIS=3), _employee(1, 2, PEIO1COW=7), _employee(1, 3, PEHRUSLT=-4),
        _employee(1, 4, PTERNWA=-1), _employee(1, 5, PRERELG=0), _employee(1, 6, PRTAGE=15),
    ]  # fmt: skip
    hourly = _employee(2, 0, PEERNHRY=1, PTERNHLY=1850, PTERNWA=37000, PEHRUSLT=20, PESEX=2, HRMIS=8)
    for number, month in enumerate(MONTHS, start=1):
        rows = [hourly] if month == "feb" else [_employee(number, 0)]
        text = _csv("org_2024.csv", rows + (rest if month == "jan" else []))
        (survey.folder / "own" / f"{month}24pub.csv").write_text(text, encoding="utf-8")
    tables = _people(survey, "org_2024", 2024)
    assert tables["person"].height == 12
    assert tables["household"]["household_weight"].to_list() == [1000] * 12
    january, february = tables["person"].sort("person_id").to_dicts()[:2]
    assert (january["hourly_wage"], january["is_paid_hourly"]) == (25, False)
    assert (january["weekly_wage"], january["employment_income_before_lsr"]) == (1000, 52000)
    assert (february["hourly_wage"], february["is_paid_hourly"], february["is_female"]) == (18.5, True, True)


def test_a_family_of_the_scf_owes_what_is_left_of_its_loans(survey: Desk) -> None:
    """9,000 at 4.5 % is owed, though 20,000 were borrowed; assets less debts are net worth."""
    family = {
        "yy1": 1, "y1": 11, "wgt": 1000.5, "age": 50, "hhsex": 1, "married": 1, "race": 1,
        "racecl5": 5, "kids": 2, "wageinc": 80000, "intdivinc": 10, "ssretinc": 0, "liq": 5000,
        "stocks": 100, "nmmf": 200, "vehic": 12000, "houses": 300000,
        "mrthel": 150000, "heloc": 20000, "veh_inst": 9000, "networth": 158300,
    }  # fmt: skip
    with (RECIPE / "layouts/scf_2022_summary.csv").open(encoding="utf-8") as file:
        family = {row["column"]: 0 for row in csv.DictReader(file)} | family
    loans = {"yy1": 1, "y1": 11, "x2209": 20000, "x2218": 9000, "x2219": 450}
    rest = ("x2309", "x2318", "x2319", "x2409", "x2418", "x2419", "x7158", "x7169", "x7170")
    own = survey.folder / "own"
    (own / "scfp2022.csv").write_text(_csv("scf_2022_summary.csv", [family]), encoding="utf-8")
    auto = _csv("scf_2022_full_auto.csv", [{**loans, **dict.fromkeys(rest, -1)}])
    (own / "scf2022_auto.csv").write_text(auto, encoding="utf-8")
    tables = _people(survey, "scf_2022", 2022)
    (house,) = tables["household"].to_dicts()
    assert (house["auto_loan_balance"], house["auto_loan_interest"]) == (9000, 405)
    assert house["household_weight"] == 1000.5
    assert (house["first_mortgage"], house["home_equity_line"]) == (130000, 20000)
    assert house["scf_stock_assets"] == 300
    assets = ("bank_account_assets", "stock_assets", "household_vehicles_value", "primary_residence_value")
    owned = sum(house[f"scf_{name}"] for name in assets)
    assert owned - house["scf_mortgage_debt"] - house["scf_vehicle_installment_debt"] == house["net_worth"]
    (person,) = tables["person"].to_dicts()
    assert (person["cps_race"], person["is_hispanic"], person["lives_with_partner"]) == (6, False, True)
