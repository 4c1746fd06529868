"""The shipped bundle, run from its published files on a small sample, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import polars as pl
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "specs" / "us_open"
pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network, pytest.mark.timeout(900)]


def _specc(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specc", *arguments]
    environment = os.environ | {"SPECC_STORE": str(home / "store"), "COLUMNS": "160"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a store and the outputs of two runs of one plan."""
    folder = tmp_path_factory.mktemp("us_open")
    for out in ("first", "second"):
        done = _specc("run", str(BUNDLE), "--sample", "2%", "--out", str(folder / out), home=folder)
        (folder / f"{out}.log").write_text(done.stdout + done.stderr)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_second_run_reuses_every_step_and_gives_the_same_bytes(home: Path) -> None:
    """Data files are equal to the byte; only what the manifests say of time differs."""
    first, second = _files(home / "first"), _files(home / "second")
    data = {name for name in first if not name.endswith("manifest.json")}
    assert first.keys() == second.keys()
    assert {name: first[name] for name in data} == {name: second[name] for name in data}
    manifest = json.loads(second["run.manifest.json"])
    actions = manifest["predicate"]["runDetails"]["metadata"]["x-specc-actions"]
    assert set(actions.values()) == {"reused"}


def test_the_run_shows_fit_weights_and_aggregates(home: Path) -> None:
    """What it takes to judge the dataset is on the screen: raw beside calibrated, holdout, benchmarks."""
    log = (home / "first.log").read_text()
    for shown in ("holdout", "few carriers", "effective sample size", "income_tax", "aca_ptc", "SSA"):
        assert shown.lower() in log.lower()


def test_every_fact_is_in_the_ledger_with_its_carriers(home: Path) -> None:
    """Facts with few carriers are reported, not dropped."""
    facts = pl.read_parquet(home / "first" / "facts.parquet")
    assert facts.height >= 700
    few = facts.filter(pl.col("status") == "few carriers")
    assert few.height > 0
    assert few["carriers"].max() < 20  # type: ignore[operator]
    assert facts.filter(pl.col("status") == "train")["carriers"].min() >= 20  # type: ignore[operator]


def test_at_least_a_tenth_of_the_families_is_held_out(home: Path) -> None:
    """The holdout is whole families, so that no trained fact implies a held-out one by construction."""
    families = pl.read_parquet(home / "first" / "facts.parquet").select("target", "family", "role").unique()
    assert families.filter(pl.col("role") == "holdout").height >= 0.1 * families.height


def test_clones_start_at_zero_and_take_up_weight(home: Path) -> None:
    """Calibration activates the copies."""
    households = pl.read_parquet(home / "first" / "tables" / "household.parquet")
    clones = households.filter(pl.col("household_is_puf_clone"))
    tail = households.filter(pl.col("household_is_tail_clone"))
    assert clones.height * 2 == households.height - tail.height
    assert (clones["household_weight"] > 1).mean() > 0.5  # type: ignore[operator]
    assert (tail["household_weight"] > 1).mean() > 0.5  # type: ignore[operator]
    assert clones["household_id"].is_in(tail["household_id"].to_list()).sum() == 0


def test_the_tail_carries_what_the_survey_does_not(home: Path) -> None:
    """Carriers are told by originals and clones; with the tail more of the top has them."""
    facts = pl.read_parquet(home / "first" / "facts.parquet")
    halves = [f"carriers_{name}" for name in ("originals", "puf_support", "tail_support")]
    assert facts.select(pl.sum_horizontal(halves))[halves[0]].equals(facts["carriers"])
    top = facts.filter(
        (pl.col("lower") >= 2e6) & (pl.col("family").is_in(["agi", "wages", "ordinary_dividends"]))
    )
    assert top["carriers_tail_support"].sum() > 5 * top["carriers_originals"].sum()
    told = json.loads((home / "first" / "report.json").read_text())["calibration"]["national"]["carriers"]
    with_one = [told["with"]["puf_support"], told["with"]["tail_support"]]
    assert told["originals"] > max(with_one) >= min(with_one) > told["all"]
    assert told["all"] == facts.filter(pl.col("status") == "few carriers").height


def test_incomes_of_the_tail_are_those_of_one_family(home: Path) -> None:
    """Every copy has what its donor family has, and no copy but the heads of returns has a donor."""
    persons = pl.read_parquet(home / "first" / "tables" / "person.parquet")
    copies = persons.filter(
        pl.col("person_is_tail_clone") & pl.col("donor_of_incomes_of_the_top_incomes").is_not_null()
    )
    assert (copies["tax_unit_role_input"] == "HEAD").all()
    by = copies.group_by("donor_of_incomes_of_the_top_incomes").agg(
        pl.col("s_corp_income").n_unique().alias("n")
    )
    assert (by["n"] == 1).all()


def test_the_file_holds_what_the_tables_hold(home: Path) -> None:
    """The engine's file and the Parquet tables are the same data."""
    households = pl.read_parquet(home / "first" / "tables" / "household.parquet")
    with h5py.File(home / "first" / "us_open_2023.h5") as file:
        weights = file["household_weight/2023"][:]
        ids = file["household_id/2023"][:]
    np.testing.assert_array_equal(ids, households["household_id"].to_numpy())
    np.testing.assert_array_equal(weights, households["household_weight"].cast(pl.Float32).to_numpy())


@pytest.mark.soak
def test_the_engine_loads_the_file_and_agrees_on_income_tax(home: Path) -> None:
    """`Microsimulation(dataset=...)` gives the same weighted income tax as the build's own validation."""
    code = (
        "from policyengine_us import Microsimulation\n"
        f"sim = Microsimulation(dataset={str(home / 'first' / 'us_open_2023.h5')!r})\n"
        "print('TOTAL', float(sim.calculate('income_tax_before_refundable_credits', 2023).sum()))\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)
    assert done.returncode == 0, done.stderr
    total = float(next(line for line in done.stdout.splitlines() if line.startswith("TOTAL")).split()[1])
    report = json.loads((home / "first" / "report.json").read_text())
    ours = report["validation"]["programs"]["income_tax"]["total"]
    assert total == pytest.approx(ours, rel=1e-4)
