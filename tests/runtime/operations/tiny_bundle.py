"""A bundle of a few dozen made-up households, compiled and run without the engine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from runtime_harness import Listening, surroundings

from compiler.catalog.lock import LockedColumn, LockedSource, render_lock
from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity
from compiler.load import load
from runtime.execute import Run
from runtime.locking import Wanted, describe_sources
from runtime.store import Store

if TYPE_CHECKING:
    from compiler.plan import Plan

TINY = Path(__file__).with_name("tiny")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the bundle into a folder, with some words of its recipe changed, and lock its sources."""
    shutil.copytree(TINY, folder)
    recipe = folder / "recipe.yaml"
    text = recipe.read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    recipe.write_text(text)
    (folder / "sources.lock").write_text(_lock(folder))
    return folder


CONSTRAINED = (
    (
        "constraints:\n  housing:\n    entity: person\n    where: is_head\n    rules:\n"
        "      - {part: real_estate_taxes, whole: employment_income_before_lsr, adjust: part}\n"
        "      - {at_least: 0, of: [real_estate_taxes, taxable_interest_income]}\n"
        "      - {at_most: case when age < 40 then 40 else 900 end, of: [taxable_interest_income]}\n"
    ),
    "    - uprate: to_2023\n    - constrain: housing\n",
)


def constrained(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the bundle with constraints on what is drawn, and lock its sources."""
    written(folder, *changes)
    constraints, step = CONSTRAINED
    (folder / "constraints.yaml").write_text(constraints)
    bundle = folder / "bundle.yaml"
    bundle.write_text(bundle.read_text().replace("    - uprate: to_2023\n", step))
    return folder


SETS = """\
derivations:
  housing:
    entity: person
    values: {pre_subsidy_rent: {value: 12, where: is_head, elsewhere: zero}}
draws:
  take_up:
    values:
      takes_up_eitc: {entity: tax_unit, rate: 0.8, source: nobody published this}
      takes_up_snap_if_eligible: {entity: spm_unit, rate: 0.8, source: nobody published this}
"""


def with_sets(folder: Path) -> Path:
    """Write the bundle with a variable that is derived and two that are drawn, and lock its sources."""
    written(folder)
    (folder / "sets.yaml").write_text(SETS)
    bundle = folder / "bundle.yaml"
    step = "    - uprate: to_2023\n"
    steps = f"{step}    - derive: housing\n    - draw: take_up\n"
    bundle.write_text(bundle.read_text().replace(step, steps))
    return folder


REPEATED = """\
    replicates: {scheme: bootstrap, count: 3, strata: state_fips}
    rotation: {by: place, folds: 2}
    stages: {first: {most: 2}, rest: {}}
    minimum_carriers: 3
"""


def repeated(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the bundle with stages, replicates and a rotation of its calibration, and lock its sources."""
    return written(folder, ("    minimum_carriers: 3\n", REPEATED), *changes)


def with_draws(folder: Path, draws: int) -> Path:
    """Write the bundle with several draws, and lock its sources."""
    written(folder)
    bundle = folder / "bundle.yaml"
    text = bundle.read_text()
    assert text.count("\n  pipeline:") == 1
    bundle.write_text(text.replace("\n  pipeline:", f"\n  draws: {draws}\n  pipeline:"))
    return folder


def _lock(folder: Path) -> str:
    loaded = load(folder).recipe
    assert loaded is not None
    specs = {name: source.spec for name, source in loaded.sources.items()}
    files = {name: spec.parts[0] for name, spec in specs.items()}
    wanted = [Wanted(name, file.locator, file.digest, None) for name, file in files.items()]
    described = describe_sources(wanted, folder / "cache", None, folder, lambda _: None)
    locked = {
        name: LockedSource(
            files[name].content, specs[name].licence, files[name].locator, rows,
            {c: LockedColumn(c, *f) for c, f in columns.items()},
        )
        for name, (rows, columns) in described.items()
    }  # fmt: skip
    return render_lock(locked)


def planned(folder: Path, *, sample: float | None = None) -> Plan:
    """Compile a written bundle."""
    compiled = compile_bundle(folder, sample=sample)
    errors = [found.message for found in compiled.diagnostics if found.severity is Severity.ERROR]
    assert errors == []
    assert compiled.plan is not None
    return compiled.plan


def run_of(plan: Plan, folder: Path, store: Store | None = None) -> tuple[Run, Listening]:
    """Return a run of a plan whose bundle is a folder, and who listens to it."""
    listening = Listening()
    files = plan.metadata["files"]
    return Run(plan, store or Store(folder / "store"), surroundings(folder, files), listening), listening
