"""Measures of a clone that gates are about: rows, ids, values beside those of the originals, weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from compiler.plan import ENTITIES, GROUPS
from runtime.calibration.fit import TINY
from runtime.clone_rows import flag_in, households_of
from runtime.content import exact_sum
from runtime.errors import NodeFailed
from runtime.frames import membership

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from runtime.frames import FrameReader
    from runtime.task import Task

    Booleans = npt.NDArray[np.bool_]
    Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """A clone as a gate sees it: the frame now, as the clone found it and as it left it."""

    task: Task
    rule: dict[str, Any]

    @cached_property
    def now(self) -> FrameReader:
        """The frame at this step."""
        return self.task.frame()

    @cached_property
    def before(self) -> FrameReader:
        """The values that the clone found, in the rows of today."""
        return self.task.frame(f"before.{self.rule['clone']}")

    @cached_property
    def made(self) -> FrameReader:
        """The frame as the clone left it."""
        return self.task.frame(f"made.{self.rule['clone']}")

    @property
    def copied(self) -> Booleans:
        """Which households of today are copies, by their members."""
        return households_of(self.now, self.rule["flags"])["clone"]

    def origin(self, entity: str) -> Integers:
        """Return, row by row of today, the row before the clone that it continues."""
        rows = self.now.frame.rows
        found = np.arange(self.now.count(entity))
        for node in reversed(rows[len(self.made.frame.rows) - 1 :]):
            found = self.now.source_rows(node, entity)[found]
        return found

    def originals(self, entity: str) -> Booleans:
        """Return which rows of today were there before the clone: of those that continue one, the first."""
        _, first = np.unique(self.origin(entity), return_index=True)
        chosen = np.zeros(self.now.count(entity), dtype=np.bool_)
        chosen[first] = True
        return chosen & ~flag_in(self.now, self.rule["flags"], entity)


def measured(task: Task, name: str, rule: dict[str, Any]) -> dict[str, float]:
    """Return the value of a gate about a clone, by variable where it is taken variable by variable.

    Raises:
        NodeFailed: there is no copy, or nothing to divide by.
    """
    clone = Measured(task, rule)
    if rule["variables"]:
        found = {v: _OF_VARIABLE[rule["measure"]](clone, v) for v in rule["variables"]}
        values = {v: value for v, value in found.items() if value is not None}
    else:
        value = _OF_ALL[rule["measure"]](clone)
        values = {} if value is None else {"": value}
    if not values:
        raise NodeFailed(
            f"the gate `{name}` has no value: `{rule['clone']}` has no copy that it could look at",
            remedy="mend `where:` of the clone, or remove the gate",
        )
    return values


def _copies(clone: Measured) -> float | None:
    flagged = flag_in(clone.made, clone.rule["flags"], "household")
    before = int((~flagged).sum())
    return float(flagged.sum()) / before if before else None


def _stored_weight(clone: Measured) -> float | None:
    flagged = flag_in(clone.made, clone.rule["flags"], "household")
    weights = clone.made.column(clone.rule["weight"]).to_numpy().astype(np.float64)
    total = exact_sum(weights)
    return exact_sum(weights[flagged]) / total if total else None


def _mixed(clone: Measured) -> float:
    return float(households_of(clone.now, clone.rule["flags"])["mixed"].sum())


def _broken_ids(clone: Measured) -> float:
    """Return how many ids occur twice, and how many memberships name a group that is not there."""
    ids = {entity: clone.now.ids(entity)[f"{entity}_id"] for entity in ENTITIES}
    twice = sum(each.len() - each.n_unique() for each in ids.values())
    persons = clone.now.ids("person")
    lost = sum(int((~persons[membership(group)].is_in(ids[group].implode())).sum()) for group in GROUPS)
    return float(twice + lost)


def _active(clone: Measured) -> float | None:
    weights, copied = clone.now.column(clone.rule["weight"]).to_numpy(), clone.copied
    if not copied.any():
        return None
    return float((weights[copied] > TINY * exact_sum(weights) / len(weights)).mean())


def _weight_share(clone: Measured) -> float | None:
    weights = clone.now.column(clone.rule["weight"]).to_numpy().astype(np.float64)
    total = exact_sum(weights)
    return exact_sum(weights[clone.copied]) / total if total else None


def _missing(clone: Measured, name: str) -> float:
    return float(clone.now.column(name).null_count())


def _changed(clone: Measured, name: str) -> float:
    originals = clone.originals(clone.now.entity_of[name])
    return float((_differs(clone.now.column(name), clone.before.column(name)) & originals).sum())


def _drawn(clone: Measured, name: str) -> float | None:
    """Return how often originals have a value, as a share of how often copies do; None where none has."""
    entity, filled = clone.now.entity_of[name], _filled(clone.now.column(name))
    copies = filled[flag_in(clone.now, clone.rule["flags"], entity)]
    often = float(copies.mean()) if copies.size else 0.0
    return float(filled[clone.originals(entity)].mean()) / often if often else None


def _filled_originals(clone: Measured, name: str) -> float:
    originals = clone.originals(clone.now.entity_of[name])
    return float((_filled(clone.now.column(name)) & originals).sum())


def _differing(clone: Measured, name: str) -> float | None:
    """Return the share of copies whose value is another than that of the row that they are copies of."""
    entity = clone.now.entity_of[name]
    copies, values, origin = (
        flag_in(clone.now, clone.rule["flags"], entity), clone.now.column(name), clone.origin(entity)
    )  # fmt: skip
    if not copies.any():
        return None
    known, first = np.unique(origin, return_index=True)
    twins = values.gather(first[np.searchsorted(known, origin)])
    return float(_differs(values, twins)[copies].mean())


def _differs(one: pl.Series, other: pl.Series) -> Booleans:
    """Return where two columns differ; a value that is missing in both does not."""
    return np.asarray(one.ne_missing(other.cast(one.dtype)).to_numpy(), dtype=np.bool_)


def _filled(values: pl.Series) -> Booleans:
    """Return where there is something: a number other than zero, true, a text."""
    is_text = values.dtype in (pl.String, pl.Categorical)
    something = values.is_not_null() if is_text else values.cast(pl.Float64).fill_null(0.0) != 0
    return np.asarray(something.to_numpy(), dtype=np.bool_)


_OF_ALL: dict[str, Callable[[Measured], float | None]] = {
    "copies": _copies,
    "stored_weight": _stored_weight,
    "mixed_households": _mixed,
    "broken_ids": _broken_ids,
    "active_households": _active,
    "weight_share": _weight_share,
}
_OF_VARIABLE: dict[str, Callable[[Measured, str], float | None]] = {
    "missing_values": _missing,
    "changed_originals": _changed,
    "drawn_originals": _drawn,
    "filled_originals": _filled_originals,
    "differing_copies": _differing,
}
