"""Stages of a calibration: facts that join one group after another, as long as the whole gets better.

Every stage has all the facts of the stages before it that were accepted, and the distance of its weights is
from where the calibration starts, not from the stage before: so a stage that is accepted gives what one
calibration to its facts gives, and one that is rejected leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.calibration.fit import TINY, effective_sample_size, fit
from runtime.operations.fits import FEW

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from runtime.calibration.problem import Problem
    from runtime.calibration.solvers.protocol import Solved
    from runtime.operations.fits import Facts

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]
    Booleans = npt.NDArray[np.bool_]
    Solve = Callable[[Integers, Doubles | None], tuple[Problem, Solved]]

NOW, LATER, AUDIT, HOLDOUT = "solve now", "solve later", "audit only", "holdout"
NEVER = -1
Row = dict[str, Any]


@dataclass(frozen=True)
class Staged:
    """What stages have led to.

    Attributes:
        facts: with their status at the end: a trained fact that no accepted stage has is audited.
        problem, solution: of the last stage that was accepted; of no facts, where none was.
        ledger: one row a stage and fact: what becomes of the fact at that stage, and why; behind them what
            has become of each at the end.
        report: `stages` and `objective`, for the report.
    """

    facts: Facts
    problem: Problem
    solution: Solved
    ledger: pl.DataFrame
    report: Row

    def told(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table of all facts with the stage at which each joined, and why it is what it is."""
        last = self.ledger.tail(table.height)
        return table.with_columns(stage=last["joins"], decision=last["decision"], reason=last["reason"])


@dataclass(frozen=True)
class _Joining:
    """The number of the stage at which each fact joins, `NEVER` for none; and which found no room."""

    stage: Integers
    crowded: Booleans

    def at(self, stage: int) -> Integers:
        """Return the facts that join at a stage."""
        return np.flatnonzero(self.stage == stage)


def by_stages(facts: Facts, rules: Row, solve: Solve) -> Staged:
    """Carry out the stages of `rules`, each warm-started; `solve` takes facts by number, and multipliers."""
    joining = _joining(facts, rules["stages"])
    kept: Integers = np.zeros(0, np.int64)
    problem, solution = solve(kept, None)
    said, rejected, rows = list[Row](), set[int](), list[pl.DataFrame]()
    for number, rule in enumerate(rules["stages"]):
        columns = np.sort(np.concatenate([kept, joining.at(number)]))
        line: Row = {"stage": rule["stage"], "joined": len(columns) - len(kept), "trained": len(columns)}
        if line["joined"]:
            begin = np.zeros(len(columns))
            begin[np.searchsorted(columns, kept)] = solution.multipliers
            tried = solve(columns, begin)
            line |= _judged(facts, solution, tried[1], rules["accept"])
        else:
            line |= {"accepted": False, "because": "no fact joins"}
        rows.append(_ledger(facts, joining, number, rejected, rules["stages"]))
        if line["accepted"]:
            (problem, solution), kept = tried, columns
        else:
            rejected.add(number)
        said.append(line)
    end = _ledger(facts, joining, len(said) - 1, rejected, rules["stages"])
    ledger = pl.concat([*rows, end.with_columns(stage=pl.lit("at the end"))])
    report: Row = {"stages": said, "objective": rules["accept"]}
    return Staged(_with_status(facts, kept), problem, solution, ledger, report)


def _joining(facts: Facts, stages: list[Row]) -> _Joining:
    """Return when each fact joins: at the first stage that takes it and has room."""
    joins, crowded = np.full(facts.ledger.height, NEVER), np.zeros(facts.ledger.height, np.bool_)
    carriers = facts.ledger["carriers"].to_numpy()
    for number, rule in enumerate(stages):
        wanted = np.flatnonzero(takes(facts, rule) & (facts.status == "train") & (joins == NEVER))
        wanted = wanted[carriers[wanted] >= rule.get("minimum_carriers", 0)]
        first = wanted[np.argsort(-carriers[wanted], kind="stable")][: rule.get("most")]
        joins[first] = number
        crowded[wanted] = True
    return _Joining(joins, crowded & (joins == NEVER))


def takes(facts: Facts, rule: Row) -> Booleans:
    """Return which facts are told by what a rule says of targets, families, levels and places."""
    ledger = facts.ledger
    target = ledger["target"].to_numpy().astype(str)
    family = families_of(ledger)
    named = np.isin(target, rule.get("targets", ())) | np.isin(family, rule.get("families", ()))
    found: Booleans = named if rule.get("targets") or rule.get("families") else np.ones(len(target), np.bool_)
    for key, column in (("geography", "geography"), ("places", "place")):
        if rule.get(key):
            found = found & ledger[column].is_in(list(rule[key])).fill_null(value=False).to_numpy()
    return found


def families_of(ledger: pl.DataFrame) -> npt.NDArray[np.str_]:
    """Return the family of each fact as TARGET.FAMILY; returns with an amount are of the amount's."""
    measure = ledger["family"].str.split(".").list.first()
    return (ledger["target"] + "." + measure).to_numpy().astype(str)


def _judged(facts: Facts, before: Solved, after: Solved, accept: Row) -> Row:
    """Return the objective before and after a stage, its support, and whether it is accepted."""
    was, now = (objective(facts, each.weights, accept) for each in (before, after))
    kept = _active(after.weights) / max(_active(before.weights), 1)
    better = now < was * (1 - accept["by"])
    because = "" if better else "the objective is no smaller"
    if better and kept < accept["support"]:
        because = "too many records lose their weight"
    return {
        "objective_before": was,
        "objective_after": now,
        "support": kept,
        "effective_sample_size": effective_sample_size(after.weights),
        "iterations": after.iterations,
        "accepted": not because,
        "because": because or "the objective is smaller",
    }


def _active(weights: Doubles) -> int:
    """Return how many records have a weight to speak of."""
    return int((weights > TINY * weights.mean()).sum()) if len(weights) else 0


def objective(facts: Facts, weights: Doubles, accept: Row) -> float:
    """Return how badly weights meet the facts that are looked at; a fact of zero has no relative error."""
    over = facts.ledger["role"].is_in(list(accept["over"])).to_numpy()
    errors = np.abs(fit(facts.matrix, facts.values, weights).relative_errors)[over]
    measured = errors[~np.isnan(errors)]
    if not len(measured):
        return 0.0
    if accept["objective"].startswith("within"):
        return float((measured > int(accept["objective"].partition("_")[2]) / 100).mean())
    capped = np.minimum(measured, accept["cap"]) if accept["objective"] == "capped_error" else measured
    return float(capped.mean())


def _ledger(
    facts: Facts, joining: _Joining, stage: int, rejected: set[int], stages: list[Row]
) -> pl.DataFrame:
    """Return what becomes of every fact at a stage, and why; `rejected` are stages before it."""
    decisions, reasons = _fates(facts, joining, stage, rejected)
    joins = [None if number == NEVER else stages[number]["stage"] for number in joining.stage]
    return pl.DataFrame(
        {
            "stage": [stages[stage]["stage"]] * len(joins),
            "fact": np.arange(len(joins)),
            "name": facts.ledger["name"],
            "decision": decisions,
            "reason": reasons,
            "joins": pl.Series(joins, dtype=pl.String),
        }
    )


def _fates(facts: Facts, joining: _Joining, stage: int, rejected: set[int]) -> tuple[list[str], list[str]]:
    roles, joins = facts.ledger["role"].to_numpy().astype(str), joining.stage
    carried = facts.ledger["carriers"].to_numpy() > 0
    # The first that is true of a fact is what is said of it.
    rules: list[tuple[Booleans, str, str]] = [
        (roles == "holdout", HOLDOUT, "declared"),
        (roles == "audit", AUDIT, "declared"),
        (~carried, AUDIT, "missing: nobody carries it"),
        (facts.status == FEW, AUDIT, FEW),
        (joining.crowded, AUDIT, "capacity"),
        (joins == NEVER, AUDIT, "no stage takes it"),
        (np.isin(joins, [*rejected]), AUDIT, "its stage was rejected"),
        (joins > stage, LATER, "of a later stage"),
        (joins <= stage, NOW, "declared"),
    ]
    which = np.argmax([holds for holds, *_ in rules], axis=0)
    return [rules[each][1] for each in which], [rules[each][2] for each in which]


def _with_status(facts: Facts, kept: Integers) -> Facts:
    """Return the facts with what they are at the end: what no accepted stage has is audited."""
    is_kept = np.zeros(facts.ledger.height, np.bool_)
    is_kept[kept] = True
    return replace(facts, status=np.where((facts.status == "train") & ~is_kept, "audit", facts.status))
