"""`impute:` blocks of targets drawn from a donor. Every block is a node; later ones see the earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Related, Span
from compiler.frame import TEXT, Column, Frame, Owner
from compiler.plan import Inputs, Node, cost
from compiler.steps.blocks import blocks_in_order
from compiler.steps.donor_sample import check_sample, sample_parameters, sample_size, sampled_by
from compiler.steps.facts import entity_of
from compiler.steps.lost import say_lost
from compiler.steps.population import WEIGHT, population
from compiler.steps.uprate import MONEY, uprated
from compiler.suggest import did_you_mean, hint

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.imputations import Block, Donor, Imputation
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.upratings import Uprating


@dataclass(frozen=True, slots=True)
class Halves:
    """Which targets are written on which half of a cloned frame, and the flag that tells the halves apart."""

    of: dict[str, str]
    flag: str


def impute(context: Context, name: str, span: Span) -> None:
    """Draw an imputation's targets for every row of the frame."""
    imputation: Definition[Imputation] | None = context.find("imputations", name, span)
    if imputation is not None and context.frame.rows:
        draw_blocks(context, imputation, None)


def draw_blocks(context: Context, imputation: Definition[Imputation], halves: Halves | None) -> None:
    """Add a node a block. A block reads the frame as it was, and what the blocks it comes after drew."""
    donor = _donor_frame(context, imputation)
    if donor is None:
        return
    spec = imputation.spec
    if spec.where is not None:
        for frame in (donor, context.frame):
            want = ("bool", "`where`")
            context.expression(frame, spec.where, spec.entity, imputation, "where", want=want)
    _check_elsewhere(context, imputation)
    _check_predictors(context, imputation, donor)
    _check_targets(context, imputation, donor)
    check_sample(context, imputation, donor)
    drawn: dict[str, list[Column]] = {}
    for name in blocks_in_order(context, imputation):
        earlier = [column for other in spec.blocks[name].after for column in drawn.get(other, ())]
        frame = context.frame.with_columns(earlier)
        drawn[name] = _draw_block(context, imputation, name, donor, frame, halves)
    context.frame = context.frame.with_columns([c for columns in drawn.values() for c in columns])


def _donor_frame(context: Context, imputation: Definition[Imputation]) -> Frame | None:
    donor = imputation.spec.donor
    period = next((c.period for c in context.frame.columns.values() if c.unit == MONEY), None)
    if donor.source is None:
        from compiler.steps.prepared import donor_frame  # noqa: PLC0415

        return donor_frame(context, imputation, period)
    key = (donor.source, donor.uprate, period)
    if key not in context.donors:
        frame = _new_donor_frame(context, imputation, period)
        if frame is None:
            return None
        context.donors[key] = frame
    return context.donors[key]


def _new_donor_frame(
    context: Context, imputation: Definition[Imputation], period: int | None
) -> Frame | None:
    """Return the donor with its amounts in the money of the year `period`, that of the recipient."""
    donor = imputation.spec.donor
    source: Definition[Source] | None = context.find("sources", donor.name, imputation.at("donor", "source"))
    frame = population(context, source) if source else None
    if frame is None or source is None:
        return None
    period = source.spec.period if period is None else period
    if donor.uprate is not None and period is not None:
        uprating: Definition[Uprating] | None = context.find(
            "upratings", donor.uprate, imputation.at("donor", "uprate")
        )
        if uprating is not None:
            read = _read_of_donor(context, frame, donor)
            address = _own_address(context, f"uprate.{donor.uprate}.{donor.source}", period)
            frame = uprated(context, frame, uprating, period, address, read)
    elif source.spec.period != period:
        context.say(
            "SPC406",
            f"the donor's amounts are of {source.spec.period}, the recipient's of {period}",
            imputation.at("donor"),
            "add `uprate:` to the donor",
            related=(Related(source.at("period"), "the donor's period"),),
        )
    return frame


def _own_address(context: Context, address: str, period: int) -> str:
    """Return the address of an uprating of a donor; a second one, to another year, has the year behind it."""
    return f"{address}.{period}" if address in context.nodes else address


def _read_of_donor(context: Context, frame: Frame, donor: Donor) -> set[str]:
    """Return the stored columns that any imputation reads of this donor: nothing else needs to be moved."""
    names: set[str] = set()
    for imputation in context.recipe.imputations.values():
        other = imputation.spec.donor
        if (other.source, other.uprate) == (donor.source, donor.uprate):
            names |= {
                *imputation.spec.predictors,
                *(t for block in imputation.spec.blocks.values() for t in block.targets),
            }
            names |= _columns_of(context, imputation) | sampled_by(imputation.spec)
    return {name for columns in frame.slice(names).columns.values() for name in columns}


def _check_elsewhere(context: Context, imputation: Definition[Imputation]) -> None:
    """Rows that receive nothing hold a null, which the engine does not take."""
    spec = imputation.spec
    into_engine = [target for target in spec.drawn if target in context.engine]
    if spec.where is None or spec.elsewhere is not None or not into_engine:
        return
    context.nulls.update(into_engine)
    message = f"rows outside `where` would have no `{into_engine[0]}`, and the engine takes no nulls"
    context.say("SPC415", message, imputation.at("where"), "write `elsewhere: zero`")


def _check_predictors(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    written = imputation.spec.drawn
    for position, name in enumerate(imputation.spec.predictors):
        span = imputation.at("predictors", position)
        for frame, whose in ((donor, "donor"), (context.frame, "recipient")):
            if not context.readable(frame, name, span):
                continue
            owner = frame.entity_of(name)
            if owner not in (imputation.spec.entity, "household"):
                message = f"`{name}` belongs to {owner}, the {whose}s are of {imputation.spec.entity}"
                help_ = "declare a variable that aggregates or projects it"
                context.say("SPC302", message, span, help_)
            elif frame.type_of(name) in TEXT:
                message = f"the predictor `{name}` is text, which no model splits on"
                context.say(
                    "SPC414", message, span, "declare a variable with a number or a truth value of it"
                )
            else:
                _check_period(context, frame, donor, name, span)
        if name in written:
            context.say(
                "SPC405",
                f"`{name}` is a predictor, but block `{written[name]}` replaces it",
                span,
                "condition on a block with `after:` instead",
            )


def _check_period(context: Context, frame: Frame, donor: Frame, name: str, span: Span) -> None:
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
                _check_target(context, imputation, donor, target, span)


def _check_target(
    context: Context, imputation: Definition[Imputation], donor: Frame, target: str, span: Span
) -> None:
    spec, column = imputation.spec, donor.columns.get(target)
    if column is None:
        if not context.may_exist(target):
            remedy, exists = "map it in the donor's `columns:`", entity_of(context, target) is not None
            suggested = hint(target, donor.columns, remedy) if exists else did_you_mean(target, donor.columns)
            help_ = suggested or remedy
            context.say("SPC203", f"the donor `{spec.donor.name}` has no `{target}`", span, help_)
    elif column.type in TEXT:
        help_ = "draw a number or a truth value"
        context.say("SPC414", f"the target `{target}` is text, which cannot be drawn", span, help_)
    elif column.entity != spec.entity:
        message = f"`{target}` belongs to {column.entity}, the imputation draws for {spec.entity}"
        help_ = f"draw it in an imputation with `entity: {column.entity}`"
        context.say("SPC302", message, span, help_, related=(Related(column.span, "its column"),))


def _draw_block(
    context: Context,
    imputation: Definition[Imputation],
    name: str,
    donor: Frame,
    frame: Frame,
    halves: Halves | None,
) -> list[Column]:
    """Add the node of one block over the frame as the block sees it; return the columns it writes."""
    spec, block = imputation.spec, imputation.spec.blocks[name]
    targets = [t for t in block.targets if t in donor.columns and (halves is None or t in halves.of)]
    predictors = [
        *spec.predictors,
        *(t for earlier in block.after if earlier in spec.blocks for t in spec.blocks[earlier].targets),
    ]
    reads = set(predictors) | _columns_of(context, imputation)
    kept = {t for t in targets if halves and halves.of[t] == "clone"}
    recipient = reads | kept | ({halves.flag} if halves else set())
    weight = {WEIGHT} if spec.weights == "design" else set()
    giving = reads | set(targets) | weight | sampled_by(spec)
    address = context.address(f"impute.{imputation.name}.{name}")
    # A rename changes no number and makes nothing run again: stream and donor column keep the first name.
    first = context.first_name("imputations", imputation.name)
    donor_column = f"donor_of_{first}_{name}"
    say_lost(context, imputation, name, [t for t in targets if t not in kept])
    context.add(Node(
        address=address, operation="impute", version=1, stream=context.stream(f"impute.{first}.{name}"),
        parameters=_parameters(spec, block, predictors, targets, halves, donor_column)
        | sample_parameters(context, imputation),
        inputs=Inputs({"recipient": frame.slice(recipient), "donor": donor.slice(giving)}),
        outputs={spec.entity: (*targets, donor_column)},
        estimate=cost.imputation(sample_size(spec, donor.size), frame.size, block.model.trees),
        place=str(imputation.key_at("blocks", name)),
    ))  # fmt: skip
    owner = Owner(f"imputations.{imputation.name}", imputation.key_at("blocks", name))
    written = [
        _written(context, imputation, donor.columns[t], owner, address, own=t in kept) for t in targets
    ]
    made = Column(
        donor_column, spec.entity, "int", None, None, frame.ref(address), owner.span,
        null_at=owner.span, owner=owner,
    )  # fmt: skip
    return [*written, made]


def _written(
    context: Context,
    imputation: Definition[Imputation],
    given: Column,
    owner: Owner,
    address: str,
    *,
    own: bool,
) -> Column:
    """Return a target as a block leaves it; with `own`, the original half keeps what it has."""
    spec, before = imputation.spec, context.frame.columns.get(given.name)
    null_at = imputation.at("where") if spec.where is not None and spec.elsewhere is None else None
    if own and before is not None:
        null_at, original = null_at or before.null_at, before.original or before.owner
    else:
        original = None
    return Column(
        given.name, spec.entity, given.type, given.unit, given.period, context.frame.ref(address), owner.span,
        given.per, null_at, owner, original,
    )  # fmt: skip


def _columns_of(context: Context, imputation: Definition[Imputation]) -> set[str]:
    where = imputation.spec.where
    parsed = None if where is None else context.parsed(where, imputation, "where")
    return set(parsed.columns) if parsed else set()


def _parameters(
    spec: Imputation,
    block: Block,
    predictors: list[str],
    targets: list[str],
    halves: Halves | None,
    donor_column: str,
) -> dict[str, Any]:
    return {
        "entity": spec.entity,
        "where": spec.where,
        "elsewhere": spec.elsewhere,
        "weight": WEIGHT if spec.weights == "design" else None,
        "predictors": predictors,
        "targets": targets,
        "halves": None
        if halves is None
        else {"flag": halves.flag, "clone_only": [t for t in targets if halves.of[t] == "clone"]},
        "model": block.model.model_dump(),
        "donor_column": donor_column,
    }
