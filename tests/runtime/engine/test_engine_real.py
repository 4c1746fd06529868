"""The real engine: chunked by us against whole by itself, from the dataset we wrote; one run for all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from engine_facts import committed_facts
from engine_population import columns_of, population, write_population

from runtime.engine.dataset import write_dataset
from runtime.engine.installed import ENGINE, installed_version
from runtime.engine.materialise import materialise
from runtime.engine.request import Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = [pytest.mark.engine, pytest.mark.soak]

HOUSE = Path(__file__).parents[3]
SNAPSHOT = HOUSE / "schemas" / "engines" / "policyengine_us.jsonl"
OWNERS = {
    "adjusted_gross_income": "tax_unit",
    "filing_status": "tax_unit",
    "income_tax": "tax_unit",
    "eitc": "tax_unit",
    "employment_income": "person",
    "ssi": "person",
    "snap": "spm_unit",
    "aca_ptc": "tax_unit",
    "household_size": "household",
}


@dataclass(frozen=True)
class Runs:
    """The two results: ours in chunks (a folder of Parquet), the engine's own (a folder of arrays)."""

    inputs: Path
    ours: Path
    theirs: Path

    def chunked(self, name: str) -> NDArray[Any]:
        """Return a variable as we computed it, in five chunks."""
        return pl.read_parquet(self.ours / f"{OWNERS[name]}.parquet")[name].to_numpy()

    def whole(self, name: str) -> NDArray[Any]:
        """Return a variable as `Microsimulation` computed it from the dataset file."""
        values: NDArray[Any] = np.load(self.theirs / f"{name}.npy")
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """Return what else the probe found out."""
        facts: dict[str, Any] = json.loads((self.theirs / "facts.json").read_text(encoding="utf-8"))
        return facts


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Run both at the same time on 60 households, each in one process of its own."""
    folder = tmp_path_factory.mktemp("engine")
    tables = population(60)
    fips = (
        pl.col("state_fips")
        .cast(pl.String)
        .replace_strict({"6": "06037", "12": "12086", "25": "25025"}, default="")
    )
    tables["household"] = tables["household"].with_columns(county_fips=fips)
    runs = Runs(write_population(folder / "in", tables), folder / "ours", folder / "theirs")
    dataset = folder / "population.h5"
    write_dataset(dataset, columns_of(tables), period=2023, catalog=committed_facts())
    probe = _start_probe(dataset, runs)
    version = installed_version() or ""
    request = Request(ENGINE, version, 2023, runs.inputs, tuple(OWNERS), 12, 1, runs.ours)
    materialise(request, lambda _done, _total: None)
    _, errors = probe.communicate()
    assert probe.returncode == 0, errors[-2000:]
    return runs


def _start_probe(dataset: Path, runs: Runs) -> subprocess.Popen[str]:
    runs.theirs.mkdir()
    script = str(Path(__file__).with_name("engine_probe.py"))
    return subprocess.Popen(
        [sys.executable, script, str(dataset), str(runs.inputs), str(runs.theirs), *OWNERS],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HOUSE), "PYTHONWARNINGS": "ignore"},
    )


@pytest.mark.parametrize("name", OWNERS)
def test_five_chunks_equal_the_engine_on_the_whole_dataset_file(runs: Runs, name: str) -> None:
    """Every bit; and the variable is not constant, so that equality means something."""
    ours, theirs = runs.chunked(name), runs.whole(name)
    assert (ours == theirs).all()
    assert len(set(ours.tolist())) > 1
    assert ours.dtype.kind != "f" or ours.dtype == np.float32


def test_monthly_amounts_are_summed_over_the_year(runs: Runs) -> None:
    """SNAP of a year is the sum of its twelve months, not one of them."""
    months = runs.whole("months")
    assert np.array_equal(runs.chunked("snap"), months.sum(axis=0))
    assert runs.chunked("snap").max() > months.max()


def test_enumerations_come_as_member_names(runs: Runs) -> None:
    """The names of the catalog, not labels or positions."""
    members = committed_facts().facts("filing_status").values or ()
    assert set(runs.chunked("filing_status").tolist()) <= set(members)


def test_the_engine_reads_period_and_county_from_the_dataset_file(runs: Runs) -> None:
    """The year becomes the default period, and text FIPS codes their counties."""
    assert runs.facts["period"] == "2023"
    assert {"LOS_ANGELES_COUNTY_CA", "MIAMI_DADE_COUNTY_FL"} <= set(runs.facts["county"])


def test_the_committed_catalog_is_what_the_engine_says(runs: Runs) -> None:
    """A fresh snapshot has the same bytes, in all three files; what is known by hand stands in a fourth."""
    fresh = {path.name: path.read_bytes() for path in (runs.theirs / "catalog").iterdir()}
    assert len(fresh) == 3
    committed = [path for path in SNAPSHOT.parent.glob("policyengine_us.*") if ".units." not in path.name]
    assert fresh == {path.name: path.read_bytes() for path in committed}


def test_population_wide_variables_are_noticed_behind_others(runs: Runs) -> None:
    """A variable that only reads a decile is refused when the engine gets to the decile."""
    message = (
        "`household_income_decile` depends on the whole population, which 2 chunks would cut into pieces"
    )
    assert runs.facts["wide"] == message


def test_columns_are_held_against_the_engine(runs: Runs) -> None:
    """Unknown names and wrong entities are told before the first chunk; lengths never decide."""
    assert runs.facts["refused"] == [
        "column `rent_` of person.parquet is no variable of the engine",
        "column `state_fips` of person.parquet belongs to household",
    ]
    assert runs.facts["unknown"] == "the engine has no variable `zebra`"
