"""The facts of specs/us_ecps, read from the published tables: how many there are, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from compiler.catalog.engine import engine_catalog
from compiler.catalog.lock import read_lock
from compiler.context import Context
from compiler.geography import states
from compiler.load import load
from compiler.planning import plan_of
from compiler.steps.targets import facts_node
from runtime.execute import Run
from runtime.operations.fact_identity import check_identities, with_identity
from runtime.store import Store
from runtime.surroundings import Surroundings

if TYPE_CHECKING:
    from compiler.diagnostics import Diagnostic
    from compiler.model.targets import Target
    from compiler.plan import Node
    from runtime.store import Artifact

ECPS = Path(__file__).resolve().parents[2] / "specs" / "us_ecps"
pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.timeout(600)]

# Of the 3,514 columns of the enhanced CPS, 480 of IRS tables are 268 + 160 + 30 + 20 here, and two that stand
# in two tables. Population has no Puerto Rico (2); one total of the CBO, one of infants and one of premium
# credits are stated by other facts; five are effects of reforms; costs of Medicaid depend on all weights. Ten
# zeros of taxable returns and twelve of the earned income credit are left out, as they are there later. Two
# totals of that credit are new, 67 are not trained on.
NUMBERS = {
    "soi_taxable": 258, "soi_investment": 160, "soi_sources": 36, "soi_filers": 19, "soi_top": 20,
    "soi_credits": 4, "soi_tested": 60, "age": 86, "totals_person": 23, "totals_2023": 2, "roth_ira": 1,
    "self_employed_pensions": 1, "income_tax": 1, "filers": 6, "totals_spm_unit": 4, "totals_household": 3,
    "eitc_nation": 2, "eitc_detail": 212, "marketplace_spending": 1, "part_b_by_age": 9, "child_credits": 4,
    "itemised_taxes": 2, "population_state": 102, "age_state": 900, "agi_state": 1020,
    "snap_state": 102, "medicaid_state": 51, "marketplace_state": 51, "aca_ptc_state": 102, "eitc_state": 102,
    "housing_state": 102, "itemised_taxes_state": 102,
}  # fmt: skip
# What the tables come to, before they are aged: (target, family) to a total and how exactly it is told.
TOTALS = {
    ("age", "people"): (336_482_168, 1e-9),
    ("population_state", "people"): (338_120_586 - 3_205_691, 1e-9),
    ("age_state", "people"): (334_235_924, 1e-9),
    ("agi_state", "agi"): (14.676e12, 1e-4),
    ("agi_state", "returns"): (158.71e6, 1e-4),
    ("snap_state", "households"): (22_177_091, 1e-7),
    ("snap_state", "snap"): (93.658e9, 1e-5),
    ("medicaid_state", "medicaid_enrolment"): (71_548_637, 1e-9),
    ("marketplace_state", "marketplace_enrolment"): (19_771_819, 1e-9),
    ("marketplace_spending", "advance_payments"): (127.2e9, 1e-3),
    ("aca_ptc_state", "returns"): (7_838_400, 1e-9),
    ("aca_ptc_state", "amount"): (53.894e9, 1e-5),
    ("eitc_nation", "returns"): (24.0e6 - 1e4, 1e-9),
    ("eitc_nation", "amount"): (69.6e9 - 2.5e7, 1e-9),
    ("eitc_detail", "returns"): (24.086e6, 1e-4),
    ("eitc_detail", "amount"): (60.069e9, 1e-5),
    ("housing_state", "rent"): (764.93e9, 1e-5),
    ("housing_state", "real_estate_taxes"): (370.01e9, 1e-4),
    ("soi_filers", "returns"): (160.60e6, 1e-4),
}
# Of IRS tables, one of the rows: the total of all returns. Taxable returns alone are not told of.
ALL_RETURNS = {
    "capital_gains_gross": 966.2e9,
    "ordinary_dividends": 504.2e9,
    "qualified_dividends": 336.1e9,
    "taxable_interest_income": 313.8e9,
}


class _Silent:
    """A listener that says nothing."""

    def started(self, node: Node) -> None:
        """Say nothing."""

    def progressed(self, node: Node, done: int, total: int) -> None:
        """Say nothing."""

    def finished(self, node: Node, action: str, seconds: float) -> None:
        """Say nothing."""

    def warned(self, message: str) -> None:
        """Say nothing."""


def _made_up(folder: Path) -> Path:
    """Write the one table that cannot be fetched, IRS Historic Table 2: rows of states and of the nation."""
    folder.mkdir()
    postal = [*(state.postal for state in states()), "OA"]
    header = "STATE,AGI_STUB,N18500,A18500,N07225,A07225,N11070,A11070"
    rows = [f"{state},{stub},100,1000,10,20,5,7" for state in postal for stub in (0, 1)]
    lines = [header, *rows, "US,0,5100,51000,510,1020,255,357", ""]
    (folder / "soi_geography.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class _Read:
    """The facts of every target that the calibration names, with what each was aged by."""

    tables: dict[str, pl.DataFrame]
    aged: dict[str, dict[str, float]]
    diagnostics: list[Diagnostic]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> _Read:
    """Read the facts as a run does."""
    folder = tmp_path_factory.mktemp("facts")
    recipe = load(ECPS).recipe
    assert recipe is not None
    context = Context(recipe, engine_catalog("policyengine_us"), read_lock(ECPS))
    names = recipe.calibrations["national"].spec.targets
    addresses = {name: str(facts_node(context, recipe.targets[name])) for name in names}
    plan = plan_of(context)
    own, files = _made_up(folder / "own"), plan.metadata["files"]
    where = Surroundings(ECPS, folder / "cache", own, files, folder / "chunks")
    done = Run(plan, Store(folder / "store"), where, _Silent()).execute()
    artifacts = {name: done[address].artifact for name, address in addresses.items()}
    tables = {name: pl.read_parquet(found.path("facts.parquet")) for name, found in artifacts.items()}
    aged = {name: _aged(recipe.targets[name].spec, found) for name, found in artifacts.items()}
    return _Read(tables, aged, context.diagnostics)


def _aged(spec: Target, artifact: Artifact) -> dict[str, float]:
    """Return by the name of a family what its facts were multiplied by to be of 2024."""
    said: Any = artifact.manifest["predicate"]
    names = {row: family.name or row for row, family in spec.families.items()}
    return {names.get(row, row): factor for row, factor in said["x-specc"].get("aged", {}).items()}


def test_the_tables_are_read_as_the_recipe_says(read: _Read) -> None:
    """Nothing is wrong with any target, and each becomes so many facts."""
    assert read.diagnostics == []
    assert {name: table.height for name, table in read.tables.items()} == NUMBERS


def test_every_fact_is_a_number(read: _Read) -> None:
    """Some are below zero; none is missing."""
    values = pl.concat([table["value"] for table in read.tables.values()])
    assert values.is_finite().all()
    zero = {name: int((table["value"] == 0).sum()) for name, table in read.tables.items()}
    assert {name: number for name, number in zero.items() if number} == {
        "part_b_by_age": 1, "soi_tested": 2, "totals_person": 2
    }  # fmt: skip


@pytest.mark.parametrize(("target", "family"), TOTALS)
def test_totals_are_those_of_the_tables(read: _Read, target: str, family: str) -> None:
    """What facts come to, taken back to the year of their table."""
    wanted, within = TOTALS[target, family]
    rows = read.tables[target].filter(pl.col("family") == family)
    factor = read.aged[target].get(family, 1.0)
    assert float(rows["value"].sum()) / factor == pytest.approx(wanted, rel=within)


@pytest.mark.parametrize("family", ALL_RETURNS)
def test_totals_of_all_returns_stand_beside_their_bands(read: _Read, family: str) -> None:
    """The sum of the bands is the total of the table, to the rounding of thousands."""
    rows = read.tables["soi_investment"].filter(pl.col("family") == family)
    is_total = rows["lower"].is_infinite() & rows["upper"].is_infinite()
    total, bands = (float(rows.filter(chosen)["value"].sum()) for chosen in (is_total, ~is_total))
    assert bands == pytest.approx(total, rel=1e-6)
    assert total / read.aged["soi_investment"][family] == pytest.approx(ALL_RETURNS[family], rel=1e-3)


def test_facts_are_aged_by_totals_never_backwards(read: _Read) -> None:
    """Money and people of 2024 are more than those of 2022 and 2023."""
    factors = {f"{t}.{family}": f for t, said in read.aged.items() for family, f in said.items()}
    assert len(factors) > 70
    assert {name for name, factor in factors.items() if factor < 1} == {
        "soi_sources.unemployment_compensation", "eitc_detail.returns"
    }  # fmt: skip
    assert max(factors.values()) == pytest.approx(1.632, abs=0.001)


def test_no_fact_is_stated_twice_and_some_are_held_out(read: _Read) -> None:
    """Each has one role; 3,469 are trained on."""
    recipe = load(ECPS).recipe
    assert recipe is not None
    roles = pl.concat([table["role"] for table in read.tables.values()]).value_counts()
    assert dict(roles.iter_rows()) == {"train": 3469, "holdout": 60, "audit": 19}
    check_identities([
        with_identity(_identified(recipe.targets[name].spec), table).with_columns(pl.lit(name).alias("name"))
        for name, table in read.tables.items()
    ])  # fmt: skip


def _identified(spec: Target) -> dict[str, Any]:
    """Return what tells the facts of a target from those of others, as the matrix has it."""
    return {
        "entity": spec.entity,
        "domain": spec.domain,
        "band": spec.bands.of if spec.bands else None,
        "match": sorted(spec.match),
        "families": {name: family.sum for name, family in spec.named.items()},
        "periods": {name: 2024 if family.aged_by else spec.period for name, family in spec.named.items()},
    }
