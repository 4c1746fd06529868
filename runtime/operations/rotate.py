"""`rotate`: trained facts held out in turn, each fold scored by weights that never saw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.calibration.fit import effective_sample_size
from runtime.operations.calibrate import factor_of, problem_of
from runtime.operations.replicate import trained_facts
from runtime.operations.solving import method_of, solved
from runtime.operations.stages import families_of, takes

if TYPE_CHECKING:
    import numpy.typing as npt

    from runtime.calibration.methods import Method
    from runtime.calibration.solvers.protocol import Solved
    from runtime.operations.fits import Facts
    from runtime.task import Task

    Doubles = npt.NDArray[np.float64]
    Integers = npt.NDArray[np.int64]

REPORT = "report.json"
MEASURES = ("mean_error", "median_error", "within_5", "within_10")
Row = dict[str, Any]


@dataclass(frozen=True)
class _Rotating:
    """The calibration whose facts rotate, with its answer to all of them; weights before any solving."""

    facts: Facts
    trained: Integers
    raw: Doubles
    start: Doubles
    parameters: Row
    how: Method
    whole: Solved

    @classmethod
    def of(cls, task: Task) -> _Rotating:
        """Solve the calibration that the task is about."""
        parameters, reader = task.parameters, task.frame()
        weight, start = (reader.column(parameters[name]).to_numpy() for name in ("weight", "start"))
        facts, trained = trained_facts(task, start)
        factor = factor_of(facts, weight, parameters["scale_to"])
        problem, how = problem_of(facts, trained, start * factor, parameters), method_of(task)
        whole = solved(problem, how)
        return cls(facts, trained, weight * factor, problem.start, parameters, how, whole)

    def fold(self, name: str, held: Integers) -> Row:
        """Return how well weights made without a fold meet it, beside the raw ones and beside all."""
        rest = np.setdiff1d(self.trained, held)
        begin = self.whole.multipliers[np.searchsorted(self.trained, rest)]
        problem = problem_of(self.facts, rest, self.start, self.parameters)
        weights = solved(problem, self.how, begin).weights
        by = {"raw": self.raw, "held_out": weights, "trained": self.whole.weights}
        scored = {kind: self.facts.fit(held, each) for kind, each in by.items()}
        return {
            "fold": name,
            "facts": scored["raw"].count,
            "unmeasured": scored["raw"].unmeasured,
            "trained_on": len(rest),
            **{kind: {m: _number(getattr(fit, m)) for m in MEASURES} for kind, fit in scored.items()},
            "effective_sample_size": effective_sample_size(weights),
        }


def run(task: Task) -> None:
    """Hold out every fold, calibrate to all other trained facts from the same matrix, and score the fold.

    Raises:
        NodeFailed: a fold's calibration finds no answer.
    """
    rotating = _Rotating.of(task)
    found, rows = folds(rotating.facts, rotating.trained, task.parameters["rotation"]), list[Row]()
    for number, (name, held) in enumerate(found):
        rows.append(rotating.fold(name, held))
        task.progress(number + 1, len(found))
    measured = [row for row in rows if row["facts"]]
    task.write_json(REPORT, {"folds": rows, "spread": {name: _spread(measured, name) for name in MEASURES}})
    task.notes.update({"folds": len(rows)})


def folds(facts: Facts, trained: Integers, rule: Row) -> list[tuple[str, Integers]]:
    """Return the folds by name: those that are named, or groups dealt out so that each has as many facts."""
    if "by" not in rule:
        is_trained = np.zeros(facts.ledger.height, np.bool_)
        is_trained[trained] = True
        return [(each["fold"], np.flatnonzero(takes(facts, each) & is_trained)) for each in rule["folds"]]
    groups = _groups(facts, rule["by"])[trained]
    names, sizes = np.unique(groups[groups != ""], return_counts=True)
    dealt: list[list[str]] = [[] for _ in range(min(rule["folds"], len(names)))]
    held = [0] * len(dealt)
    # The largest group first, each to the fold that has fewest facts: nothing of it is left to chance.
    for at in sorted(range(len(names)), key=lambda at: (-sizes[at], names[at])):
        fold = held.index(min(held))
        dealt[fold].append(str(names[at]))
        held[fold] += int(sizes[at])
    return [(" ".join(sorted(own)), trained[np.isin(groups, own)]) for own in dealt]


def _groups(facts: Facts, by: str) -> npt.NDArray[np.str_]:
    """Return the group of each fact; one without is in no fold."""
    if by == "family":
        return families_of(facts.ledger)
    return facts.ledger[by].cast(str).fill_null("").to_numpy().astype(str)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


def _spread(rows: list[Row], measure: str) -> Row:
    """Return the mean over folds, their standard deviation, the least and the largest."""
    found: Row = {}
    for kind in ("raw", "held_out", "trained"):
        values = np.array([row[kind][measure] for row in rows], dtype=np.float64)
        if len(values):
            spread = float(values.std(ddof=1)) if len(values) > 1 else None
            ends = {"least": float(values.min()), "largest": float(values.max())}
            found[kind] = {"mean": float(values.mean()), "deviation": spread, **ends}
    return found
