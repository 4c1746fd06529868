"""What the engine itself says, in its own process: `engine_probe.py H5 INPUTS OUT VARIABLE...`.

Writes to OUT: `catalog/` (a fresh snapshot), `<variable>.npy` (by `Microsimulation`, from the dataset file,
the whole population at once), `months.npy` (SNAP, month by month) and `facts.json`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import polars as pl

from runtime.engine.entities import ENTITIES
from runtime.engine.errors import EngineError
from runtime.engine.installed import load_system
from runtime.engine.simulate import check_request, compute, guard_population_wide
from runtime.engine.snapshot import write_snapshot

PERIOD = 2023


def main(dataset: str, inputs: str, out: str, *variables: str) -> None:
    """Answer everything in one import of the engine."""
    folder = Path(out)
    write_snapshot(folder / "catalog" / "policyengine_us.jsonl")
    simulation = importlib.import_module("policyengine_us").Microsimulation(dataset=dataset)
    for name in variables:
        values = np.asarray(simulation.calculate(name, PERIOD).values)
        # Enumerations come as pandas strings here; fixed width needs no pickling.
        np.save(folder / f"{name}.npy", values.astype(np.str_) if values.dtype.kind == "O" else values)
    months = [simulation.calculate("snap", f"{PERIOD}-{month:02d}").values for month in range(1, 13)]
    np.save(folder / "months.npy", np.array(months))
    facts = {
        "period": str(simulation.default_calculation_period),
        "county": sorted(set(simulation.calculate("county", PERIOD).values)),
        "refused": [_refusal(columns) for columns in ({"person": ["rent_"]}, {"person": ["state_fips"]})],
        "unknown": _refusal({}, ("zebra",)),
        "wide": _wide(Path(inputs)),
    }
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def _wide(inputs: Path) -> str | None:
    tables = {entity: pl.read_parquet(inputs / f"{entity}.parquet") for entity in ENTITIES}
    guard_population_wide(load_system(), chunks=2)
    try:
        # Not on the list itself: it reads a variable that is.
        compute(load_system(), tables, ("income_decile",), PERIOD)
    except EngineError as error:
        return error.message
    return None


def _refusal(columns: dict[str, list[str]], variables: tuple[str, ...] = ()) -> str | None:
    try:
        check_request(load_system(), variables, columns)
    except EngineError as error:
        return error.message
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
