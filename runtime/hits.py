"""Which rows a node treated as exceptions: left out, copied, overridden; and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan.entities import flags_of
from runtime.names import rows_file
from runtime.tables import stored

if TYPE_CHECKING:
    from runtime.task import Task

Hits = dict[str, Any]


def hits(task: Task) -> Hits:
    """Return the exclusions, clones and overrides of a finished task; of what there was none, nothing."""
    found = {"exclusions": _exclusions(task), "clones": _clones(task), "overrides": _overrides(task)}
    return {kind: said for kind, said in found.items() if said}


def _exclusions(task: Task) -> list[Hits]:
    return [{"rule": rule, "rows": rows} for rule, rows in task.notes.get("left_out", {}).items()]


def _clones(task: Task) -> list[Hits]:
    """Return, of each flagged entity, how many rows this step has copied, of which frame."""
    if task.node.operation != "clone":
        return []
    before, of = task.frame(), task.node.inputs.frames["frame"].rows[-1]
    flags = flags_of(task.parameters["flag"])
    return [
        {"entity": entity, "rows": _height(task, entity) - before.count(entity), "of": of,
         "flag": flags[entity]}
        for entity in sorted(flags)
    ]  # fmt: skip


def _height(task: Task, entity: str) -> int:
    return stored(task.folder / rows_file(entity), columns=["source_row"]).height


def _overrides(task: Task) -> list[Hits]:
    """Return the variables whose values a constraint moved, with the number of rows."""
    if task.node.operation != "constrain":
        return []
    moved = task.notes["variables"].items()
    return [{"variable": name, "rows": note["rows_changed"], "why": "constraint"} for name, note in moved]
