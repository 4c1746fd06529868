"""Reads `plan.json` back, and refuses one that was edited since it was written."""

from __future__ import annotations

import json

from compiler.plan.cost import Estimate
from compiler.plan.document import PLAN_FORMAT, ColumnRef, FrameRef, Inputs, Json, Node, Plan
from compiler.plan.keys import with_keys

_REMEDY = "write it with `specc plan BUNDLE --out plan.json`"


def plan_from_json(text: str) -> Plan:
    """Read `plan.json`.

    Raises:
        ValueError: it is no plan, a plan of another format, or was edited since it was written.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not a plan: {error}; {_REMEDY}") from error
    if not isinstance(document, dict) or document.get("format") != PLAN_FORMAT:
        raise ValueError(f"not a plan of format {PLAN_FORMAT}; {_REMEDY}")
    try:
        return _checked(document)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"the plan was edited or cut short ({error!r}); {_REMEDY}") from error


def _checked(document: Json) -> Plan:
    document.pop("format")
    key = document.pop("key")
    nodes = [_node(entry) for entry in document.pop("nodes")]
    without = tuple(document.pop("without", ()))  # plans were written before there was any
    plan = Plan(nodes=with_keys(nodes, document["seed"]), without=without, **document)
    if plan.key != key or list(plan.nodes) != nodes:
        raise ValueError(f"the plan was edited since it was written; {_REMEDY}")
    return plan


def _node(entry: Json) -> Node:
    frames = {role: _frame(frame) for role, frame in entry["inputs"]["frames"].items()}
    return Node(**{
        **entry,
        "inputs": Inputs(frames, entry["inputs"]["artifacts"]),
        "outputs": {entity: tuple(names) for entity, names in entry["outputs"].items()},
        "estimate": Estimate(**entry["estimate"]),
    })  # fmt: skip


def _frame(entry: Json) -> FrameRef:
    columns = {
        e: {name: ColumnRef(**ref) for name, ref in refs.items()} for e, refs in entry["columns"].items()
    }
    views = tuple((view[0], view[1], view[2], view[3]) for view in entry["views"])
    return FrameRef(tuple(entry["rows"]), columns, views)
