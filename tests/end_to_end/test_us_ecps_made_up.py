"""The enhanced CPS from made-up files: every step of it is carried out, with the engine or up to it.

The files hold random values within what the layouts of `specs/us_ecps` document, so that every expression is
computed. Tax units are by household here: the library that makes them is no part of what is tested.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import polars as pl
import pytest

from specc.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

RECIPE = Path(__file__).parents[2] / "specs/us_ecps"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
HOUSEHOLDS = 120

Row = dict[str, Any]


def _columns(layout: str) -> dict[str, Callable[[random.Random], Any]]:
    """Return, by column of a layout, what draws a value that it documents."""
    with (RECIPE / "layouts" / layout).open(encoding="utf-8") as file:
        return {row["column"]: _value_of(row) for row in csv.DictReader(file)}


def _value_of(row: dict[str, str]) -> Callable[[random.Random], Any]:
    codes = [int(code) for code in re.findall(r"(?:^|; )(-?\d+)=", row["codes"])]
    if row["type"] == "VARCHAR":
        return lambda _: ""
    low = int(float(row["low"] or -5_000))
    high = min(int(float(row["high"] or low + 50_000)), low + 50_000)
    return lambda chance: chance.choice(codes) if len(codes) > 1 else chance.randint(low, high)


def _made_up(layout: str, rows: list[Row], seed: int = 1) -> str:
    """Return a file of a layout with random values where a row says nothing."""
    columns, chance = _columns(layout), random.Random(seed)
    out = io.StringIO()
    table = csv.DictWriter(out, list(columns), lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({**{name: draw(chance) for name, draw in columns.items()}, **row})
    return out.getvalue()


def _zip(path: Path, **members: str) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in members.items():
            packed.writestr(f"{name}.csv", text)


def _supplement(own: Path) -> None:
    """Write households of a couple and up to two children, and of one person."""
    people: list[Row] = []
    for house in range(1, HOUSEHOLDS + 1):
        people += [_person(house, line) for line in range(1, 2 + house % 4)]
    states = (1, 6, 9, 36, 48)
    houses = [{"H_SEQ": n, "GESTFIPS": states[n % 5], "GTCO": 0} for n in range(1, HOUSEHOLDS + 1)]
    families = [{"FH_SEQ": n, "FFPOS": 1} for n in range(1, HOUSEHOLDS + 1)]
    _zip(
        own / "asecpub25csv.zip",
        pppub25=_made_up("asec_person.csv", people),
        hhpub25=_made_up("asec_household.csv", houses),
        ffpub25=_made_up("asec_family.csv", families),
    )
    before = [{"PERIDNUM": person["PERIDNUM"]} for person in people[::2]]
    _zip(own / "asecpub24csv.zip", pppub24=_made_up("asec_person_2024.csv", before))


def _person(house: int, line: int) -> Row:
    couple = house % 4 > 0
    return {
        "PH_SEQ": house, "PF_SEQ": 1, "P_SEQ": line, "A_LINENO": line, "TAX_ID": house, "SPM_ID": house,
        "PERIDNUM": f"P{house:05}{line}", "A_SPOUSE": 3 - line if couple and line < 3 else 0,
        "A_AGE": 30 + house % 50 if line < 3 else house % 18, "PERRP": (40, 42, 48, 48)[line - 1],
        "A_MARITL": 1 if couple and line < 3 else 7, "PECOHAB": -1, "PEPAR1": 1 if line > 2 else -1,
        "PEPAR2": 2 if line > 2 else -1, "A_SEX": 1 + (house + line) % 2, "A_EXPRRP": (1, 3, 5, 5)[line - 1],
        "SPM_TENMORTSTATUS": 1 + house % 3, "SPM_SNAPSUB": 0, "SPM_CAPHOUSESUB": 0, "SPM_ENGVAL": 0,
        "SPM_CHILDCAREXPNS": 0,
    }  # fmt: skip


def _donors(own: Path) -> None:
    homes = [{"SERIALNO": f"2022HU{n:07}", "ST": 6, "NP": 2, "WGTP": 10} for n in range(1, 91)]
    heads = [{"SERIALNO": home["SERIALNO"], "RELSHIPP": 20, "SPORDER": 1} for home in homes]
    layout = "acs_person_2022.csv"
    _zip(own / "csv_pus.zip", psam_pusa=_made_up(layout, heads[:40]), psam_pusb=_made_up(layout, heads[40:]))
    layout = "acs_household_2022.csv"
    _zip(own / "csv_hus.zip", psam_husa=_made_up(layout, homes[:40]), psam_husb=_made_up(layout, homes[40:]))
    months = [
        {"SSUID": f"{n // 2 + 1:013}", "PNUM": 101 + n % 2, "MONTHCODE": month, "ERELRPE": 1 + 4 * (n % 2)}
        for n in range(80)
        for month in range(1, 13)
    ]
    _zip(own / "pu2023_csv.zip", pu2023=_made_up("sipp_2023.csv", months))
    for number, month in enumerate(MONTHS, start=1):
        asked = [
            {
                "HRMONTH": number, "QSTNUM": n, "OCCURNUM": 1, "HRMIS": 4, "PRERELG": 1, "PEMLR": 1,
                "PEIO1COW": 4, "PEERNHRY": 1 + n % 2, "PEHRUSLT": 10 + n, "PRTAGE": 20 + n,
                "PTERNWA": 10_000 * (n + 1), "PWORWGT": 1000,
            }
            for n in range(8)
        ]  # fmt: skip
        asked.append({**asked[0], "QSTNUM": 99, "PRTAGE": 15})
        (own / f"{month}24pub.csv").write_text(_made_up("org_2024.csv", asked, number), encoding="utf-8")
    families = [{"yy1": n // 5 + 1, "y1": 10 * (n // 5 + 1) + n % 5 + 1} for n in range(100)]
    summary = io.StringIO(_made_up("scf_2022_summary.csv", families))
    (own / "scfp2022.csv").write_text(_balanced(summary), encoding="utf-8")
    (own / "scf2022_auto.csv").write_text(_made_up("scf_2022_full_auto.csv", families), encoding="utf-8")


def _balanced(summary: io.StringIO) -> str:
    """Return the summary of the SCF with a net worth that is assets less debts."""
    rows = pl.read_csv(summary)
    assets = (
        "liq", "cds", "savbnd", "bond", "stocks", "nmmf", "retqliq", "cashli", "othma", "othfin", "vehic",
        "houses", "oresre", "nnresre", "bus", "othnfin",
    )  # fmt: skip
    debts = ("mrthel", "resdbt", "othloc", "ccbal", "veh_inst", "edn_inst", "oth_inst", "odebt")
    return rows.with_columns(networth=pl.sum_horizontal(assets) - pl.sum_horizontal(debts)).write_csv()


def _tax_records(own: Path) -> None:
    """Write returns of every class of income, with the rows that sum up many, and ages of most of them."""
    chance = random.Random(5)
    incomes = ((-100_000, -1), (1_000_000, 9_000_000), (5_000_000, 50_000_000), *[(1, 200_000)] * 7)
    returns = [
        {"RECID": n, "S006": chance.randint(10_000, 90_000), "MARS": 1 + n % 4, "DSI": 0, "EIC": n % 4,
         "XTOT": 2 + n % 3, "E00100": chance.randint(*incomes[n % 10])}
        for n in range(1, 401)
    ]  # fmt: skip
    sums = {"S006": 40_000, "MARS": 0, "DSI": 0, "EIC": 0, "XTOT": 0, "E00100": 5_000_000}
    returns += [{**sums, "RECID": n} for n in range(999_996, 1_000_000)]
    (own / "puf_2015.csv").write_text(_made_up("puf_2015.csv", returns), encoding="utf-8")
    known = [{"RECID": n, "GENDER": 1 + n % 2} for n in range(1, 301)]
    text = _made_up("puf_2015_demographics.csv", known)
    (own / "demographics_2015.csv").write_text(text, encoding="utf-8")


def _returns_by_state(own: Path) -> None:
    """Write what the IRS tells of the states: every one alike, the nation their sum."""
    with (RECIPE / "tables" / "state_rates.csv").open(encoding="utf-8") as file:
        codes = [row["postal"] for row in csv.DictReader(file)]
    rows = {"US": 20_000 * len(codes), **dict.fromkeys(codes, 20_000), "PR": 1, "OA": 1}
    numbers = [name for name in _columns("soi_geography_2022.csv") if name[0] in "NA" and name != "AGI_STUB"]
    told = [{"STATE": state, "AGI_STUB": 0, **dict.fromkeys(numbers, n)} for state, n in rows.items()]
    (own / "22in55cmcsv.csv").write_text(_made_up("soi_geography_2022.csv", told), encoding="utf-8")


# What comes before the engine.
BEFORE = (
    "scaffold", "clone", "impute", "constrain", "uprate", "derive", "draw",
    "validate: clone", "validate: halves",
)  # fmt: skip
ASSETS = (
    "household_vehicles_value", "scf_certificates_of_deposit", "scf_savings_bonds", "scf_retirement_assets",
    "scf_cash_value_life_insurance", "scf_other_managed_assets", "scf_other_financial_assets",
    "scf_primary_residence_value", "scf_other_residential_real_estate", "scf_other_nonfinancial_assets",
    "scf_nonresidential_real_estate_equity", "scf_business_equity",
)  # fmt: skip
DEBTS = (
    "scf_mortgage_debt", "scf_other_residential_debt", "scf_other_lines_of_credit", "scf_credit_card_debt",
    "scf_vehicle_installment_debt", "scf_student_loan_debt", "scf_other_installment_debt", "scf_other_debt",
)  # fmt: skip


def _units(_: object, persons: pl.DataFrame, __: object) -> pl.DataFrame:
    """Give every household one tax unit: its first, its second who is a spouse, its others."""
    first = pl.col("person").rank("ordinal").over("household")
    role = pl.when(first == 1).then(pl.lit("HEAD")).when((first == 2) & (pl.col("spouse") > 0))
    return persons.select(
        "person",
        number="household",
        role=role.then(pl.lit("SPOUSE")).otherwise(pl.lit("DEPENDENT")),
        related=pl.lit(value=True),
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with every file that the recipe takes from `--sources`."""
    folder = tmp_path_factory.mktemp("made_up")
    (folder / "own").mkdir()
    _supplement(folder / "own")
    _donors(folder / "own")
    _tax_records(folder / "own")
    _returns_by_state(folder / "own")
    return folder


def _run(folder: Path, recipe: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runtime.operations.units._constructor", lambda *_: None)
        patch.setattr("runtime.operations.units._made", _units)
        places = ["--sources", folder / "own", "--out", recipe / "out", "--store", folder / "store"]
        assert main([str(word) for word in ("run", recipe, *places, "--quiet")]) == 0


@pytest.fixture(scope="module")
def tables(files: Path) -> dict[str, pl.DataFrame]:
    """Give what the recipe makes of the files before the engine, by entity."""
    recipe = shutil.copytree(RECIPE, files / "before")
    bundle = recipe / "bundle.yaml"
    head, _, pipeline = bundle.read_text("utf-8").partition("  pipeline:")
    steps = "\n".join(step for step in pipeline.splitlines() if step.strip(" -").startswith(BEFORE))
    made_up = "    - export: made_up\nexports:\n  made_up: {parquet: tables}\n"
    bundle.write_text(f"{head}  pipeline:\n{steps}\n{made_up}", encoding="utf-8")
    for file in (*recipe.glob("targets*.yaml"), recipe / "finish.yaml"):
        file.unlink()
    _run(files, recipe)
    return {path.stem: pl.read_parquet(path) for path in (recipe / "out" / "tables").glob("*.parquet")}


@pytest.mark.soak
@pytest.mark.engine
@pytest.mark.network
@pytest.mark.timeout(900)
def test_the_whole_way_gives_the_file_that_the_engine_reads(files: Path) -> None:
    """Facts cost little where they are missed, as random people miss them all; gates are for real ones."""
    recipe = shutil.copytree(RECIPE, files / "whole")
    bundle, finish = recipe / "bundle.yaml", recipe / "finish.yaml"
    text = bundle.read_text("utf-8")
    bundle.write_text(re.sub(r"    - validate: (consistency|release)\n", "", text), encoding="utf-8")
    text, changed = re.subn(r"penalty: [0-9.]+", "penalty: 100000", finish.read_text("utf-8"))
    assert changed == 1
    finish.write_text(text, encoding="utf-8")
    _run(files, recipe)
    with h5py.File(recipe / "out" / "enhanced_cps_2024.h5") as file:
        weights = np.asarray(file["household_weight"]["2024"])
        assert len(weights) == 2 * HOUSEHOLDS
        # One half weighs something only since it was calibrated.
        assert (weights > 0).sum() > HOUSEHOLDS
        assert {"net_worth", "pre_subsidy_rent", "takes_up_wic_if_eligible", "county_fips"} <= file.keys()
        assert not {"reported_ssi", "scf_retirement_assets", "rent"} & file.keys()


def test_a_household_and_its_copy_live_in_one_place_and_differ_in_what_is_drawn(
    tables: dict[str, pl.DataFrame],
) -> None:
    """The copy weighs nothing yet; either half has donors of its own, chosen by its own incomes."""
    first, copy = (tables["household"].filter(pl.col("household_is_puf_clone") == half) for half in (0, 1))
    assert first.height == copy.height == HOUSEHOLDS
    assert copy["household_weight"].sum() == 0
    for place in ("state_fips", "county_fips", "congressional_district_geoid", "tenure_type"):
        assert first[place].to_list() == copy[place].to_list()
    worth = zip(first["net_worth"], copy["net_worth"], strict=True)
    assert sum(one != other for one, other in worth) > HOUSEHOLDS / 2
    people = (
        tables["person"].group_by("person_is_puf_clone").agg(pl.col("pre_subsidy_rent", "tip_income").sum())
    )
    assert people.select((pl.col("pre_subsidy_rent", "tip_income") > 0).all()).row(0) == (True, True)


def test_net_worth_is_what_is_owned_less_what_is_owed(tables: dict[str, pl.DataFrame]) -> None:
    """Whichever survey the accounts and vehicles of a household are of, to the dollar; both are there."""
    names = ("bank_account_assets", "stock_assets", "bond_assets")
    accounts = tables["person"].group_by("person_household_id").agg(accounts=pl.sum_horizontal(names).sum())
    houses = tables["household"].join(accounts, left_on="household_id", right_on="person_household_id")
    worth = pl.sum_horizontal("accounts", *ASSETS) - pl.sum_horizontal(*DEBTS)
    assert houses.select(worth).to_series().to_list() == pytest.approx(houses["net_worth"].to_list())
    assert set(houses["takes_assets_of_scf"]) == {True, False}
    assert houses["net_worth"].n_unique() > HOUSEHOLDS / 4


def test_those_of_the_scf_are_one_persons(tables: dict[str, pl.DataFrame]) -> None:
    """Of the man of a couple, or of whom was asked first; those of the SIPP are each one's own."""
    people = tables["person"].join(
        tables["household"], left_on="person_household_id", right_on="household_id", how="left"
    )
    of_scf = people.filter("takes_assets_of_scf", pl.col("scf_bank_account_assets") > 0)
    held = of_scf.group_by("person_household_id").agg((pl.col("bank_account_assets") > 0).sum())
    assert set(held["bank_account_assets"]) == {1}
    holders = of_scf.filter(pl.col("bank_account_assets") > 0)
    others = holders.filter(~pl.col("is_household_head"))
    assert others.height > 0
    assert others["is_partner_of_reference"].all()
    assert not others["is_female"].any()


def test_donors_give_to_whom_they_are_about_alone(tables: dict[str, pl.DataFrame]) -> None:
    """Rent goes to the heads, pay to employees, accounts to those of 15 and over."""
    people = tables["person"]
    heads = people.filter("is_household_head")
    assert heads["pre_subsidy_rent"].sum() > 0
    assert people.filter(~pl.col("is_household_head"))["pre_subsidy_rent"].sum() == 0
    works = (pl.col("employment_income_before_lsr") > 0) & (pl.col("weekly_hours_worked_before_lsr") > 0)
    assert people.filter(works).select((pl.col("hourly_wage") > 0).all()).item()
    idle = people.filter(~works)
    assert idle["hourly_wage"].sum() == 0
    assert not idle["is_union_member_or_covered"].any()
    children = people.filter(pl.col("age") < 15)
    assert children.height > 0
    assert children["tip_income"].sum() == 0


def test_county_and_district_lie_in_the_state(tables: dict[str, pl.DataFrame]) -> None:
    """A county has five digits, also where the first is a zero."""
    houses = tables["household"]
    assert set(houses["county_fips"].str.len_chars()) == {5}
    assert (houses["county_fips"].str.slice(0, 2).cast(pl.Int64) == houses["state_fips"]).all()
    assert (houses["congressional_district_geoid"] // 100 == houses["state_fips"]).all()
    assert houses["county_fips"].n_unique() > 10


def test_who_reports_takes_up(tables: dict[str, pl.DataFrame]) -> None:
    """Nobody is drawn whom a rate is not about; the ratio of a plan is within its bounds."""
    people, units = tables["person"], tables["tax_unit"]
    assert people.filter("has_medicaid_health_coverage_at_interview")["takes_up_medicaid_if_eligible"].all()
    assert people.filter(pl.col("reported_ssi") > 0)["takes_up_ssi_if_eligible"].all()
    assert people.filter((pl.col("reported_ssi") > 0) & (pl.col("age") < 65))["is_disabled"].all()
    assert people.filter("is_pregnant").select((~pl.col("is_female")).sum()).item() == 0
    ratio = "selected_marketplace_plan_benchmark_ratio"
    assert units[ratio].is_between(0.5, 1.5).all()
    assert set(units.filter(~pl.col("takes_up_aca_if_eligible"))[ratio]) == {1.0}
    assert units.filter("takes_up_aca_if_eligible")[ratio].n_unique() > 1


def test_a_copy_answers_as_its_tax_record_has_it(tables: dict[str, pl.DataFrame]) -> None:
    """Parts of Social Security come to the record's total; limits hold; who has no benefit was not idle."""
    copies = tables["person"].filter("person_is_puf_clone")
    parts = [f"social_security_{part}" for part in ("retirement", "disability", "survivors", "dependents")]
    total = copies["reported_social_security"].to_list()
    assert sum(total) > 0
    assert copies.select(pl.sum_horizontal(parts)).to_series().to_list() == pytest.approx(total)
    assert copies.filter(pl.col("unemployment_compensation") <= 0)["weeks_unemployed"].sum() == 0
    assert copies.filter(~pl.col("owns_employer_plan"))["employer_sponsored_insurance_premiums"].sum() == 0
    plans = pl.max_horizontal("traditional_401k_contributions_desired", "roth_401k_contributions_desired")
    limit = pl.when(pl.col("age") >= 50).then(30_500).otherwise(23_000)
    limit = pl.when(pl.col("employment_income_before_lsr") > 0).then(limit).otherwise(0)
    assert copies.select((plans <= limit + 1e-6).all()).item()
    accounts = pl.max_horizontal("traditional_ira_contributions_desired", "roth_ira_contributions_desired")
    limit = pl.when(pl.col("age") >= 50).then(8_000).otherwise(7_000)
    assert copies.select((accounts <= limit + 1e-6).all()).item()


def test_gates_of_the_clone_hold_for_made_up_people(files: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Those that block have let the run pass; both halves are drawn of all that neither was asked for."""
    assert tables
    gates = json.loads((files / "before/out/report.json").read_text(encoding="utf-8"))["gates"]
    assert all(row["passes"] for row in gates["clone"].values())
    assert len(gates["clone"]) == 7
    assert gates["halves"]["both_drawn"]["groups"] > 20
    assert gates["halves"]["incomes_of_copies"]["value"] > 0.1


def test_a_target_of_tax_units_has_one_value_a_unit(tables: dict[str, pl.DataFrame]) -> None:
    """T6, P63: amounts of a return as a whole stand in its row, of either half, and in no person's."""
    units = tables["tax_unit"].group_by("tax_unit_is_puf_clone").agg(
        pl.col("unrecaptured_section_1250_gain", "health_savings_account_ald").abs().sum()
    )  # fmt: skip
    assert units.height == 2
    assert units.select(
        (pl.col("unrecaptured_section_1250_gain", "health_savings_account_ald") > 0).all()
    ).row(0) == (True, True)
    assert "unrecaptured_section_1250_gain" not in tables["person"].columns


def test_the_summary_of_the_clone_accounts_for_all_lists(
    files: Path, tables: dict[str, pl.DataFrame]
) -> None:
    """P47, T5: what was copied, and every name of the four lists with its reason."""
    assert tables
    out = files / "before/out"
    told = json.loads((out / "puf_support_clone_summary.json").read_text(encoding="utf-8"))
    assert told["rows"]["household"] == {"original": HOUSEHOLDS, "clone": HOUSEHOLDS, "final": 2 * HOUSEHOLDS}
    assert told["donor_sources"] == ["puf"]
    assert {Path(name).stem: each["names"] for name, each in told["lists"].items()} == {
        "imputed": 57, "both_halves": 38, "cps_only": 43, "special": 10,
    }  # fmt: skip
    rows = pl.read_csv(out / "puf_support_clone_variable_surface.csv")
    assert rows.height == 57 + 38 + 43 + 10
    assert rows.filter(pl.col("status") == "excluded")["reason"].null_count() == 0


def test_what_a_business_earns_is_one_sum_on_either_half(tables: dict[str, pl.DataFrame]) -> None:
    """A copy whose business is a specified service earns by it, and may pay into a pension of it."""
    people = tables["person"]
    services = pl.col("sstb_self_employment_income_before_lsr")
    own = services + pl.col("self_employment_income_before_lsr")
    assert people.filter("person_is_puf_clone").select(services.sum()).item() > 0
    business = own + pl.col("farm_operations_income")
    wages = pl.col("employment_income_before_lsr")
    for name, wanted in (("business_income", business), ("earnings", business + wages)):
        assert people[name].to_list() == pytest.approx(people.select(wanted).to_series().to_list())
    pension = pl.col("self_employed_pension_contributions_desired")
    limit = (0.25 * own).clip(0, 69_000)
    assert people.select((pension <= limit + 1e-6).all()).item()


def test_the_original_has_its_own_answers_and_the_tax_detail_that_it_lacks(
    tables: dict[str, pl.DataFrame],
) -> None:
    """What the survey asks stays, what it does not is drawn for either half."""
    people = tables["person"]
    own, copies = people.filter(~pl.col("person_is_puf_clone")), people.filter("person_is_puf_clone")
    assert own.height == copies.height
    for name in ("home_mortgage_interest", "w2_wages_from_qualified_business", "casualty_loss"):
        assert own[name].sum() > 0
        assert copies[name].sum() > 0
    assert own["sstb_self_employment_income_before_lsr"].sum() == 0
    assert own["age"].to_list() == copies["age"].to_list()
    assert own["employment_income_before_lsr"].to_list() != copies["employment_income_before_lsr"].to_list()
    assert own["cps_race"].to_list() != copies["cps_race"].to_list()
