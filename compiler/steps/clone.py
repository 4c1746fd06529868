"""`clone:` households once more, and the donor's values on the halves that the spec names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.diagnostics import Related
from compiler.frame import TEXT, Column, Owner
from compiler.plan import Inputs, Node, cost
from compiler.steps.cloned import household_flags
from compiler.steps.donor_order import say_copied_draws, sources_of
from compiler.steps.facts import entity_of, variable_facts
from compiler.steps.identity import references, say_undeclared, weights
from compiler.steps.impute import Halves, draw_blocks
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT
from compiler.suggest import closest, did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.clones import Clone, CloneSurface
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition
    from compiler.model.surfaces import Surface

# How much a frame grows by copies of a part of it, which nobody knows before the run: for estimates only.
_GROWTH = 1.25


class _Part(NamedTuple):
    """A surface of a clone, and the key that it is written under."""

    role: str
    spec: CloneSurface


def clone(context: Context, name: str, span: Span) -> None:
    """Append the copies to the frame and impute the clone's surfaces."""
    definition: Definition[Clone] | None = context.find("clones", name, span)
    if definition is None or not context.frame.rows:
        return
    spec = definition.spec
    _check_scaffold(context, definition)
    _check_flags(context, definition)
    say_copied_draws(context, definition.name, span)
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
    before = context.frame
    _append(context, definition)
    halves = _halves(context, definition, imputation)
    if imputation is not None:
        flag = spec.flag_of(imputation.spec.entity)
        told = Halves(halves, flag, _unsaid(context, definition, before))
        draw_blocks(context, imputation, told, definition.at("imputation"))


def _check_scaffold(context: Context, definition: Definition[Clone]) -> None:
    spec, origin = definition.spec, context.frame.rows[0].removeprefix("source.")
    if spec.of != origin:
        context.say(
            "SPC408",
            f"the clone is of `{spec.of}`, the frame starts from `{origin}`",
            definition.at("of"),
            f"write `of: {origin}`",
        )
    elif spec.of in sources_of(context, spec.donor):
        by = "" if spec.of == spec.donor else f": `{spec.donor}` is made of it"
        message = f"`{spec.of}` cannot be its own donor{by}"
        context.say("SPC408", message, definition.at("donor"), "name another source")


def _check_flags(context: Context, definition: Definition[Clone]) -> None:
    """Say which flags have the name of something else: of a column, a view or the flag of another entity."""
    frame, seen = context.frame, set[str]()
    for flag in definition.spec.flags.values():
        if flag in frame or flag in seen:
            column = frame.columns.get(flag)
            related = () if column is None else (Related(column.span, "this one has it"),)
            message = f"the flag `{flag}` has the name of something that the frame has already"
            help_ = "give every clone, and every entity of one, a flag of its own"
            context.say("SPC451", message, definition.at("flag"), help_, related=related)
            return
        seen.add(flag)


def _append(context: Context, definition: Definition[Clone]) -> None:
    spec, frame = definition.spec, context.frame
    address = f"clone.{definition.name}"
    outputs: dict[str, tuple[str, ...]] = {entity: (flag,) for entity, flag in spec.flags.items()}
    outputs["household"] = (*outputs["household"], WEIGHT, INTERNAL_WEIGHT)
    which, reads = _which(context, definition)
    say_undeclared(context, frame)
    named, carried = _named(context, definition)
    which |= named
    reads |= carried.keys()
    for column in carried.values():
        outputs[column.entity] = (*outputs.get(column.entity, ()), column.name)
    flag = spec.flag if isinstance(spec.flag, str) else spec.flags
    context.add(Node(
        address=address, operation="clone", version=1,
        parameters={"flag": flag, "stored_weight": spec.stored_weight, "twin": spec.internal_start.twin,
                    "weight": WEIGHT, "internal": INTERNAL_WEIGHT, **which},
        inputs=Inputs({"frame": frame.slice({WEIGHT, INTERNAL_WEIGHT, *reads})}), outputs=outputs,
        estimate=cost.linear("clone", frame.size), place=str(definition.key),
    ))  # fmt: skip
    after = frame.with_rows(address, _growth(context, definition))
    ref = after.ref(address)
    owner = Owner(f"clones.{definition.name}", definition.key)
    made = [
        Column(flag, entity, "bool", None, None, ref, definition.at("flag"), owner=owner)
        for entity, flag in spec.flags.items()
    ]
    weight = frame.columns[WEIGHT]._replace(ref=ref, span=definition.key, owner=owner)
    made += [weight, weight._replace(name=INTERNAL_WEIGHT, span=definition.key_at("internal_start"))]
    made += [column._replace(ref=ref) for column in carried.values()]
    context.frame = after.with_columns(made)


def _which(context: Context, definition: Definition[Clone]) -> tuple[dict[str, Any], set[str]]:
    """Return what says which households are copied, where it is not all, and the columns read for it."""
    told: dict[str, Any] = {}
    earlier = list(household_flags(context).values())
    reads = set(earlier)
    if earlier:
        told["earlier"] = earlier
    where = definition.spec.where
    if where is not None:
        parsed = context.expression(
            context.frame, where, "household", definition, "where", want=("bool", "`where`")
        )
        told["where"] = str(where)
        reads |= parsed.columns if parsed else set()
    if _is_left_out(context, definition):
        # The step stays: later ones find its flags, false everywhere.
        told["where"] = "false"
    return told, reads


def _named(context: Context, definition: Definition[Clone]) -> tuple[dict[str, Any], dict[str, Column]]:
    """Return what says how ids, references and weights of copies come about, and the columns that change."""
    frame, ids = context.frame, definition.spec.ids
    refers, weigh = references(context, frame), weights(context, frame)
    told: dict[str, Any] = {} if ids.offset is None else {"offset": ids.offset}
    if refers:
        told |= {"references": refers, "suffix": ids.suffix or f"-{definition.name}"}
    if weigh:
        told["weights"] = weigh
    return told, {name: frame.columns[name] for name in (*refers, *weigh)}


def _is_left_out(context: Context, definition: Definition[Clone]) -> bool:
    return f"clone.{definition.name}" in context.without


def _growth(context: Context, definition: Definition[Clone]) -> float:
    if _is_left_out(context, definition):
        return 1
    return 2 if definition.spec.where is None else _GROWTH


def _unsaid(context: Context, definition: Definition[Clone], before: Frame) -> dict[str, Span]:
    """Return the new variables of which the half that is not written has no value, and what says so.

    Text has no zero.
    """
    found: dict[str, Span] = {}
    for role, part in _parts(definition.spec):
        surface = context.recipe.surfaces.get(part.surface)
        for name, span in (context.recipe.included(surface) if surface else {}).items():
            is_text = variable_facts(context, name, span, quiet=True).type in TEXT
            if name not in before.columns and (part.absent == "keep_null" or is_text):
                found[name] = definition.at(role, "absent") if part.absent else definition.at(role, "halves")
    return found


def _parts(spec: Clone) -> list[_Part]:
    parts = (("impute", spec.impute), ("override", spec.override))
    return [_Part(role, part) for role, part in parts if part is not None]


def _halves(
    context: Context, definition: Definition[Clone], imputation: Definition[Imputation] | None
) -> dict[str, str]:
    """Return target to half, having checked that surfaces and imputation agree name by name."""
    halves: dict[str, str] = {}
    written = _parts(definition.spec)
    for role, part in written:
        _check_absent(context, definition, role, part)
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


def _check_absent(context: Context, definition: Definition[Clone], role: str, part: CloneSurface) -> None:
    """Say where what becomes of an absent variable does not go with the halves that are written."""
    absent, is_whole = part.absent, part.halves == "both"
    if absent is None or (absent == "create") == is_whole:
        return
    if is_whole:
        message = f"`absent: {absent}` says what the half that is not written has, and both are"
        help_ = "write `absent: create`"
    else:
        message = (
            f"`absent: create` is for what is written on every row; here it is on one half, {part.halves}"
        )
        help_ = "write `absent: zero` or `absent: keep_null`, or `halves: both`"
    context.say("SPC450", message, definition.at(role, "absent"), help_)


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
        left_out = "clone" if part.halves == "original" else "original"
        context.say(
            "SPC410",
            f"`{name}` is not on the scaffold, so the {left_out} half would have nothing",
            span,
            f"write `absent: {'create' if part.halves == 'both' else 'zero'}`, or map it in the scaffold",
        )
