"""The scaffold of specs/us_ecps, run on a made-up supplement: the values of persons worked out by hand."""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from asec_households import supplement

from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity
from runtime.execute import Run
from runtime.names import column_file, rows_file
from runtime.store import Store
from runtime.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asec_households import Row

    from compiler.plan import Node

SPECS = Path(__file__).resolve().parents[2] / "specs"
STEPS = """    - scaffold: asec
    - derive: social_security_parts
    - derive: retirement_contributions
    - draw: immigration
    - derive: immigration_status
    - derive: overtime_exemptions
"""
HOUSEHOLDS: list[Row] = [
    {"H_SEQ": 1, "GESTFIPS": 6, "GTCO": 37, "H_TENURE": 1, "HSUP_WGT": 150050},
    {"H_SEQ": 2, "GESTFIPS": 36, "GTCO": 0, "H_TENURE": 2, "HSUP_WGT": 200000},
    {"H_SEQ": 3, "GESTFIPS": 12, "GTCO": 86, "H_TENURE": 3, "HSUP_WGT": 99900},
    {"H_SEQ": 4, "GESTFIPS": 12, "GTCO": 86, "H_TENURE": 2, "HSUP_WGT": 100},
]
# A couple with a child: one works, one is 80 to 84 and draws on accounts.
COUPLE: list[Row] = [
    {
        "PH_SEQ": 1, "A_SPOUSE": 2, "A_MARITL": 1, "A_EXPRRP": 1, "PERRP": 40, "A_AGE": 45,
        "WSAL_VAL": 100_000, "SEMP_VAL": 20_000, "FRSE_VAL": -300, "RETCB_VAL": 30_000, "INT_VAL": 1000,
        "DIV_VAL": 500,
        "CAP_VAL": 1000, "RNT_VAL": -250, "HRSWK": 40, "A_HRS1": 38, "WKSWORK": 52, "NOW_GRP": 1,
        "NOW_OWNGRP": 1, "NOW_HIPAID": 2, "NOW_GRPFTYP": 1, "PEIOOCC": 4110, "POCCU2": 8,
        "PHIP_VAL": 2400, "PRDTHSP": 1,
    },
    {
        "PH_SEQ": 1, "A_SPOUSE": 1, "A_MARITL": 1, "A_EXPRRP": 4, "PERRP": 42, "A_SEX": 2, "A_AGE": 80,
        "SS_VAL": 12_000, "RESNSS1": 4, "RESNSS2": 1, "MCARE": 1, "PNSN_VAL": 1000, "ANN_VAL": 500,
        "DST_SC1": 4, "DST_VAL1": 5000, "DST_SC2": 1, "DST_VAL2": 700, "OI_OFF": 19, "OI_VAL": 90,
    },
    {
        "PH_SEQ": 1, "PEPAR1": 1, "PEPAR2": 2, "A_EXPRRP": 5, "PERRP": 48, "A_AGE": 10, "A_SEX": 2,
        "NOW_PCHIP": 1, "PHIP_VAL": 100, "SS_VAL": 300, "RESNSS1": 8,
    },
]  # fmt: skip
# A widowed, disabled veteran, and a lodger who came from abroad as a child.
VETERAN: list[Row] = [
    {
        "PH_SEQ": 2, "A_MARITL": 4, "A_EXPRRP": 1, "PERRP": 40, "A_AGE": 50, "PEDISEYE": 1, "PEDISPHY": 1,
        "VET_VAL": 9000, "SS_VAL": 15_000, "RESNSS1": 2, "RESNSS2": 3, "DIS_SC1": 1, "DIS_VAL1": 4000,
        "DIS_SC2": 4, "DIS_VAL2": 1500, "WC_VAL": 4000, "OI_OFF": 20, "OI_VAL": 600, "NOW_VACARE": 1,
        "PEAFEVER": 1, "SSI_VAL": 800, "RETCB_VAL": 2000,
    },
    {
        "PH_SEQ": 2, "A_AGE": 25, "SPM_ID": 2002, "PF_SEQ": 2, "PRCITSHP": 5, "PEINUSYR": 20, "PENATVTY": 555,
        "WSAL_VAL": 25_000, "DST_SC1_YNG": 3, "DST_VAL1_YNG": 900, "OI_OFF": 12, "OI_VAL": 70, "LKWEEKS": 6,
    },
]  # fmt: skip
# No citizens: a student without papers, an uncle with Medicaid, a Cuban pensioner, somebody who came of late.
ABROAD: list[Row] = [
    {
        "PH_SEQ": 3, "A_AGE": 20, "A_HSCOL": 2, "A_FTPT": 1, "PRCITSHP": 5, "PEINUSYR": 26, "ED_VAL": 5000,
        "SS_VAL": 40, "RESNSS1": 4, "RESNSS2": 3,
    },
    {
        "PH_SEQ": 3, "A_AGE": 48, "CAID": 1, "NOW_CAID": 1, "PRCITSHP": 5, "PEINUSYR": 24, "UC_VAL": 77,
        "SS_VAL": 50, "RESNSS1": 8, "RESNSS2": 7,
    },
    {"PH_SEQ": 4, "A_AGE": 62, "PRCITSHP": 5, "PEINUSYR": 9, "PENATVTY": 327, "SS_VAL": 10, "SS_YN": 1},
    {
        "PH_SEQ": 4, "A_AGE": 30, "PRCITSHP": 5, "PEINUSYR": 28, "CAID": 1, "A_SEX": 2, "DST_SC1_YNG": 7,
        "DST_VAL1_YNG": 9,
    },
]  # fmt: skip
SPM: dict[object, Row] = {
    1: {"SPM_ENGVAL": 300, "SPM_CHILDCAREXPNS": 4000, "SPM_SNAPSUB": 60, "SPM_TENMORTSTATUS": 1},
    2: {"SPM_CAPHOUSESUB": 5000},
}
PERSONS: list[Row] = [
    {**(SPM.get(each["PH_SEQ"], {}) if "SPM_ID" not in each else {}), **each}
    for each in (*COUPLE, *VETERAN, *ABROAD)
]
LAST_YEAR: list[Row] = [
    {"PERIDNUM": f"{1:>020}01", "WSAL_VAL": 90_000, "SEMP_VAL": 15_000},
    {"PERIDNUM": f"{1:>020}02", "WSAL_VAL": 1000, "SEMP_VAL": 10, "I_SEVAL": 1},
    {"PERIDNUM": f"{9:>020}01", "WSAL_VAL": 5, "SEMP_VAL": 5},
]


class Built:
    """What a run left: columns by name, person by person or group by group."""

    def __init__(self, folder: Path, households: Sequence[Row]) -> None:
        shutil.copytree(SPECS, folder / "specs")
        bundle = folder / "specs" / "us_ecps"
        text = (bundle / "bundle.yaml").read_text()
        (bundle / "bundle.yaml").write_text(text[: text.index("  pipeline:")] + "  pipeline:\n" + STEPS)
        supplement(folder / "own", bundle / "layouts", households, PERSONS, LAST_YEAR)
        compiled = compile_bundle(bundle)
        assert [d.message for d in compiled.diagnostics if d.severity is Severity.ERROR] == []
        assert compiled.plan is not None
        self.nodes: dict[str, Node] = {node.address: node for node in compiled.plan.nodes}
        around = Surroundings(
            bundle, folder / "cache", folder / "own", compiled.plan.metadata["files"], folder / "chunks"
        )
        self.done = Run(compiled.plan, Store(folder / "store"), around, _Silent()).execute()

    def of(self, name: str) -> list[Any]:
        """Return a column as the last step that writes it leaves it."""
        found = [(a, e) for a, n in self.nodes.items() for e, names in n.outputs.items() if name in names]
        address, entity = found[-1]
        return (
            pl.read_parquet(self.done[address].artifact.path(column_file(entity, name))).to_series().to_list()
        )

    def ids(self, entity: str) -> pl.DataFrame:
        """Return the ids of an entity."""
        return pl.read_parquet(self.done["source.asec"].artifact.path(rows_file(entity)))


class _Silent:
    def started(self, node: Node) -> None: ...
    def progressed(self, node: Node, done: int, total: int) -> None: ...
    def finished(self, node: Node, action: str, seconds: float) -> None: ...
    def warned(self, message: str) -> None: ...


def _paired(*_: str) -> Any:  # noqa: ANN401 - stands for a function of the library
    """Return what makes tax units where the library is not there: couples, with their children."""

    def construct(table: Any, **_: object) -> tuple[dict[str, list[Any]], None]:  # noqa: ANN401
        rows = table.to_dict("records")
        heads = [
            (
                r["PH_SEQ"],
                min(r["A_LINENO"], r["A_SPOUSE"] or r["A_LINENO"]) if r["PEPAR1"] < 1 else r["PEPAR1"],
            )
            for r in rows
        ]
        own = [(r["PH_SEQ"], r["A_LINENO"]) for r in rows]
        roles = [
            b"HEAD" if head == me else b"DEPENDENT" if r["PEPAR1"] > 0 else b"SPOUSE"
            for r, head, me in zip(rows, heads, own, strict=True)
        ]
        numbers = [sorted(set(heads)).index(head) + 1 for head in heads]
        related = [True] * len(rows)
        return {
            "TAX_ID": numbers,
            "tax_unit_role_input": roles,
            "is_related_to_head_or_spouse": related,
        }, None

    return construct


def _has_library() -> bool:
    try:
        return version("microunit") == "0.1.1"
    except PackageNotFoundError:
        return False


def _built(folder: Path, households: Sequence[Row]) -> Built:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        if not _has_library():
            patch.setattr("runtime.operations.units._constructor", _paired)
        return Built(folder, households)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the persons once."""
    return _built(tmp_path_factory.mktemp("ecps") / "a", HOUSEHOLDS)


def test_persons_live_together_as_the_lines_say(built: Built) -> None:
    """The child is the dependant of the couple, who are one marital unit; lodgers are units of their own."""
    people = built.ids("person")
    assert people["person_id"].to_list() == [101, 102, 103, 201, 202, 301, 302, 401, 402]
    assert people["person_tax_unit_id"].to_list() == [101, 101, 101, 201, 202, 301, 302, 401, 402]
    assert people["person_marital_unit_id"].to_list() == [102, 102, 103, 201, 202, 301, 302, 401, 402]
    assert people["person_family_id"].to_list() == [101, 101, 101, 201, 202, 301, 301, 401, 401]
    assert people["person_spm_unit_id"].to_list() == [1001, 1001, 1001, 2001, 2002, 3001, 3001, 4001, 4001]
    assert built.of("tax_unit_role_input")[:4] == ["HEAD", "SPOUSE", "DEPENDENT", "HEAD"]
    assert built.of("own_children_in_household") == [1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert built.of("household_weight") == [1500.5, 2000.0, 999.0, 1.0]


def test_places_and_dwellings(built: Built) -> None:
    """A county that is not identified has no code; codes keep their zeros."""
    assert built.of("state_fips") == [6, 36, 12, 12]
    assert built.of("county_fips") == ["06037", "", "12086", "12086"]
    assert built.of("tenure_type") == ["OWNED_WITH_MORTGAGE", "RENTED", "NONE", "RENTED"]


def test_facts_of_the_spm_unit_are_those_of_its_first_person(built: Built) -> None:
    """Three persons have them in their rows; the unit has them once."""
    assert built.of("spm_unit_energy_subsidy") == [300, 0, 0, 0, 0]
    assert built.of("spm_unit_pre_subsidy_childcare_expenses") == [4000, 0, 0, 0, 0]
    assert built.of("reported_snap") == [60, 0, 0, 0, 0]
    assert built.of("receives_housing_assistance") == [False, True, False, False, False]
    assert built.of("spm_unit_tenure_type") == ["OWNER_WITH_MORTGAGE", *["RENTER"] * 4]


def test_only_ages_of_80_are_drawn(built: Built) -> None:
    """They stand for 80 to 84."""
    ages = built.of("age")
    assert 80 <= ages[1] <= 84
    assert [*ages[:1], *ages[2:]] == [45, 10, 50, 25, 20, 48, 62, 30]


def test_work_and_capital_of_the_earner(built: Built) -> None:
    """Shares of interest, dividends, gains; losses stay losses; codes of nobody are no hours and no weeks."""
    wanted = {
        "employment_income_before_lsr": 100_000, "self_employment_income_before_lsr": 20_000,
        "farm_operations_income": -300, "rental_income": -250, "taxable_interest_income": 680,
        "tax_exempt_interest_income": 320, "qualified_dividend_income": 224,
        "non_qualified_dividend_income": 276,
        "long_term_capital_gains_before_response": 880, "short_term_capital_gains": 120,
        "weekly_hours_worked_before_lsr": 40, "hours_worked_last_week": 38, "weeks_worked": 52,
        "treasury_tipped_occupation_code": 102, "self_employment_income_last_year": 15_000,
        "wages_last_year": 90_000, "employer_sponsored_insurance_premiums": 21_207.53 - 6490.21,
        "other_health_insurance_premiums": 2400,
    }  # fmt: skip
    assert {name: built.of(name)[0] for name in wanted} == pytest.approx(wanted)
    assert built.of("weeks_unemployed") == [0, 0, 0, 0, 6, 0, 0, 0, 0]
    assert built.of("hours_worked_last_week")[1:] == [0] * 8
    assert built.of("is_computer_scientist")[:2] == [True, False]
    assert built.of("has_never_worked")[:2] == [False, True]
    assert built.of("employer_contribution_to_health_insurance_premiums_category")[:2] == ["SOME", "NA"]


def test_only_earnings_that_nobody_allocated_are_those_of_last_year(built: Built) -> None:
    """Who was not asked, or whose answer was made up, has none that are known."""
    assert built.of("previous_year_income_available") == [True, *[False] * 8]
    assert built.of("self_employment_income_last_year")[1:] == [0] * 8


def test_contributions_go_into_one_account_after_the_other(built: Built) -> None:
    """The business's pension takes 25 % of what it earns; who has no wages pays into IRAs."""
    wanted = {
        "self_employed_pension_contributions_desired": 5000, "traditional_401k_contributions_desired": 19_295,
        "roth_401k_contributions_desired": 3405, "traditional_ira_contributions_desired": 901.6,
        "roth_ira_contributions_desired": 1398.4,
    }  # fmt: skip
    assert {name: built.of(name)[0] for name in wanted} == pytest.approx(wanted)
    assert [built.of(name)[3] for name in wanted] == pytest.approx([0, 0, 0, 784, 1216])


def test_social_security_is_what_the_first_reason_of_the_list_says(built: Built) -> None:
    """Whichever of the two it stands in; without one the age decides."""
    assert built.of("social_security_retirement") == [0, 12_000, 0, 0, 0, 0, 0, 10, 0]
    assert built.of("social_security_disability") == [0, 0, 300, 15_000, 0, 0, 0, 0, 0]
    assert built.of("social_security_survivors") == [0, 0, 0, 0, 0, 40, 0, 0, 0]
    assert built.of("social_security_dependents") == [0, 0, 0, 0, 0, 0, 50, 0, 0]


def test_withdrawals_go_by_the_kind_of_account(built: Built) -> None:
    """First and second, of older and of younger persons; what is of no kind that is known goes nowhere."""
    assert built.of("taxable_ira_distributions") == [0, 5000, 0, 0, 0, 0, 0, 0, 0]
    assert built.of("taxable_401k_distributions") == [0, 700, 0, 0, 0, 0, 0, 0, 0]
    assert built.of("tax_exempt_ira_distributions") == [0, 0, 0, 0, 900, 0, 0, 0, 0]
    assert built.of("taxable_private_pension_income")[1] == pytest.approx(885)
    assert built.of("tax_exempt_private_pension_income")[1] == pytest.approx(615)


def test_the_disabled_veteran(built: Built) -> None:
    """Workers' compensation is not counted a second time as a disability benefit."""
    wanted = {
        "is_disabled": True, "is_blind": True, "is_surviving_spouse": True, "veterans_benefits": 9000,
        "disability_benefits": 1500, "workers_compensation": 4000, "alimony_income": 600,
        "strike_benefits": 0, "miscellaneous_income": 0, "reported_ssi": 800,
        "has_va_health_coverage_at_interview": True, "has_esi": False,
    }  # fmt: skip
    assert {name: built.of(name)[3] for name in wanted} == wanted
    assert built.of("strike_benefits")[4] == 70
    assert built.of("miscellaneous_income")[1] == 90


def test_cover_and_premiums(built: Built) -> None:
    """The engine knows what CHIP costs, so the child's premium is not another one."""
    assert built.of("has_chip_health_coverage_at_interview")[:4] == [False, False, True, False]
    assert built.of("health_insurance_premiums_without_medicare_part_b")[:3] == [2400, 0, 100]
    assert built.of("other_health_insurance_premiums")[:3] == [2400, 0, 0]
    assert built.of("takes_up_medicare_if_eligible")[:3] == [False, True, False]


def test_who_may_be_undocumented_is(built: Built) -> None:
    """There are fewer of them than are estimated; Medicaid does not help the uncle of one who is."""
    cards = ["CITIZEN"] * 4 + ["NONE"] * 3 + ["OTHER_NON_CITIZEN"] * 2
    assert built.of("ssn_card_type") == cards
    status = ["CITIZEN"] * 4 + ["UNDOCUMENTED"] * 3 + ["CUBAN_HAITIAN_ENTRANT", "REFUGEE"]
    assert built.of("immigration_status_str") == status


def test_whoever_is_not_among_the_estimated_number_has_a_permit(tmp_path: Path) -> None:
    """Of households that stand for thousands of millions nearly nobody is; the lodger came as a child."""
    many = [{**each, "HSUP_WGT": int(str(each["HSUP_WGT"])) * 10**7} for each in HOUSEHOLDS]
    built = _built(tmp_path / "b", many)
    assert built.of("ssn_card_type")[4:7] == ["NON_CITIZEN_VALID_EAD"] * 2 + ["OTHER_NON_CITIZEN"]
    assert built.of("immigration_status_str")[4:7] == ["DACA", "TPS", "LEGAL_PERMANENT_RESIDENT"]
