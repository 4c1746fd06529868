"""The tax records of specs/us_ecps from a made-up file: returns become persons, as worked out by hand.

A few dozen returns and four rows that sum up records go through the definitions of the bundle as they stand.
What they read of published tables is made up too, so that every factor is a round number.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity
from runtime.execute import Run
from runtime.names import column_file, rows_file
from runtime.store import Store
from runtime.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.plan import Node, Plan
    from runtime.execute import Done

SPECS = Path(__file__).resolve().parents[2] / "specs"
LAYOUTS = SPECS / "us_ecps" / "layouts"
STEPS = [f"derive.puf_{step}@tax_records" for step in ("persons", "business", "other_business")]
SOI = "620fa5c0dbe66fa09b02d5df8b0eeeacabd8b78ac787f557d21c6ea113912bc2"
GROWTH = "b6df285a5cb1df4679ea7cce220e0ca44bd159660a05905859b046cf93bead55"
Row = dict[str, Any]

# What two persons have, of which everything else follows.
COUPLE: Row = {
    "RECID": 1, "S006": 10_000, "MARS": 2, "XTOT": 4, "E00100": 150_000, "E00200": 100_000, "E00300": 400,
    "E00600": 90, "E00650": 60, "E01500": 3000, "E01700": 1000, "E02400": 12_000, "E03230": 100,
    "E87530": 700, "E03400": 55, "E09900": 77, "E19200": 9000, "E24515": 30, "E25850": 500, "E25860": 900,
    "E25980": 10, "E25960": 4, "E26190": 8, "E26180": 2, "P22250": -100, "P23250": 2000, "E03290": 40,
    "AGERANGE": 3, "AGEDP1": 1, "AGEDP2": 5, "EARNSPLIT": 1, "GENDER": 1,
}  # fmt: skip
STUDENT: Row = {
    "RECID": 2, "S006": 20_000, "MARS": 1, "XTOT": 0, "DSI": 1, "E00100": 5000, "E00200": 5000,
    "AGERANGE": 1, "GENDER": 0,
}  # fmt: skip
UNTOLD: Row = {  # no supplement tells of it
    "RECID": 3, "S006": 30_000, "MARS": 4, "XTOT": 2, "EIC": 1, "E00100": 60_000, "E00200": 40_000,
    "E00900": 20_000, "E19800": 100, "E02100": -50,
}  # fmt: skip
SUMS: list[Row] = [
    {"RECID": 999996, "S006": 1000, "E00100": -4_000_000, "E00200": 70, "E00900": -5000},
    {"RECID": 999997, "S006": 2000, "E00100": 900_000, "E00200": 800, "P23250": -300},
    {"RECID": 999998, "S006": 3000, "E00100": 4e7, "E00200": 9_000_000, "E00300": 5},
    {"RECID": 999999, "S006": 4000, "E00100": 3e8, "E00200": 1_000_000, "E26190": 77_000},
]


def _ordinary(number: int) -> Row:
    """Return one of the other returns; their incomes run from losses to many millions."""
    income = (-50_000, 30_000, 2_000_000, 8_000_000, 20_000_000)[number % 5]
    return {
        "RECID": 100 + number, "S006": 500 + 10 * number, "MARS": 1 + number % 4, "XTOT": 1 + number % 4,
        "E00100": income, "E00200": abs(income) // 2, "E00300": 10 * number, "E00400": 20, "E00600": 300,
        "E00650": 100, "E00700": 5, "E00800": 6, "E00900": 1000 - 100 * number, "E01100": 9, "E01200": -4,
        "E01400": 30, "E01500": 50, "E01700": 20, "E02100": 7, "E02400": 100, "E03150": 2, "E03210": 3,
        "E03220": 1, "E03240": 4, "E03290": 8, "E03300": 6, "E03500": 2, "E18500": 70, "E19200": 80,
        "E19800": 11, "E20100": 12, "E20400": 13, "E20500": 14, "P22250": 5 - number,
        "P23250": 90 - 5 * number,
        "E24518": 3, "E25860": 40, "E26390": 5, "E26400": 30, "E26180": 33,
        "E26190": 20 + number, "E27200": -6,
        "T27800": 2, "E58990": 1, "AGERANGE": 1 + number % 6, "AGEDP1": number % 7, "EARNSPLIT": number % 4,
        "GENDER": number % 2,
    }  # fmt: skip


RETURNS = [COUPLE, STUDENT, UNTOLD, *map(_ordinary, range(40)), *SUMS]
# Over 1.2 times the returns; losses grow less than gains.
TOTALS = {"count": 1.2, "employment_income": 1.8, "adjusted_gross_income": 1.44}
LOSSES = ("business_net_losses", "partnership_and_s_corp_losses", "capital_gains_losses")
OTHERS = (
    "business_net_profits", "partnership_and_s_corp_income", "capital_gains_gross",
    "capital_gains_distributions",
    "taxable_interest_income", "exempt_interest", "ordinary_dividends", "qualified_dividends",
    "total_pension_income", "taxable_pension_income", "ira_distributions", "total_social_security",
)  # fmt: skip


def _table(layout: str, rows: Iterable[Row]) -> str:
    """Return a file with the columns of a layout; what a row does not say is zero."""
    text = (LAYOUTS / layout).read_text("utf-8")
    columns = [row["column"] for row in csv.DictReader(text.splitlines())]
    lines = [",".join(columns), *(",".join(f"{row.get(c, 0):.0f}" for c in columns) for row in rows)]
    return "\n".join(lines) + "\n"


def _soi() -> str:
    growth = TOTALS | dict.fromkeys(OTHERS, 1.32) | dict.fromkeys(LOSSES, 1.26)
    header = (
        "Year,SOI table,XLSX column,XLSX row,Variable,Filing status,AGI lower bound,AGI upper bound,Count,"
        "Taxable only,Full population,Value"
    )
    lines = [header]
    for index, factor in growth.items():
        for year, value in ((2015, 1000), (2023, 1000 * factor)):
            lines.append(f"{year},T,A,1,{index},All,-inf,inf,{index == 'count'},False,True,{value}")
            # Rows of one class of income are no totals.
            lines.append(f"{year},T,A,1,{index},All,-inf,1000.0,{index == 'count'},False,True,7")
    return "\n".join(lines) + "\n"


def _growth() -> str:
    names = [
        "YEAR", "ATXPY", "ASCHF", "ABOOK", "ACPIU", "ACPIM", "AWAGE", "ASCHCI", "ASCHCL", "ASCHEI", "ASCHEL",
        "AINTS", "ADIVS", "ACGNS", "ASOCSEC", "AUCOMP", "AIPD", "ABENOTHER", "ABENMCARE", "ABENMCAID",
        "ABENSSI", "ABENSNAP",
        "ABENWIC", "ABENHOUSING", "ABENTANF", "ABENVET",
    ]  # fmt: skip
    rows = [",".join([str(year), *["1.1"] * (len(names) - 1)]) for year in (2023, 2024)]
    return "\n".join([",".join(names), *rows]) + "\n"


class _Silent:
    def started(self, node: Node) -> None: ...
    def progressed(self, node: Node, done: int, total: int) -> None: ...
    def finished(self, node: Node, action: str, seconds: float) -> None: ...
    def warned(self, message: str) -> None: ...


class Built:
    """What a run of the frame `tax_records` left."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(SPECS, folder / "specs")
        self.bundle, self.own = folder / "specs" / "us_ecps", folder / "own"
        self.own.mkdir()
        (self.own / "puf_2015.csv").write_text(_table("puf_2015.csv", RETURNS))
        told = [row for row in RETURNS if "AGERANGE" in row]
        (self.own / "demographics_2015.csv").write_text(_table("puf_2015_demographics.csv", told))
        self._stand_in(SOI, "soi_targets.csv", _soi())
        self._stand_in(GROWTH, "growfactors.csv", _growth())
        plan = self._plan()
        around = Surroundings(
            self.bundle, folder / "cache", self.own, plan.metadata["files"], folder / "chunks"
        )
        self.done: dict[str, Done] = Run(plan, Store(folder / "store"), around, _Silent()).execute()

    def _stand_in(self, digest: str, file: str, text: str) -> None:
        """Put a made-up table in the place of a published one, in the copy of the recipe."""
        made = hashlib.sha256(text.encode()).hexdigest()
        for path in [*self.bundle.glob("*.yaml"), self.bundle / "sources.lock"]:
            path.write_text(path.read_text("utf-8").replace(digest, made), "utf-8")
        (self.own / file).write_text(text)

    def _plan(self) -> Plan:
        """Return the part of the plan that leads to the steps, all but contributions to pensions."""
        compiled = compile_bundle(self.bundle)
        assert [d.message for d in compiled.diagnostics if d.severity is Severity.ERROR] == []
        assert compiled.plan is not None
        nodes = {node.address: node for node in compiled.plan.nodes}
        wanted, waiting = set[str](), [*STEPS]
        while waiting:
            address = waiting.pop()
            if address not in wanted:
                wanted.add(address)
                waiting += nodes[address].inputs.nodes()
        return replace(compiled.plan, nodes=tuple(n for n in compiled.plan.nodes if n.address in wanted))

    def of(self, name: str, at: str | None = None) -> list[Any]:
        """Return a column as the last step leaves it, or a step that is named."""
        written = [
            (address, entity)
            for address, done in self.done.items()
            for entity, names in done.node.outputs.items()
            if name in names and at in (None, address)
        ]
        address, entity = written[-1]
        path = self.done[address].artifact.path(column_file(entity, name))
        return pl.read_parquet(path).to_series().to_list()

    def person(self, name: str) -> dict[int, Any]:
        """Return a column of persons by their ids."""
        ids = pl.read_parquet(self.done["source.puf"].artifact.path(rows_file("person")))["person_id"]
        return dict(zip(ids, self.of(name), strict=True))

    def unit(self, name: str) -> dict[int, Any]:
        """Return a column of returns by their numbers."""
        ids = pl.read_parquet(self.done["source.puf"].artifact.path(rows_file("tax_unit")))["tax_unit_id"]
        return dict(zip(ids, self.of(name), strict=True))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Give the frame, built once."""
    return Built(tmp_path_factory.mktemp("records"))


def test_a_return_becomes_its_filers_and_dependants(built: Built) -> None:
    """A couple with two children are four; exemptions say how many dependants there are, at most three."""
    persons = built.person("tax_unit_role_input")
    assert {n: r for n, r in persons.items() if n < 400} == {
        101: "HEAD", 102: "SPOUSE", 103: "DEPENDENT", 104: "DEPENDENT", 201: "HEAD",
        301: "HEAD", 302: "DEPENDENT",
    }  # fmt: skip
    assert [
        n for n, claimed in built.person("claimed_as_dependent_on_another_return").items() if claimed
    ] == [201]


def test_ages_and_sexes_are_those_of_their_classes(built: Built) -> None:
    """35 to 44, its children under 5 and 19 to 23; a student who is a dependant is 16 to 25."""
    age, female = built.person("age"), built.person("is_female")
    bounds = {101: (35, 44), 102: (35, 44), 103: (0, 4), 104: (19, 23), 201: (16, 25)}
    assert all(low <= age[n] <= high for n, (low, high) in bounds.items())
    assert not female[101]
    assert female[201]


def test_who_is_not_told_of_has_the_classes_of_a_return_that_is(built: Built) -> None:
    """One donor gives all classes; those that the supplement tells of keep their own."""
    told = {(r["AGERANGE"], r.get("AGEDP1", 0), r.get("EARNSPLIT", 0)) for r in RETURNS if "AGERANGE" in r}
    classes = [built.unit(name) for name in ("age_class", "age_class_of_child_1", "earnings_class")]
    assert tuple(column[3] for column in classes) in told
    assert tuple(column[1] for column in classes) == (3, 1, 1)


def test_partners_share_what_the_return_has(built: Built) -> None:
    """Who earns at least three quarters has that share of every amount; the home is the filer's."""
    wages, interest = built.person("employment_income_before_lsr"), built.person("taxable_interest_income")
    assert wages[101] + wages[102] == pytest.approx(100_000 * 1.5 * 1.1)
    assert 0.75 <= wages[101] / (wages[101] + wages[102]) <= 1
    assert interest[101] / (interest[101] + interest[102]) == pytest.approx(
        wages[101] / (wages[101] + wages[102])
    )
    assert built.person("home_mortgage_interest")[101] == pytest.approx(9000 * 1.02**8 * 1.1)
    assert wages[103] == wages[104] == 0


# By variable: what the couple's columns come to in 2015, and its growth to 2023 over that of returns.
AMOUNTS = {
    "non_qualified_dividend_income": (30, 1.1),
    "tax_exempt_private_pension_income": (2000, 1.1),
    "reported_social_security": (12_000, 1.1),
    "qualified_tuition_expenses": (700, 1.2),
    "early_withdrawal_penalty": (55, 1.2),
    "rental_income": (-400, 1.2),
    "partnership_income": (6, 1.1),
    "s_corp_income": (6, 1.1),
    "short_term_capital_gains": (-100, 1.05),
    "long_term_capital_gains_before_response": (2000, 1.1),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_columns_become_variables_and_move_by_one_index(built: Built, name: str) -> None:
    """Each by the growth of its own total over that of returns, losses by theirs; then 10 % a head."""
    amount, growth = AMOUNTS[name]
    values = built.person(name)
    assert values[101] + values[102] == pytest.approx(amount * growth * 1.1)


def test_what_belongs_to_the_return_stays_with_it(built: Built) -> None:
    """Two deductions and a gain are the unit's; the weight is moved by the number of returns alone."""
    assert built.unit("unrecaptured_section_1250_gain")[1] == pytest.approx(30 * 1.2 * 1.1)
    assert built.unit("health_savings_account_ald")[1] == pytest.approx(40 * 1.2 * 1.1)
    assert built.unit("household_weight")[1] == pytest.approx(100 * 1.2)


def test_rows_that_sum_up_records_keep_their_weighted_totals(built: Built) -> None:
    """120 records take the place of four rows; every amount comes to what it was over all returns."""
    units = built.of("household_weight", "source.puf")
    assert len(units) == len(RETURNS) - 4 + 120
    ids = pl.read_parquet(built.done["source.puf"].artifact.path(rows_file("person")))["person_household_id"]
    of = dict(zip(sorted(set(ids)), units, strict=True))
    columns = {
        "employment_income_before_lsr": "E00200", "self_employment_income_before_lsr": "E00900",
        "taxable_interest_income": "E00300", "long_term_capital_gains_before_response": "P23250",
    }  # fmt: skip
    for name, column in columns.items():
        values = built.of(name, "source.puf")
        found = sum(of[unit] * value for unit, value in zip(ids, values, strict=True))
        assert found == pytest.approx(sum(r["S006"] / 100 * r.get(column, 0) for r in RETURNS)), name


def test_a_business_is_of_one_kind_and_pays_wages_of_what_it_takes_in(built: Built) -> None:
    """Its income stands in one of two places, with its wages and property beside it; losses pay nobody."""
    own, services = (built.person(f"{kind}self_employment_income_before_lsr") for kind in ("", "sstb_"))
    assert own[301] + services[301] == pytest.approx(own[301] or services[301])
    assert max(own[301], services[301]) == pytest.approx(20_000 * 1.1 * 1.1)
    is_sstb, wages = built.person("business_is_sstb"), built.person("w2_wages_from_qualified_business")
    beside, receipts = built.person("sstb_w2_wages_from_qualified_business"), built.person("has_employees")
    assert all(beside[n] == (wages[n] if is_sstb[n] else 0) for n in wages)
    assert all(wages[n] == 0 for n, employs in receipts.items() if not employs)
    assert any(wages.values())
    qualified = built.person("self_employment_income_would_be_qualified")
    assert not any(qualified[n] for n, is_service in is_sstb.items() if is_service)
