"""One node that stands in both plans: what of it differs, why, and how bad that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan.diff.attributes import AttributeChange, Op, attribute_changes
from compiler.plan.diff.document import Action, ChangeClass, NodeDiff, Reason
from compiler.plan.diff.wiring import follows, wiring

if TYPE_CHECKING:
    from compiler.plan.document import Node

_TARGETS = ("facts", "matrix")
_NOT_SPEC = {"engine", "operation", "version"}
_RECIPE = {Reason.ENGINE_CHANGED, Reason.OPERATION_CHANGED}


def node_diff(before: Node, after: Node, changed: set[str], surface: set[str], *, seed: bool) -> NodeDiff:
    """Compare a node with what it was.

    Args:
        before: the node in the earlier plan.
        after: the node in the later plan.
        changed: the addresses that are removed, and those upstream that do not stay as they are.
        surface: the nodes that a surface change is about.
        seed: whether the plans have different seeds.
    """
    via = tuple(sorted(after.inputs.nodes() & changed))
    attributes = attribute_changes(_document(before), _document(after))
    own = tuple(change for change in attributes if after.address in surface or not follows(change, changed))
    reasons = _reasons(before, after, own, seed=seed)
    if not reasons and before.key == after.key:
        return _diff(after, Action.REUSE, None, ())
    if not reasons:
        indirect = ChangeClass.VALUES_UNLESS_EQUAL
        return _diff(after, Action.RERUN, indirect, (Reason.UPSTREAM_CHANGED,), via, attributes)
    change_class = _class(after, {*reasons}, surface)
    reasons += (Reason.UPSTREAM_CHANGED,) if via else ()
    return _diff(after, Action.CHANGE, change_class, reasons, via, attributes)


def node_alone(node: Node, action: Action, surface: set[str]) -> NodeDiff:
    """Return the difference of a node that only one of the plans has."""
    reason = Reason.ADDED if action is Action.ADD else Reason.REMOVED
    return _diff(node, action, _class(node, {reason}, surface), (reason,))


def _diff(
    node: Node,
    action: Action,
    change_class: ChangeClass | None,
    reasons: tuple[Reason, ...],
    via: tuple[str, ...] = (),
    attributes: tuple[AttributeChange, ...] = (),
) -> NodeDiff:
    return NodeDiff(
        node.address,
        node.operation,
        action,
        change_class,
        reasons,
        node.place,
        node.estimate,
        via,
        attributes,
    )


def _reasons(
    before: Node, after: Node, attributes: tuple[AttributeChange, ...], *, seed: bool
) -> tuple[Reason, ...]:
    parts = {change.part for change in attributes}
    spec = Reason.SOURCE_CHANGED if after.operation == "file" else Reason.SPEC_CHANGED
    found = {
        spec: bool(parts - _NOT_SPEC),
        Reason.ENGINE_CHANGED: _engine_changed(attributes, alone=not parts - _NOT_SPEC),
        Reason.OPERATION_CHANGED: bool(parts & {"operation", "version"}),
        Reason.SEED_CHANGED: seed and None not in (before.stream, after.stream),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _engine_changed(attributes: tuple[AttributeChange, ...], *, alone: bool) -> bool:
    """Tell whether facts differ; a variable that the spec makes a node read, or not, is no such change."""
    ops = {change.op for change in attributes if change.part == "engine"}
    return bool(ops) and (alone or Op.CHANGE in ops)


def _class(node: Node, reasons: set[Reason], surface: set[str]) -> ChangeClass:
    if node.address in surface:
        return ChangeClass.SURFACE
    if reasons <= _RECIPE:
        return ChangeClass.RECIPE
    return ChangeClass.TARGETS if node.operation in _TARGETS else ChangeClass.VALUES


def _document(node: Node) -> dict[str, Any]:
    """Return what decides a node's own part of its key: parameters at the top, as the spec has them."""
    parameters = {name: value for name, value in node.parameters.items() if name != "hints"}
    rest = {
        "inputs": wiring(node.inputs),
        "outputs": {entity: list(names) for entity, names in node.outputs.items()},
        "stream": node.stream,
        "engine": node.engine,
        "operation": node.operation,
        "version": node.version,
    }
    return {**parameters, **rest}
