"""One case on one setting, run in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import data
from .methods import Case, run
from .report import Line
from .scores import score

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Job:
    """One case on one setting; sizes of None take every tax unit."""

    case: Case
    setting: str
    cps: Path
    donors: int | None
    recipients: int | None
    draws: int


def work(job: Job) -> Line:
    """Run one job; called in a fresh process, so that its memory is its own."""
    pair = {"across": data.across_years, "within": data.within_year}[job.setting]
    donors, recipients = pair(job.cps, job.donors, job.recipients)
    outcome = run(job.case, donors, recipients, job.draws)
    truth = np.hstack(list(recipients.blocks.values()))
    scores = score(truth, outcome.values, recipients.weights)
    sizes = (len(donors.weights), len(recipients.weights))
    return Line(
        job.case,
        sizes,
        outcome.fit_seconds,
        outcome.draw_seconds,
        outcome.cpu_seconds,
        outcome.memory_gb,
        scores,
    )
