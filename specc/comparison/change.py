"""Two runs side by side: what each says of one thing, and how far it moved."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Collection

Json = dict[str, Any]
Status = Literal["added", "removed", "changed"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the runs say differently: of one of them None, where it does not have it."""

    what: str
    then: Any
    now: Any

    @property
    def status(self) -> Status:
        """Whether both runs have it, or which does."""
        return _status(self.then, self.now)


@dataclass(frozen=True, slots=True)
class Variable:
    """An exported variable: `then` and `now` are its numbers (rows of `numbers.parquet`), by name.

    `total` is the relative change of its total, weighted where it has a weight (`by` names the figure);
    `spread` the largest shift of a quantile as a share of the range between the 1 % and 99 % quantiles,
    `moved` the larger. Infinite where nothing was there.
    """

    entity: str
    name: str
    then: Json
    now: Json
    by: str
    total: float
    spread: float

    @property
    def status(self) -> Status:
        """A variable that one run lacks is a column that came or went."""
        return "changed"

    @property
    def moved(self) -> float:
        """How far the variable moved."""
        return max(abs(self.total), self.spread)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a calibration: relative errors of calibrated weights then and now, None where undefined."""

    calibration: str
    name: str
    value_then: float | None
    value_now: float | None
    error_then: float | None
    error_now: float | None
    status_then: str | None
    status_now: str | None

    @property
    def status(self) -> Status:
        """Whether both runs have it, or which does."""
        return _status(self.status_then, self.status_now)

    @property
    def moved(self) -> float:
        """How far its error moved; infinite where one run does not have it."""
        if self.error_then is None or self.error_now is None:
            return 0.0 if self.error_then == self.error_now else math.inf
        return abs(self.error_now - self.error_then)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything in which two runs differ, what moved most first; `files` are published files that differ.

    `same` says that both published the same: every file has equal contents. `variables` and `facts` are those
    that moved; `of` says how many of each there are in both.
    """

    then: str
    now: str
    about: list[Said]
    schema: list[Said]
    variables: list[Variable]
    facts: list[Fact]
    weights: list[Said]
    totals: list[Said]
    files: list[str]
    of: dict[str, int]
    fit: list[Said]

    @property
    def same(self) -> bool:
        """Whether nothing that was published differs."""
        return not self.files

    def only(self, statuses: Collection[str]) -> Comparison:
        """Return it with columns, variables, facts and totals of some statuses; of all where none is named.

        What is told of the runs as a whole stays.
        """
        if not statuses:
            return self
        return replace(
            self,
            schema=[each for each in self.schema if each.status in statuses],
            variables=[each for each in self.variables if each.status in statuses],
            facts=[each for each in self.facts if each.status in statuses],
            totals=[each for each in self.totals if each.status in statuses],
        )

    def as_json(self) -> Json:
        """Return everything as JSON, which has no infinity: such a move is null."""
        said: Json = _finite(asdict(self))
        for key in ("variables", "facts"):
            for row, each in zip(said[key], getattr(self, key), strict=True):
                row["moved"] = _finite(each.moved)
        return {"format": 1, "same": self.same, **said}


def _status(then: object, now: object) -> Status:
    if then is None:
        return "added"
    return "removed" if now is None else "changed"


def _finite(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def relative(then: float | None, now: float | None) -> float:
    """Return by what share something grew: infinite from nothing, zero where neither has it."""
    before, after = then or 0.0, now or 0.0
    if before == after:
        return 0.0
    return (after - before) / abs(before) if before else math.copysign(math.inf, after)
