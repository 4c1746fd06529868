"""A published run as it is read back: its plan, its manifests, its reports, its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from runtime.store import Output
from specc.exits import Exit
from specc.faults import CommandFault
from specc.run_files import Json, damaged, lost, read_json
from specc.runs import COVERAGE, NUMBERS, REPORT, RUN_MANIFEST, facts_file, node_file, plan_of_run

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan

OURS = "x-specc"


@dataclass(frozen=True)
class Published:
    """The folder of a run, whose plan is the one that its manifest vouches for."""

    folder: Path
    plan: Plan

    @cached_property
    def manifest(self) -> Json:
        """What the run's manifest says."""
        return read_json(self.folder / RUN_MANIFEST)

    @cached_property
    def report(self) -> Json:
        """What `report.json` says: calibrations, validations and gates by name."""
        return read_json(self.folder / REPORT)

    @cached_property
    def nodes(self) -> dict[str, Json]:
        """What the manifest of each node says, by address, in the order of the plan."""
        return {node.address: read_json(self.folder / node_file(node.address)) for node in self.plan.nodes}

    @cached_property
    def numbers(self) -> pl.DataFrame:
        """The numbers of every variable after every step."""
        return self.table(NUMBERS)

    @cached_property
    def facts(self) -> dict[str, pl.DataFrame]:
        """The facts of each calibration beside their estimates, by its name."""
        names = list(self.report.get("calibration", {}))
        return {name: self.table(facts_file(name, names)) for name in names}

    @cached_property
    def coverage(self) -> pl.DataFrame:
        """What became of every row of the tables of facts."""
        return self.table(COVERAGE)

    def said(self, address: str) -> Json:
        """Return what the manifest of a node says of its data."""
        said: Json = self.nodes[address]["predicate"][OURS]
        return said

    def measured(self, address: str) -> Json:
        """Return what was measured when a node was built: `wallSeconds`, `peakBytes`, and more."""
        measured: Json = self.nodes[address]["predicate"]["runDetails"]["metadata"].get(OURS, {})
        return measured

    def table(self, name: str) -> pl.DataFrame:
        """Return a published Parquet table.

        Raises:
            CommandFault: it is not there, or is none (3).
        """
        path = self.folder / name
        if not path.is_file():
            raise lost(path)
        try:
            return pl.read_parquet(path, glob=False, hive_partitioning=False)
        except pl.exceptions.PolarsError as error:
            raise damaged(path) from error


def published_run(folder: Path) -> Published:
    """Return the run that was published to a folder.

    Raises:
        CommandFault: no run published it, or its plan is not the one that its manifest vouches for (3).
    """
    run = Published(folder, plan_of_run(folder))
    _require_whole(folder / RUN_MANIFEST, run.manifest)
    return run


def _require_whole(path: Path, manifest: Json) -> None:
    """Refuse a manifest that lacks what everything rests on."""
    match manifest:
        case {
            "subject": [*subjects],
            "predicate": {
                "runDetails": {
                    "builder": {"version": {}},
                    "metadata": {"finishedOn": str(), "x-specc-actions": {}},
                },
                "x-specc": {"nodes": [*_]},
            },
        }:
            try:
                _ = [Output.from_subject(subject) for subject in subjects]
            except ValueError as error:
                raise _no_manifest(path) from error
        case _:
            raise _no_manifest(path)


def _no_manifest(path: Path) -> CommandFault:
    return CommandFault(Exit.USAGE, f"{path} is no manifest of a run", remedy="run it again")
