"""Breaks that a bundle accepts: each is good for the breaks it names, until its day has passed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from compiler.dates import last_day

if TYPE_CHECKING:
    from datetime import date

    from compiler.plan.breaking import Addition, SurfaceBreak, SurfaceComparison
    from compiler.plan.document import Plan

METADATA = "breaks"
BREAKING_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the bundle says of breaks of one name and kind; `is_void` once `until` has passed."""

    name: str
    kind: str
    reason: str
    until: str | None
    place: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A break with the acceptance that names it, if there is one."""

    found: SurfaceBreak
    acceptance: Acceptance | None

    @property
    def accepted(self) -> bool:
        """Whether the bundle means it, today."""
        return self.acceptance is not None and not self.acceptance.is_void


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every break with whether it is meant, acceptances that nothing needs any longer, and additions."""

    bundle: str
    breaks: tuple[Judged, ...]
    unneeded: tuple[Acceptance, ...]
    additions: tuple[Addition, ...]

    @property
    def passes(self) -> bool:
        """Whether every break is accepted and every acceptance is needed."""
        return not self.unneeded and all(judged.accepted for judged in self.breaks)

    def to_json(self) -> str:
        """Return the verdict as JSON with sorted keys."""
        breaks = [
            {
                **asdict(judged.found),
                "accepted": judged.accepted,
                "acceptance": None if judged.acceptance is None else asdict(judged.acceptance),
            }
            for judged in self.breaks
        ]
        document: dict[str, Any] = {
            "format": BREAKING_FORMAT,
            "bundle": self.bundle,
            "passes": self.passes,
            "breaks": breaks,
            "unneeded": [asdict(each) for each in self.unneeded],
            "additions": [asdict(each) for each in self.additions],
        }
        return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)


def judge(plan: Plan, comparison: SurfaceComparison, today: date) -> Verdict:
    """Return what the later plan's bundle says of the breaks that were found, as of a day."""
    said = {(each.name, each.kind): each for each in _acceptances(plan, today)}
    breaks = tuple(Judged(found, said.get((found.name, found.kind))) for found in comparison.breaks)
    needed = {judged.acceptance for judged in breaks}
    unneeded = tuple(each for each in said.values() if each not in needed)
    return Verdict(plan.bundle, breaks, unneeded, comparison.additions)


def _acceptances(plan: Plan, today: date) -> list[Acceptance]:
    return [
        Acceptance(name, kind, said["reason"], said["until"], said["place"], _is_void(said["until"], today))
        for name, said in sorted(plan.metadata.get(METADATA, {}).items())
        for kind in said["accept"]
    ]


def _is_void(until: str | None, today: date) -> bool:
    return until is not None and last_day(until) < today
