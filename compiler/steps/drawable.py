"""What an imputation draws and what it draws by: checked against the donor and the recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.frame import TEXT
from compiler.model.methods import DRAW_NO_TEXT, tried
from compiler.steps.conditions import say_never_of_frame
from compiler.steps.donor_sample import check_cluster, check_sample
from compiler.steps.facts import entity_of
from compiler.steps.harmony import check_harmony
from compiler.steps.identity import check_drawn
from compiler.steps.missing import check_missing
from compiler.steps.scales import check_scales
from compiler.steps.trials import check_auto
from compiler.steps.uprate import MONEY, is_misspelt
from compiler.suggest import did_you_mean, hint

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


def check_imputation(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say what of an imputation cannot be drawn from a donor for the frame as it is."""
    spec = imputation.spec
    if spec.where is not None:
        _check_where(context, imputation, donor, spec.where)
    _check_role(context, imputation, donor, spec.donor.rows, "donor", "rows")
    _check_role(context, imputation, context.frame, spec.receive, "receive")
    _check_within(context, imputation, donor)
    _check_elsewhere(context, imputation)
    _check_predictors(context, imputation, donor)
    check_harmony(context, imputation, donor)
    _check_targets(context, imputation, donor)
    check_drawn(context, imputation)
    check_auto(context, imputation, donor)
    check_sample(context, imputation, donor)
    check_cluster(context, imputation, donor)
    check_missing(context, imputation, donor)
    check_scales(context, imputation, donor)


def _check_where(
    context: Context, imputation: Definition[Imputation], donor: Frame, where: str | int
) -> None:
    """Check the condition over donor and recipient; say of which of them it is true of no row."""
    spec, want = imputation.spec, ("bool", "`where`")
    frames = {spec.donor.said: donor, "the recipient": context.frame}
    if spec.donor.rows is not None:
        frames = {spec.donor.said: donor}
    checks = [
        context.expression(frame, where, spec.entity, imputation, "where", want=want)
        for frame in frames.values()
    ]
    if None not in checks:
        any(say_never_of_frame(context, f, where, imputation, "where", of=of) for of, f in frames.items())


def _check_role(
    context: Context, imputation: Definition[Imputation], frame: Frame, text: str | int | None, *path: str
) -> None:
    """Check the condition that tells who gives, or who receives; say where nobody does."""
    if text is None:
        return
    want = ("bool", f"`{path[-1]}`")
    if context.expression(frame, text, imputation.spec.entity, imputation, *path, want=want) is not None:
        of = "the frame" if path[0] == "donor" else "the recipient"
        say_never_of_frame(context, frame, text, imputation, *path, of=of)


def _check_within(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say which variables cannot tell classes, or are drawn themselves."""
    spec = imputation.spec
    for position, name in enumerate(spec.within):
        span = imputation.at("within", position)
        for frame in (donor, context.frame):
            if not context.readable(frame, name, span):
                break
            if frame.entity_of(name) not in (spec.entity, "household"):
                message = f"`{name}` belongs to {frame.entity_of(name)}, the classes are of {spec.entity}"
                context.say("SPC302", message, span, "declare a variable that aggregates or projects it")
                break
        if name in spec.drawn:
            message = f"`{name}` tells the classes, but block `{spec.drawn[name]}` replaces it"
            context.say("SPC405", message, span, "remove it here")


def _check_elsewhere(context: Context, imputation: Definition[Imputation]) -> None:
    """Rows that receive nothing hold a null, which the engine does not take, or what they had."""
    spec, frame = imputation.spec, context.frame
    if spec.elsewhere == "keep":
        absent = [t for t in spec.drawn if t not in frame.columns and not context.may_exist(t)]
        if absent and spec.for_some:
            message = f"`{absent[0]}` is not in the frame at this step: there is nothing to keep"
            context.say("SPC428", message, imputation.at("elsewhere"), "write `elsewhere: zero`")
    into_engine = [target for target in spec.drawn if target in context.engine]
    if not spec.for_some or spec.elsewhere is not None or not into_engine:
        return
    context.nulls.update(into_engine)
    said = spec.for_some[0]
    message = f"rows outside `{said}` would have no `{into_engine[0]}`, and the engine takes no nulls"
    help_ = "write `elsewhere: zero`" + (", or `elsewhere: keep`" if said == "receive" else "")
    context.say("SPC415", message, imputation.at(said), help_)


def _check_predictors(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    for position, name in enumerate(imputation.spec.predictors):
        span = imputation.at("predictors", position)
        if _is_replaced(context, imputation, name, span) and name in imputation.spec.drawn:
            continue
        for frame, whose in ((donor, "donor"), (context.frame, "recipient")):
            if context.readable(frame, name, span) and _is_predictive(
                context, imputation, frame, name, whose, span
            ):
                _check_period(context, imputation, frame, donor, name, span)


def _is_predictive(
    context: Context, imputation: Definition[Imputation], frame: Frame, name: str, whose: str, span: Span
) -> bool:
    """Tell whether a model can split on a column, of the donors or the recipients; say why not."""
    owner = frame.entity_of(name)
    if owner not in (imputation.spec.entity, "household"):
        message = f"`{name}` belongs to {owner}, the {whose}s are of {imputation.spec.entity}"
        context.say("SPC302", message, span, "declare a variable that aggregates or projects it")
        return False
    return True


def _is_replaced(context: Context, imputation: Definition[Imputation], name: str, span: Span) -> bool:
    """Tell whether a block replaces a predictor, or a stored column behind it; say so."""
    written, blocks = imputation.spec.drawn, imputation.spec.blocks
    columns = {name} if name in written else context.frame.stored({name}) & written.keys()
    if not columns:
        return False
    column = min(columns)
    what = "it" if column == name else f"`{column}`, which it reads"
    message = f"`{name}` is a predictor, but block `{written[column]}` replaces {what}"
    after = f"; a block that conditions on it says `after: [{written[column]}]`" if len(blocks) > 1 else ""
    context.say("SPC405", message, span, f"remove it here{after}")
    return True


def _check_period(
    context: Context, imputation: Definition[Imputation], frame: Frame, donor: Frame, name: str, span: Span
) -> None:
    if is_misspelt(context, imputation.spec.donor.uprate, name):
        return
    ours, theirs = frame.columns.get(name), donor.columns.get(name)
    if ours and theirs and ours.unit == MONEY and ours.period != theirs.period:
        context.say(
            "SPC406",
            f"`{name}` is in USD of {ours.period} for the recipient and of {theirs.period} for the donor",
            span,
            "name an uprating that moves it under `donor: {uprate: ...}`",
        )


def _check_targets(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    seen: dict[str, tuple[str, Span]] = {}
    for name, block in imputation.spec.blocks.items():
        for position, target in enumerate(block.targets):
            span = imputation.at("blocks", name, "targets", position)
            first, place = seen.setdefault(target, (name, span))
            if first != name:
                related = (Related(place, "first here"),)
                context.say(
                    "SPC404", f"`{target}` is drawn twice", span, "keep it in one block", related=related
                )
            if place is span or first != name:
                _check_target(context, imputation, donor, name, (target, span))


def _check_target(
    context: Context, imputation: Definition[Imputation], donor: Frame, block: str, named: tuple[str, Span]
) -> None:
    spec, (target, span) = imputation.spec, named
    column = donor.columns.get(target)
    if column is None:
        if not context.may_exist(target):
            remedy, exists = "map it in the donor's `columns:`", entity_of(context, target) is not None
            suggested = hint(target, donor.columns, remedy) if exists else did_you_mean(target, donor.columns)
            help_ = suggested or remedy
            context.say("SPC203", f"{spec.donor.said} has no `{target}`", span, help_)
    elif column.entity != spec.entity:
        message = f"`{target}` belongs to {column.entity}, the imputation draws for {spec.entity}"
        help_ = f"draw it in an imputation with `entity: {column.entity}`"
        context.say("SPC302", message, span, help_, related=(Related(column.span, "its column"),))
    elif column.type in TEXT:
        _check_text(context, imputation, block, target, span)


def _check_text(
    context: Context, imputation: Definition[Imputation], block: str, target: str, span: Span
) -> None:
    """Say where text would have to be a number."""
    spec = imputation.spec
    kind = next((m.kind for m in tried(spec.blocks[block].model) if m.kind in DRAW_NO_TEXT), None)
    if kind is not None:
        message = f"the target `{target}` is text, and `{kind}` draws numbers"
        context.say("SPC414", message, span, "draw it by a model that copies donors, such as `forest`")
    elif spec.for_some and spec.elsewhere == "zero":
        message = f"`{target}` is text, and rows outside `{spec.for_some[0]}` would get zero, which is none"
        help_ = "draw a truth value for it, or draw it for all rows in an imputation of its own"
        context.say("SPC414", message, span, help_)
