"""One case on one pair of donors and recipients, run in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .methods import Case, Outcome, run
from .report import Line
from .scores import score

if TYPE_CHECKING:
    from .data import Units


@dataclass(frozen=True, slots=True)
class Job:
    """One case on one pair of donors and recipients.

    The arrays travel to the new process: had it read the file, memory freed by the reader would hide what the
    method needs.
    """

    case: Case
    donors: Units
    recipients: Units
    draws: int


def work(job: Job) -> Line:
    """Run one job; called in a fresh process, so that its memory is its own."""
    return line(job, run(job.case, job.donors, job.recipients, job.draws))


def line(job: Job, outcome: Outcome) -> Line:
    """Return the row of an outcome: what it took, and its scores."""
    return Line(
        case=job.case,
        sizes=(len(job.donors.weights), len(job.recipients.weights)),
        fit_seconds=outcome.fit_seconds,
        draw_seconds=outcome.draw_seconds,
        cpu_seconds=outcome.cpu_seconds,
        memory_gb=outcome.memory_gb,
        scores=score(job.donors, job.recipients, outcome.values),
    )
