"""`calibrate`: weights that meet the trained facts, and how well they meet those they never saw."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.calibration.problem import Problem
from runtime.errors import NodeFailed
from runtime.operations.activation import activation
from runtime.operations.carriers import carriers_of, few_of, with_carriers
from runtime.operations.fits import Facts, half, read_facts, report_of, table_of
from runtime.operations.solving import conflicts_of, method_of, solved, told
from runtime.operations.stages import by_stages
from runtime.operations.tolerances import importance_of, with_tolerances

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.calibration.methods import Method
    from runtime.calibration.solvers.protocol import Solved
    from runtime.frames import FrameReader
    from runtime.task import Task

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

FITS, REPORT, STAGES = "fits.parquet", "report.json", "stages.parquet"


def run(task: Task) -> None:
    """Solve for the weights and report every fact beside its estimate, raw and calibrated.

    Raw weights are the stored ones, scaled; the solver starts from the internal ones, where a clone whose
    stored weight is zero has its share. Of every fact the ledger says what it was used for: `train`,
    `holdout`, `audit`, or `few carriers` where too few households could move it.

    Raises:
        NodeFailed: the solver found no answer, or there is nothing to scale the start to.
    """
    parameters, reader = task.parameters, task.frame()
    stored, internal = (reader.column(parameters[name]).to_numpy() for name in ("weight", "start"))
    facts = read_facts(task.artifact("matrix"), internal, parameters["minimum_carriers"])
    factor = factor_of(facts, stored, parameters["scale_to"])
    raw, start = stored * factor, internal * factor
    how = method_of(task)
    if "stages" in parameters:
        staged = by_stages(facts, parameters, partial(_in_stage, facts, start, parameters, how))
        facts, problem, solution = staged.facts, staged.problem, staged.solution
        staged.ledger.write_parquet(task.folder / STAGES)
    else:
        staged, problem = None, problem_of(facts, facts.of("train"), start, parameters)
        solution = solved(problem, how)
    task.write_column("household", pl.Series(parameters["weight"], solution.weights))
    table = table_of(facts, raw, solution.weights)
    carriers = _carriers(reader, parameters, facts, start)
    told_of = with_carriers(table if staged is None else staged.told(table), carriers)
    told_of.write_parquet(task.folder / FITS)
    flags = {flag: reader.column(flag).to_numpy() for flag in parameters["flags"]}
    report = report_of(facts, raw, start, solution.weights) | {
        "solver": told(solution, parameters["method"]),
        "start_factor": factor,
        "halves": {flag: half(solution.weights, chosen) for flag, chosen in flags.items()},
        "conflicts": conflicts_of(problem, solution, how),
        **({} if staged is None else staged.report),
        **({"carriers": few_of(carriers, parameters["minimum_carriers"])} if carriers else {}),
        **_activated(reader, parameters, solution.weights, start, flags),
    }
    task.write_json(REPORT, report)
    task.notes.update({"trained": len(facts.of("train")), "iterations": solution.iterations})


def _carriers(
    reader: FrameReader, parameters: dict[str, Any], facts: Facts, start: Doubles
) -> dict[str, Integers]:
    """Return the carriers of each fact by originals and clones; nothing of a frame without clones."""
    clones = {name: reader.column(flag).to_numpy() for name, flag in parameters.get("clones", {}).items()}
    return carriers_of(facts, start, clones) if clones else {}


def _activated(
    reader: FrameReader, parameters: dict[str, Any], weights: Doubles, start: Doubles,
    flags: dict[str, npt.NDArray[np.bool_]],
) -> dict[str, Any]:  # fmt: skip
    rule = parameters.get("activation")
    return {} if rule is None else {"activation": activation(reader, rule, weights, start, flags)}


def _in_stage(
    facts: Facts, start: Doubles, parameters: dict[str, Any], how: Method,
    columns: Integers, begin: Doubles | None,
) -> tuple[Problem, Solved]:  # fmt: skip
    problem = problem_of(facts, columns, start, parameters)
    return problem, solved(problem, how, begin)


def problem_of(facts: Facts, columns: Integers, start: Doubles, parameters: dict[str, Any]) -> Problem:
    """Return the problem of meeting some facts, by their numbers."""
    ledger = facts.ledger[columns]
    problem = Problem(
        facts.only(columns), facts.values[columns], start,
        importance=importance_of(ledger, parameters.get("balance", []), parameters.get("weights")),
        names=tuple(ledger["name"].to_list()),
    )  # fmt: skip
    return with_tolerances(problem, ledger, parameters.get("tolerances", {}))


def factor_of(facts: Facts, stored: Doubles, target: str | None) -> float:
    """Return the factor on the weights that makes them add up to a target's total, before any solving."""
    if target is None:
        return 1.0
    columns = np.flatnonzero(facts.ledger["target"].to_numpy() == target)
    estimate = float((facts.only(columns).T @ stored).sum())
    wanted = float(facts.values[columns].sum())
    if not (estimate > 0 and wanted > 0):
        raise NodeFailed(
            f"the weights cannot be scaled to `{target}`: it says {wanted:g}, they add up to {estimate:g}",
            remedy="scale to a target that counts units",
        )
    return wanted / estimate
