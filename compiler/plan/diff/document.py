"""The difference of two plans as typed values, and its JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.plan.cost import Estimate
    from compiler.plan.diff.attributes import AttributeChange
    from compiler.plan.diff.moves import Move
    from compiler.plan.diff.renames import Rename
    from compiler.plan.diff.surface import SurfaceChange
    from compiler.plan.diff.targets import TargetChange

DIFF_FORMAT = 1


class Action(StrEnum):
    """What happens to a node, in the order in which people want to read it."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    RERUN = "rerun"
    REUSE = "reuse"


class ChangeClass(StrEnum):
    """What a change touches, worst first."""

    SURFACE = "surface"
    TARGETS = "targets"
    VALUES = "values"
    VALUES_UNLESS_EQUAL = "values_unless_equal"
    RECIPE = "recipe"
    METADATA = "metadata"


class Reason(StrEnum):
    """Why a node does not stay as it is: a closed list."""

    ADDED = "added"
    REMOVED = "removed"
    SPEC_CHANGED = "spec_changed"
    SOURCE_CHANGED = "source_changed"
    ENGINE_CHANGED = "engine_changed"
    OPERATION_CHANGED = "operation_changed"
    SEED_CHANGED = "seed_changed"
    UPSTREAM_CHANGED = "upstream_changed"


@dataclass(frozen=True, slots=True)
class NodeDiff:
    """What happens to one node. `via` are the changed nodes it reads; a reused node has no class."""

    address: str
    operation: str
    action: Action
    change_class: ChangeClass | None
    reasons: tuple[Reason, ...]
    place: str
    estimate: Estimate
    via: tuple[str, ...] = ()
    attributes: tuple[AttributeChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Nodes by action, and the estimated seconds of what runs (again) and of what is reused."""

    actions: dict[Action, int]
    seconds_run: float
    seconds_reused: float


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """All that differs between two plans. Nodes stand in the order of the later plan, removed ones last.

    `settings` are those of the whole plan (seed, period, engine, sample); `metadata` is prose, locators and
    hints, which no result depends on; `moves` are nodes that only have another address; `renames` what looks
    like a rename that is not declared.
    """

    bundle: str
    before_key: str
    after_key: str
    change_class: ChangeClass | None
    nodes: tuple[NodeDiff, ...]
    surface: tuple[SurfaceChange, ...]
    targets: tuple[TargetChange, ...]
    settings: tuple[AttributeChange, ...]
    metadata: tuple[AttributeChange, ...]
    totals: Totals
    moves: tuple[Move, ...] = ()
    renames: tuple[Rename, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell: no node, no setting and no metadata differs."""
        return self.change_class is None

    def having(self, *actions: Action) -> list[NodeDiff]:
        """Return the nodes with one of the actions."""
        return [node for node in self.nodes if node.action in actions]

    def to_json(self) -> str:
        """Return the difference as JSON with sorted keys."""
        document = {"format": DIFF_FORMAT, **asdict(self)}
        return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
