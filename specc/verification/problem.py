"""What was looked at, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as the manifests say: where, and what."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The problems found in some things, and how many things were looked at."""

    problems: list[Problem] = field(default_factory=list)
    number: int = 0
