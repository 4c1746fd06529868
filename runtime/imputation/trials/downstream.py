"""What an imputation is for: totals that nothing was calibrated to, after a calibration to others.

The held-out donors are their own population: facts are weighted totals of what is true of them. With true
values the design weights meet every fact, so what is missed is the method's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.errors import NodeFailed
from runtime.imputation.trials.cells import column, in_cell
from runtime.imputation.trials.scored import Score, mean_size, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.imputation.protocol import Floats
    from runtime.imputation.trials.scored import Scored


def downstream(it: Scored) -> Score:
    """Calibrate each draw to the trained facts, and compare the facts held out with the truth.

    A fact is T = sum of w y over the true records of a cell, y a column or 1; a trained one that fewer than
    `minimum_carriers` drawn records carry is left out of that draw's calibration, as a bundle's would be.

    Raises:
        NodeFailed: the solver found no answer for a draw.
    """
    told, names = it.settings["downstream"], list(it.settings["downstream"]["facts"])
    true, drawn = _contributions(it, list(told["facts"].values()))
    is_trained = np.array([told["facts"][name]["role"] == "train" for name in names])
    facts = it.weights @ true
    raw, met, few = [], [], 0
    for draw in drawn:
        weights, left_out = _calibrated(it.weights, draw[:, is_trained], facts[is_trained], told)
        raw.append(it.weights @ draw)
        met.append(weights @ draw)
        few += left_out
    parts = {"true": facts, "drawn": np.mean(raw, axis=0), "calibrated": np.mean(met, axis=0)}
    errors = _relative(np.array(met), facts)
    parts["error"] = np.abs(errors).mean(axis=0)
    rows = [
        {"target": name, "part": part, "value": plain(values[at])}
        for at, name in enumerate(names)
        for part, values in parts.items()
    ]
    about = {"trained": int(is_trained.sum()), "held_out": int((~is_trained).sum()), "few_carriers": few}
    return Score(mean_size(errors[:, ~is_trained]), tuple(rows), tuple(about.items()))


def _contributions(it: Scored, facts: list[Mapping[str, Any]]) -> tuple[Floats, Floats]:
    """Return (m, facts) and (draws, m, facts): what a record adds to each fact, a unit of its weight."""
    true, drawn = [], []
    for fact in facts:
        is_in, is_drawn_in = in_cell(it, fact["within"])
        was, now = (1.0, 1.0) if fact["sum"] is None else column(it, fact["sum"])
        # A missing predictor adds nothing.
        true.append(np.nan_to_num(np.where(is_in, was, 0.0)))
        added = np.nan_to_num(np.where(is_drawn_in, now, 0.0))
        drawn.append(np.broadcast_to(added, it.drawn.shape[:2]))
    return np.stack(true, axis=-1), np.stack(drawn, axis=-1)


def _calibrated(start: Floats, matrix: Floats, facts: Floats, told: Mapping[str, Any]) -> tuple[Floats, int]:
    """Return weights that meet the facts, and how many facts too few records carry."""
    # Compiled code, which those who calibrate nothing need not wait for.
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    from runtime.calibration.methods import options  # noqa: PLC0415
    from runtime.calibration.problem import Problem  # noqa: PLC0415

    carried = (matrix != 0).sum(axis=0) >= told["minimum_carriers"]
    problem = Problem(csr_matrix(matrix[:, carried]), facts[carried], start)
    solution = options(told["method"]).solve(problem)
    if not solution.converged:
        raise NodeFailed(
            f"the calibration of a draw stopped without an answer: {solution.reason}",
            remedy="raise `penalty`, or train on fewer facts",
        )
    return solution.weights, int((~carried).sum())


def _relative(found: Floats, true: Floats) -> Floats:
    """Return (draws, facts) relative errors; a fact of zero has none."""
    scale = np.where(true == 0, np.nan, np.abs(true))
    return (found - true) / scale
