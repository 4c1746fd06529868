"""What no result depends on: titles, licences, locators, citations, accepted breaks, the budget, hints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan.addresses import draw_of
from compiler.plan.diff.attributes import AttributeChange, attribute_changes
from compiler.plan.draws import number_of_draws

if TYPE_CHECKING:
    from compiler.plan.document import Plan

_SETTINGS = ("bundle", "engine", "engine_version", "period", "sample", "seed")


def settings_changes(before: Plan, after: Plan) -> tuple[AttributeChange, ...]:
    """Return which settings of the whole plan differ."""
    old, new = (_settings(plan) for plan in (before, after))
    return attribute_changes(old, new)


def _settings(plan: Plan) -> dict[str, Any]:
    said = {name: getattr(plan, name) for name in _SETTINGS}
    return {"draws": number_of_draws(plan), **said, "without": " and ".join(plan.without) or None}


def metadata_changes(before: Plan, after: Plan) -> tuple[AttributeChange, ...]:
    """Return what differs of prose, locators, budget and hints; where the files stand says nothing."""
    return attribute_changes(_metadata(before), _metadata(after))


def _metadata(plan: Plan) -> dict[str, Any]:
    files = plan.metadata.get("files", {}).values()
    hints = {node.address: node.parameters["hints"] for node in plan.nodes if "hints" in node.parameters}
    return {
        "sources": {file["source"]: {k: v for k, v in file.items() if k != "source"} for file in files},
        "contracts": {
            name: {key: said[key] for key in ("require", "prohibit") if said[key]}
            for name, said in plan.metadata.get("exports", {}).items()
            if draw_of(name) == 1  # those of other draws are held to the same
        },
        "citations": plan.metadata.get("citations", {}),
        "breaks": {name: _said(each) for name, each in plan.metadata.get("breaks", {}).items()},
        "budget": {"memory": plan.memory},
        "hints": hints,
    }


def _said(accepted: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in accepted.items() if key != "place"}
