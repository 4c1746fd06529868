"""The variants of a bundle that lack a clone, each built as far as its calibrated weights."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from runtime.operations.calibrate import FITS, REPORT
from runtime.running.room import in_hand
from runtime.running.schedule import upstream
from runtime.tables import stored
from specc.building import Manner, prepared, surroundings
from specc.checks import budget_of, check_engine, check_libraries, check_memory, check_methods, check_sources
from specc.exits import Exit
from specc.prices import priced
from specc.progress import listening
from specc.sound import side_of
from specc.told import told

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from compiler.plan import Node, Plan
    from runtime.execute import Done, Run
    from runtime.others.sound import Side
    from specc.places import Places

WHOLE = "whole"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class How:
    """How variants are built: where, within how much memory, how many steps at a time."""

    bundle: Path
    places: Places
    memory: int | None
    jobs: int | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class Built:
    """A variant: its calibrated weights with their facts, what it is without, what its calibration says."""

    side: Side
    without: tuple[str, ...]
    fits: pl.DataFrame
    report: Json


def left_out(plan: Plan) -> list[tuple[str, ...]]:
    """Return what each variant of a plan is without: nothing, every clone alone, and all of several."""
    clones = tuple(
        node.address for node in plan.nodes if node.operation == "clone" and "@" not in node.address
    )
    alone = [(clone,) for clone in clones]
    return [(), *alone, *([clones] if len(clones) > 1 else [])]


def name_of(without: tuple[str, ...]) -> str:
    """Return what a variant is called."""
    named = " and ".join(clone.partition(".")[2] for clone in without)
    return f"without {named}" if named else WHOLE


def built(plan: Plan, calibration: str, how: How) -> Built:
    """Build a variant as far as its calibrated weights; what the store has is reused.

    Raises:
        CommandFault: it cannot be built here, or a step failed.
    """
    node = plan.node(f"calibrate.{calibration}")
    part = replace(
        plan, nodes=tuple(n for n in plan.nodes if n.address in upstream(plan.nodes, {node.address}))
    )
    shown = priced(part, how.places.store)
    budget = budget_of(part, how.memory)
    _check(part, shown, budget, how)
    manner = Manner(budget, {each.address: in_hand(each.estimate) for each in shown.nodes}, how.jobs)
    with told(mismatch=Exit.STALE), listening(shown, quiet=how.quiet) as listener:
        run = prepared(part, how.bundle, how.places, listener, manner)
        with run.store.in_use():
            run.execute()
            return _read(run, node)


def _check(part: Plan, shown: Plan, budget: int, how: How) -> None:
    check_libraries()
    check_memory(part, shown, budget)
    check_engine(part)
    check_methods(part)
    with told(note=None):
        check_sources(part, surroundings(part, how.bundle, how.places))


def _read(run: Run, node: Node) -> Built:
    calibrated: Done = run.done[node.address]
    matrix = run.done[node.inputs.artifacts["matrix"]].artifact
    without = run.plan.without
    report: Json = json.loads(calibrated.artifact.path(REPORT).read_text(encoding="utf-8"))
    fits = stored(calibrated.artifact.path(FITS))
    return Built(side_of(name_of(without), calibrated.artifact, matrix), without, fits, report)
