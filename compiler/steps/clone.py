"""`clone:` every row once more, and the donor's values on the halves that the spec names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.frame import Column, Owner
from compiler.model.base import ENTITIES
from compiler.plan import Inputs, Node, cost
from compiler.steps.facts import entity_of
from compiler.steps.impute import Halves, draw_blocks
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT
from compiler.suggest import closest, did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.clones import Clone, CloneSurface
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition
    from compiler.model.surfaces import Surface


def clone(context: Context, name: str, span: Span) -> None:
    """Double the frame and impute the clone's surfaces."""
    definition: Definition[Clone] | None = context.find("clones", name, span)
    if definition is None or not context.frame.rows:
        return
    spec = definition.spec
    _check_scaffold(context, definition)
    imputation: Definition[Imputation] | None = context.find(
        "imputations", spec.imputation, definition.at("imputation")
    )
    if imputation is not None and imputation.spec.donor.name != spec.donor:
        context.say(
            "SPC408",
            f"the donor is `{spec.donor}`, its imputation draws from `{imputation.spec.donor.name}`",
            definition.at("donor"),
            "name the same donor in both",
        )
    _double(context, definition)
    halves = _halves(context, definition, imputation)
    if imputation is not None:
        draw_blocks(context, imputation, Halves(halves, f"{imputation.spec.entity}_{spec.flag}"))


def _check_scaffold(context: Context, definition: Definition[Clone]) -> None:
    spec, origin = definition.spec, context.frame.rows[0].removeprefix("source.")
    if spec.of != origin:
        context.say(
            "SPC408",
            f"the clone is of `{spec.of}`, the frame starts from `{origin}`",
            definition.at("of"),
            f"write `of: {origin}`",
        )
    elif spec.of == spec.donor:
        context.say(
            "SPC408", f"`{spec.of}` cannot be its own donor", definition.at("donor"), "name another source"
        )
    if any(row.startswith("clone.") for row in context.frame.rows):
        context.say(
            "SPC408",
            "the frame is cloned already; a clone of clones is refused",
            definition.key,
            "keep one clone step",
        )


def _double(context: Context, definition: Definition[Clone]) -> None:
    spec, frame = definition.spec, context.frame
    address = f"clone.{definition.name}"
    flags = {entity: f"{entity}_{spec.flag}" for entity in ENTITIES}
    outputs: dict[str, tuple[str, ...]] = {entity: (flag,) for entity, flag in flags.items()}
    outputs["household"] = (*outputs["household"], WEIGHT, INTERNAL_WEIGHT)
    context.add(Node(
        address=address, operation="clone", version=1,
        parameters={"flag": spec.flag, "stored_weight": spec.stored_weight, "twin": spec.internal_start.twin,
                    "weight": WEIGHT,
                    "internal": INTERNAL_WEIGHT},
        inputs=Inputs({"frame": frame.slice({WEIGHT})}), outputs=outputs,
        estimate=cost.linear("clone", frame.size), place=str(definition.key),
    ))  # fmt: skip
    after = frame.with_rows(address, 2)
    ref = after.ref(address)
    owner = Owner(f"clones.{definition.name}", definition.key)
    made = [
        Column(flag, entity, "bool", None, None, ref, definition.at("flag"), owner=owner)
        for entity, flag in flags.items()
    ]
    weight = frame.columns[WEIGHT]._replace(ref=ref, span=definition.key, owner=owner)
    made += [weight, weight._replace(name=INTERNAL_WEIGHT, span=definition.key_at("internal_start"))]
    context.frame = after.with_columns(made)


def _halves(
    context: Context, definition: Definition[Clone], imputation: Definition[Imputation] | None
) -> dict[str, str]:
    """Return target to half, having checked that surfaces and imputation agree name by name."""
    halves: dict[str, str] = {}
    parts = (("impute", definition.spec.impute), ("override", definition.spec.override))
    written = [(role, part) for role, part in parts if part is not None]
    for role, part in written:
        surface: Definition[Surface] | None = context.find(
            "surfaces", part.surface, definition.at(role, "surface")
        )
        for name, span in (context.recipe.included(surface) if surface else {}).items():
            if name in halves:
                context.say("SPC404", f"`{name}` is in two surfaces of the clone", span, "keep it in one")
                continue
            if _is_drawn(context, part, imputation, name, span):
                _check_variable(context, part, name, span)
            halves[name] = part.halves
    if imputation is not None and all(part.surface in context.recipe.surfaces for _, part in written):
        _check_drawn(context, definition, imputation, halves)
    return halves


def _is_drawn(
    context: Context, part: CloneSurface, imputation: Definition[Imputation] | None, name: str, span: Span
) -> bool:
    if imputation is None or name in imputation.spec.drawn:
        return True
    if (part.surface, name) in context.strangers:
        return False
    drawn = imputation.spec.drawn
    message = f"`{name}` is in `{part.surface}`, but no block of `{imputation.name}` draws it"
    context.say("SPC409", message, span, did_you_mean(name, drawn) or "add it to a block's targets")
    return False


def _check_drawn(
    context: Context,
    definition: Definition[Clone],
    imputation: Definition[Imputation],
    halves: dict[str, str],
) -> None:
    unknown = halves.keys() - imputation.spec.drawn.keys()
    # A name that is misspelt in a surface has been spoken of there.
    meant = {near for name in unknown for near in closest(name, imputation.spec.drawn)}
    for name, block in imputation.spec.drawn.items():
        if name not in halves and name not in meant:
            message = f"`{name}` is drawn, but in no surface of `{definition.name}`"
            help_ = did_you_mean(name, halves) or "add it to a surface, or do not draw it"
            context.say("SPC409", message, imputation.key_at("blocks", block), help_)


def _check_variable(context: Context, part: CloneSurface, name: str, span: Span) -> None:
    if entity_of(context, name) is None:
        context.unknown_column(context.frame, name, span)
    elif name not in context.frame.columns and part.absent is None:
        context.say(
            "SPC410",
            f"`{name}` is not on the scaffold, so the original half would have nothing",
            span,
            "write `absent: create` with `halves: both`, or map it in the scaffold",
        )
