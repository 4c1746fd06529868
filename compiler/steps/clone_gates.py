"""Gates about a clone: which variables they look at, and the frames before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.model.gates import BY_VARIABLE
from compiler.plan import FrameRef
from compiler.steps.population import WEIGHT
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.clones import Clone
    from compiler.model.finish import Validation
    from compiler.model.gates import CloneGate
    from compiler.model.recipe import Definition


def clone_gate(
    context: Context, definition: Definition[Validation], key: str, spec: CloneGate, reads: set[str]
) -> dict[str, Any]:
    """Check a gate about a clone, and remember what it reads; return what the runtime needs of it."""
    place = definition.at("gates", key, "clone", "clone")
    clone: Definition[Clone] | None = context.find("clones", spec.clone, place)
    told: dict[str, Any] = {"clone": spec.clone, "measure": spec.measure, "variables": list(spec.variables)}
    if clone is None:
        return told
    found = _frames(context, spec.clone)
    if found is None:
        if not context.incomplete:
            message = f"no step before this one carries out the clone `{spec.clone}`"
            context.say("SPC466", message, place, "validate after `clone`")
        return told
    told |= {"flags": dict(clone.spec.flags), "weight": WEIGHT}
    reads |= {WEIGHT, *clone.spec.flags.values()}
    if f"clone.{spec.clone}" in context.without:
        told["applies"] = False
    if spec.measure not in BY_VARIABLE:
        return told
    told["variables"] = _variables(context, definition, key, spec, _halves(context, clone))
    reads |= set(told["variables"])
    return told


def frames_of(context: Context, validation: Validation) -> dict[str, FrameRef]:
    """Return, by role, what gates about clones read beside the frame.

    `before.NAME` has the values that the clone found, in the rows of today: those of a copy are its
    original's. `made.NAME` is the frame as the clone left it.
    """
    found: dict[str, FrameRef] = {}
    for gate in (each.clone for each in validation.gates.values() if each.clone is not None):
        frames, clone = _frames(context, gate.clone), context.recipe.clones.get(gate.clone)
        if frames is None or clone is None:
            continue
        before, after = frames
        if gate.measure in BY_VARIABLE:
            written = {n for n in (*gate.variables, *_halves(context, clone)) if n in before.columns}
            role = f"before.{gate.clone}"
            found[role] = _together(found.get(role), before.slice(written), context.frame.rows)
        found[f"made.{gate.clone}"] = after.slice({WEIGHT, *clone.spec.flags.values()})
    return found


def _together(one: FrameRef | None, other: FrameRef, rows: tuple[str, ...]) -> FrameRef:
    """Return a slice with the columns of two, in other rows."""
    old = one.columns if one is not None else {}
    entities = sorted({*old, *other.columns})
    return FrameRef(rows, {e: {**old.get(e, {}), **other.columns.get(e, {})} for e in entities})


def _frames(context: Context, name: str) -> tuple[Frame, Frame] | None:
    """Return the frames before and after a clone that has been carried out."""
    for earlier, stage in zip(context.stages, context.stages[1:], strict=False):
        if (stage.kind, stage.name) == ("clone", name):
            return earlier.frame, stage.frame
    return None


def _halves(context: Context, clone: Definition[Clone]) -> dict[str, str]:
    """Return the variables that a clone writes, and on which half."""
    parts = [part for part in (clone.spec.impute, clone.spec.override) if part is not None]
    surfaces = [(context.recipe.surfaces.get(part.surface), part.halves) for part in parts]
    return {n: halves for s, halves in surfaces if s is not None for n in context.recipe.included(s)}


def _variables(
    context: Context, definition: Definition[Validation], key: str, spec: CloneGate, halves: dict[str, str]
) -> list[str]:
    """Return the variables that a gate looks at, having said which it cannot."""
    frames = _frames(context, spec.clone)
    assert frames is not None  # noqa: S101 - the caller has looked
    before = frames[0].columns
    own = _about(spec.measure, halves, before)
    may = own if spec.measure in ("drawn_originals", "filled_originals") else {*own, *context.frame.columns}
    may &= {*before} if spec.measure == "changed_originals" else {*context.frame.columns}
    path = ("gates", key, "clone", "variables")
    for position, name in enumerate(spec.variables):
        if name not in may and not context.may_exist(name):
            message = f"{spec.measure} cannot be told of `{name}`: it is {_WHY[spec.measure]}"
            help_ = did_you_mean(name, may) or "name another, or none for all that the measure is about"
            context.say("SPC467", message, definition.at(*path, position), help_)
    if not spec.variables and not own and not context.incomplete:
        message = f"{spec.measure} is about no variable of `{spec.clone}`"
        context.say("SPC467", message, definition.at("gates", key, "clone", "measure"), "remove the gate")
    return sorted(name for name in (spec.variables or own) if name in may)


def _about(measure: str, halves: dict[str, str], before: Collection[str]) -> set[str]:
    """Return which variables of a clone a measure is about where none is named."""
    if measure == "drawn_originals":
        return {name for name, half in halves.items() if half == "both"}
    if measure == "missing_values":
        return set(halves)
    is_new = measure == "filled_originals"
    return {name for name, half in halves.items() if half == "clone" and (name in before) != is_new}


_WHY = {
    "missing_values": "no column of the frame at this step",
    "changed_originals": "no column that the frame had before the clone",
    "drawn_originals": "not written on both halves by the clone",
    "filled_originals": "not written on the copies alone, or the frame had it before the clone",
    "differing_copies": "no column of the frame at this step",
}
