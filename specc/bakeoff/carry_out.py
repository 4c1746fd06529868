"""Carries the cells of bake-offs out, each in a process of its own, with the donors of the bundle's plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.plan.keys import with_keys
from runtime.bakeoffs import operation
from runtime.operations import OPERATIONS
from runtime.running.schedule import upstream
from specc.bakeoff.results import failed, finished
from specc.building import Manner, prepared, surroundings
from specc.checks import budget_of, check_engine, check_memory, check_sources
from specc.prices import priced
from specc.progress import listening
from specc.told import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from compiler.bakeoffs import Trials
    from compiler.plan import Plan
    from runtime.execute import Listener, Run
    from specc.bakeoff.results import Outcome
    from specc.places import Places


@dataclass(frozen=True, slots=True)
class Asked:
    """How cells are to be carried out: where, within how much memory, how many at a time."""

    bundle: Path
    places: Places
    memory: int | None
    jobs: int
    quiet: bool


def carry_out(plan: Plan, bakeoffs: Sequence[Trials], asked: Asked) -> list[list[Outcome]]:
    """Return the outcomes of each bake-off; what is in the store already is not computed again.

    Raises:
        CommandFault: the donors cannot be had; a cell that fails ends nothing.
    """
    whole = with_cells(plan, bakeoffs)
    cells = {trial.node.address for trials in bakeoffs for trial in trials.cells}
    shown = priced(whole, asked.places.store)
    _check(whole, shown, cells, asked)
    needs = {node.address: node.estimate.memory for node in shown.nodes}
    manner = Manner(budget_of(whole, asked.memory), needs, asked.jobs)
    with told(), listening(shown, quiet=asked.quiet) as listener:
        run = _run(whole, cells, asked, listener, manner)
        run.limits = {
            trial.node.address: trials.memory
            for trials in bakeoffs
            for trial in trials.cells
            if trials.memory is not None
        }
        with run.store.in_use():
            run.execute()
            return [_outcomes(trials, run) for trials in bakeoffs]


def with_cells(plan: Plan, bakeoffs: Sequence[Trials]) -> Plan:
    """Return a plan of the cells, and of what they need of the bundle's."""
    cells = [trial.node for trials in bakeoffs for trial in trials.cells]
    needed = upstream(plan.nodes, {address for node in cells for address in node.inputs.nodes()})
    nodes = [node for node in plan.nodes if node.address in needed]
    return replace(plan, nodes=with_keys([*nodes, *cells], plan.seed))


def _check(whole: Plan, shown: Plan, cells: set[str], asked: Asked) -> None:
    """Refuse donors that cannot be made here; a cell that takes too much memory is found out alone."""
    own = [replace(p, nodes=tuple(n for n in p.nodes if n.address not in cells)) for p in (whole, shown)]
    check_memory(own[0], own[1], budget_of(whole, asked.memory))
    check_engine(own[0])
    with told(note=None):
        check_sources(whole, surroundings(whole, asked.bundle, asked.places))


def _run(whole: Plan, cells: set[str], asked: Asked, listener: Listener, manner: Manner) -> Run:
    run = prepared(whole, asked.bundle, asked.places, listener, manner)
    run.operations = {**OPERATIONS, operation.OPERATION: operation.run}
    run.may_fail = frozenset(cells)
    return run


def _outcomes(trials: Trials, run: Run) -> list[Outcome]:
    return [
        failed(trials, trial, run.failed[trial.node.address])
        if trial.node.address in run.failed
        else finished(trials, trial, run.done[trial.node.address])
        for trial in trials.cells
    ]
