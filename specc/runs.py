"""The folder that a run publishes: what its files are called, and the plan that it carried out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.plan.addresses import draw_of, in_first_draw
from compiler.plan.draws import file_in_draw
from specc.exits import Exit
from specc.faults import CommandFault
from specc.saved import read_plan

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from compiler.plan import Plan

RUN_MANIFEST, PLAN, REPORT, FACTS = "run.manifest.json", "plan.json", "report.json", "facts.parquet"
STAGES, REPLICATES, INTERVALS = "stages.parquet", "replicates.parquet", "intervals.parquet"
NUMBERS, COVERAGE, NODES = "numbers.parquet", "coverage.parquet", "nodes"
SIDECAR = ".manifest.json"


def node_file(address: str) -> str:
    """Return where a run publishes the manifest of a node."""
    return f"{NODES}/{address}{SIDECAR}"


def facts_file(calibration: str, calibrations: Collection[str]) -> str:
    """Return where a run publishes the facts of a calibration, which may be that of another draw.

    Its name is in the file's where a bundle has several.
    """
    return file_of(FACTS, calibration, calibrations)


def file_of(file: str, calibration: str, calibrations: Collection[str]) -> str:
    """Return what a file of a calibration is called, which may be that of another draw."""
    first, draw = in_first_draw(calibration), draw_of(calibration)
    is_alone = all(in_first_draw(each) == first for each in calibrations)
    stem = file.removesuffix(".parquet")
    return file_in_draw(file if is_alone else f"{stem}.{first}.parquet", draw)


def is_run(folder: Path) -> bool:
    """Tell whether `specc run` published the folder."""
    return (folder / RUN_MANIFEST).is_file()


def plan_of_run(folder: Path) -> Plan:
    """Return the plan that a published run carried out.

    Raises:
        CommandFault: no run published it, or its plan is not the one that its manifest vouches for (3).
    """
    if not is_run(folder):
        raise CommandFault(
            Exit.USAGE,
            f"{folder} is a folder, and no `specc run` published it"
            if folder.exists()
            else f"there is no folder {folder}",
            remedy="name the folder of a run, a plan.json, or a git ref "
            "(`refs/heads/NAME` where a folder has the name of a branch)",
        )
    file = folder / PLAN
    if not file.is_file():
        remedy = "run it again, or name a plan.json"
        raise CommandFault(Exit.USAGE, f"the run in {folder} has lost its {PLAN}", remedy=remedy)
    plan = read_plan(file)
    if plan.key != _key_of(folder):
        remedy = f"run it again, or name {file} itself to compare with that plan"
        message = f"{file} is not the plan that {RUN_MANIFEST} vouches for"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)
    return plan


def _key_of(folder: Path) -> str | None:
    """Return the plan key that a run's manifest names, None where it is no manifest of a run."""
    try:
        manifest = json.loads((folder / RUN_MANIFEST).read_bytes())
    except ValueError:
        return None
    match manifest:
        case {"predicate": {"buildDefinition": {"internalParameters": {"planKey": str(key)}}}}:
            return key
    return None
