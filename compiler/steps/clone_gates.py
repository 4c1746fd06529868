"""Gates about a clone: which variables they look at, and the frames before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.model.gates import BY_VARIABLE
from compiler.plan import FrameRef
from compiler.steps.given import given_clones
from compiler.steps.population import WEIGHT
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.base import Entity
    from compiler.model.clones import Clone
    from compiler.model.finish import Validation
    from compiler.model.gates import CloneGate
    from compiler.model.recipe import Definition


class _Found(NamedTuple):
    """A clone that is there: its flags, the frames around it, and on which half it writes what.

    Of copies that came with a source nobody knows what was before.
    """

    flags: dict[Entity, str]
    before: Frame | None
    after: Frame
    halves: dict[str, str]


def clone_gate(
    context: Context, definition: Definition[Validation], key: str, spec: CloneGate, reads: set[str]
) -> dict[str, Any]:
    """Check a gate about a clone, and remember what it reads; return what the runtime needs of it."""
    told: dict[str, Any] = {"clone": spec.clone, "measure": spec.measure, "variables": list(spec.variables)}
    found = _found(context, spec.clone)
    if found is None:
        place = definition.at("gates", key, "clone", "clone")
        if context.find("clones", spec.clone, place) is not None and not context.incomplete:
            message = f"no step before this one carries out the clone `{spec.clone}`"
            context.say("SPC466", message, place, "validate after `clone`")
        return told
    told |= {"flags": found.flags, "weight": WEIGHT}
    reads |= {WEIGHT, *found.flags.values()}
    if f"clone.{spec.clone}" in context.without:
        told["applies"] = False
    if spec.measure in BY_VARIABLE:
        told["variables"] = _variables(context, definition, key, spec, found)
        reads |= set(told["variables"])
    return told


def frames_of(context: Context, validation: Validation) -> dict[str, FrameRef]:
    """Return, by role, what gates about clones read beside the frame.

    `before.NAME` has the values that the clone found, in the rows of today: those of a copy are its
    original's. `made.NAME` is the frame as the clone left it.
    """
    frames: dict[str, FrameRef] = {}
    gates = [each.clone for each in validation.gates.values() if each.clone is not None]
    clones = {gate.clone: _found(context, gate.clone) for gate in gates}
    for gate in gates:
        found = clones[gate.clone]
        if found is None:
            continue
        if gate.measure in BY_VARIABLE and found.before is not None:
            written = {n for n in (*gate.variables, *found.halves) if n in found.before.columns}
            role = f"before.{gate.clone}"
            frames[role] = _together(frames.get(role), found.before.slice(written), context.frame.rows)
        frames[f"made.{gate.clone}"] = found.after.slice({WEIGHT, *found.flags.values()})
    return frames


def _together(one: FrameRef | None, other: FrameRef, rows: tuple[str, ...]) -> FrameRef:
    """Return a slice with the columns of two, in other rows."""
    old = one.columns if one is not None else {}
    entities = sorted({*old, *other.columns})
    return FrameRef(rows, {e: {**old.get(e, {}), **other.columns.get(e, {})} for e in entities})


def _found(context: Context, name: str) -> _Found | None:
    """Return a clone that a step has carried out, or that came with the source."""
    given = given_clones(context, context.frame.rows).get(name)
    if given is not None:
        return _Found(given.flags, None, context.stages[0].frame, {})
    for earlier, stage in zip(context.stages, context.stages[1:], strict=False):
        if (stage.kind, stage.name) == ("clone", name) and name in context.recipe.clones:
            clone = context.recipe.clones[name]
            return _Found(clone.spec.flags, earlier.frame, stage.frame, _halves(context, clone))
    return None


def _halves(context: Context, clone: Definition[Clone]) -> dict[str, str]:
    """Return the variables that a clone writes, and on which half."""
    parts = [part for part in (clone.spec.impute, clone.spec.override) if part is not None]
    surfaces = [(context.recipe.surfaces.get(part.surface), part.halves) for part in parts]
    return {n: halves for s, halves in surfaces if s is not None for n in context.recipe.included(s)}


def _variables(
    context: Context, definition: Definition[Validation], key: str, spec: CloneGate, found: _Found
) -> list[str]:
    """Return the variables that a gate looks at, having said which it cannot."""
    own, may = _about(spec.measure, found), _may(context, spec.measure, found)
    path = ("gates", key, "clone")
    for position, name in enumerate(spec.variables):
        if name not in may and not context.may_exist(name):
            message = f"{spec.measure} cannot be told of `{name}`: it is {_WHY[spec.measure]}"
            help_ = did_you_mean(name, may) or "name another, or none for all that the measure is about"
            context.say("SPC467", message, definition.at(*path, "variables", position), help_)
    if not spec.variables and not own and not context.incomplete:
        message = f"{spec.measure} is about no variable of `{spec.clone}`"
        help_ = "name `variables:`" if may else "remove the gate"
        context.say("SPC467", message, definition.at(*path, "measure"), help_)
    return sorted(name for name in (spec.variables or own) if name in may)


def _about(measure: str, found: _Found) -> set[str]:
    """Return which variables of a clone a measure is about where none is named."""
    if measure == "drawn_originals":
        return {name for name, half in found.halves.items() if half == "both"}
    if measure == "missing_values":
        return set(found.halves)
    before: Collection[str] = found.before.columns if found.before is not None else ()
    is_new = measure == "filled_originals"
    return {n for n, half in found.halves.items() if half == "clone" and (n in before) != is_new}


def _may(context: Context, measure: str, found: _Found) -> set[str]:
    """Return which variables a measure can be told of at all."""
    there = {*context.frame.columns}
    if measure == "missing_values":
        return there
    if measure in ("drawn_originals", "filled_originals"):
        return _about(measure, found) & there
    before = {*found.before.columns} if found.before is not None else set()
    return before & there if measure == "changed_originals" else there & (before | {*found.halves})


_WHY = {
    "missing_values": "no column of the frame at this step",
    "changed_originals": "no column that the frame had before the clone",
    "drawn_originals": "not written on both halves by the clone",
    "filled_originals": "not written on the copies alone, or the frame had it before the clone",
    "differing_copies": "nothing that copies have of their originals or of the clone",
}
