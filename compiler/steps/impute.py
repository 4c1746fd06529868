"""`impute:` blocks of targets drawn from a donor. Every block is a node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.frame import Column, Frame, Giving, Owner
from compiler.model.methods import Auto, revisions, tried
from compiler.plan import Inputs, Node
from compiler.prices import imputed
from compiler.steps.apart import check_apart
from compiler.steps.blocks import blocks_in_order
from compiler.steps.cloned import clones_made
from compiler.steps.donor_sample import sample_parameters, sample_size, sampled_by
from compiler.steps.donors import donor_frame, read_by_where, refit
from compiler.steps.drawable import check_imputation
from compiler.steps.lost import say_lost
from compiler.steps.missing import completing_fits, missing_parameters
from compiler.steps.population import WEIGHT
from compiler.steps.scales import rare_parameters, scale_parameters
from compiler.suggest import closest, did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition
    from compiler.model.surfaces import Surface
    from compiler.plan import cost


class Halves(NamedTuple):
    """Which targets are written on which half of a cloned frame, and the flag that tells the halves apart.

    `unsaid` are the new ones of which the half that is not written has no value, with the line that says so.
    """

    of: dict[str, str]
    flag: str
    unsaid: dict[str, Span]


class _Block(NamedTuple):
    """What one block draws, from what, and which targets one half keeps."""

    name: str
    targets: tuple[str, ...]
    predictors: tuple[str, ...]
    halves: Halves | None

    @property
    def kept(self) -> set[str]:
        """The targets that one half does not receive."""
        return {*self.only("clone"), *self.only("original")}

    def only(self, half: str) -> list[str]:
        """Return the targets that are written on one half alone."""
        return [t for t in self.targets if self.halves is not None and self.halves.of[t] == half]


def impute(context: Context, name: str, span: Span) -> None:
    """Draw an imputation's targets for every row of the frame."""
    imputation: Definition[Imputation] | None = context.find("imputations", name, span)
    if imputation is not None and context.frame.rows:
        _account(context, imputation)
        draw_blocks(context, imputation, None, span)


def _account(context: Context, imputation: Definition[Imputation]) -> None:
    """Say where the blocks draw what their surface does not hold, or not all of it."""
    named, drawn = imputation.spec.surface, imputation.spec.drawn
    surface: Definition[Surface] | None = (
        None if named is None else context.find("surfaces", named, imputation.at("surface"))
    )
    if surface is None:
        return
    included = context.recipe.included(surface)
    for name, span in included.items():
        if name not in drawn and (named, name) not in context.strangers:
            message = f"`{name}` is in `{named}`, but no block of `{imputation.name}` draws it"
            context.say("SPC409", message, span, did_you_mean(name, drawn) or "add it to a block's targets")
    meant = {near for name in included.keys() - drawn.keys() for near in closest(name, drawn)}
    for name, block in drawn.items():
        if name not in included and name not in meant:
            message = f"`{name}` is drawn, but not in `{named}`"
            help_ = did_you_mean(name, included) or "add it to the surface, or do not draw it"
            context.say("SPC409", message, imputation.key_at("blocks", block), help_)


def draw_blocks(
    context: Context, imputation: Definition[Imputation], halves: Halves | None, span: Span
) -> None:
    """Add a node a block. A block reads the frame as it was, and what the blocks it comes after drew."""
    donor, spec = donor_frame(context, imputation), imputation.spec
    if donor is None:
        return
    check_imputation(context, imputation, donor)
    drawn: dict[str, list[Column]] = {}
    order = blocks_in_order(context, imputation)
    nodes = tuple(_address(context, imputation, name) for name in order)
    if context.nodes.keys() & set(nodes):
        message = f"`{imputation.name}` has been carried out on this frame already"
        help_ = "give what is drawn here an imputation of its own, or remove one of the two"
        context.say("SPC452", message, span, help_)
        return
    check_apart(context, imputation, order, context.open[-1] if context.open else None)
    context.giving.setdefault(imputation.name, []).append(Giving(donor, nodes))
    for name in order:
        earlier = [column for other in spec.blocks[name].after for column in drawn.get(other, ())]
        frame = context.frame.with_columns(earlier)
        drawn[name] = _draw_block(context, imputation, _of_block(spec, name, donor, halves), donor, frame)
    context.frame = context.frame.with_columns([c for columns in drawn.values() for c in columns])


def _of_block(spec: Imputation, name: str, donor: Frame, halves: Halves | None) -> _Block:
    block = spec.blocks[name]
    targets = (t for t in block.targets if t in donor.columns and (halves is None or t in halves.of))
    earlier = (t for other in block.after if other in spec.blocks for t in spec.blocks[other].targets)
    return _Block(name, tuple(targets), (*spec.predictors, *earlier), halves)


def _draw_block(
    context: Context, imputation: Definition[Imputation], block: _Block, donor: Frame, frame: Frame
) -> list[Column]:
    """Add the node of one block over the frame as the block sees it; return the columns it writes."""
    spec, name = imputation.spec, block.name
    # A rename changes no number and makes nothing run again: stream and donor column keep the first name.
    first = context.first_name("imputations", imputation.name)
    address = _address(context, imputation, name)
    donor_column = f"donor_of_{first}_{name}"
    kept = set(block.targets) if spec.elsewhere == "keep" else block.kept
    say_lost(context, imputation, name, [t for t in block.targets if t not in kept])
    context.add(Node(
        address=address, operation="impute", version=1, stream=context.stream(f"impute.{first}.{name}"),
        parameters=_parameters(spec, block, donor_column)
        | sample_parameters(context, imputation)
        | missing_parameters(spec, block.targets),
        inputs=_inputs(context, imputation, block, donor, frame),
        outputs={spec.entity: (*block.targets, donor_column)},
        estimate=_estimate(spec, block, donor, frame),
        place=str(imputation.key_at("blocks", name)),
    ))  # fmt: skip
    if context.recipe.bundle.spec.draws > 1:
        giving = _giving(context, imputation, block)
        context.refits[address] = refit(context, imputation, donor, giving)
    owner = Owner(f"imputations.{imputation.name}", imputation.key_at("blocks", name))
    written = [
        _written(context, imputation, donor.columns[t], owner, address, own=t in kept) for t in block.targets
    ]
    written = [_by_half(context, block, column) for column in written]
    made = Column(
        donor_column, spec.entity, "int", None, None, frame.ref(address), owner.span,
        null_at=owner.span, owner=owner,
    )  # fmt: skip
    return [*written, made]


def _address(context: Context, imputation: Definition[Imputation], block: str) -> str:
    return context.address(f"impute.{imputation.name}.{block}")


def _estimate(spec: Imputation, block: _Block, donor: Frame, frame: Frame) -> cost.Estimate:
    model, donors = spec.blocks[block.name].model, sample_size(spec, donor.size)
    found = imputed(model, donors, frame.size, len(block.targets))
    # As many fits more, of one target each, as there may be donors to complete.
    fits = completing_fits(spec, block.targets, donor)
    each = max(imputed(method, donors, 0, 1).seconds for method in tried(model)) if fits else 0
    return replace(found, seconds=round(found.seconds + fits * each, 1)) if fits else found


def _inputs(
    context: Context, imputation: Definition[Imputation], block: _Block, donor: Frame, frame: Frame
) -> Inputs:
    spec = imputation.spec
    kept = set(block.targets) if spec.elsewhere == "keep" else block.kept
    reads = set(block.predictors)
    recipient = reads | kept | ({block.halves.flag} if block.halves else set())
    recipient |= read_by_where(context, imputation, "recipient")
    giving = donor.slice(_giving(context, imputation, block))
    return Inputs({"recipient": frame.slice(recipient), "donor": giving})


def _giving(context: Context, imputation: Definition[Imputation], block: _Block) -> set[str]:
    """Return what a block reads of its donors."""
    spec = imputation.spec
    weight = {WEIGHT} if spec.weights == "design" else set()
    where = read_by_where(context, imputation, "donor") | _kept_together(spec, block)
    return {*block.predictors, *block.targets, *where, *weight, *sampled_by(spec)}


def _kept_together(spec: Imputation, block: _Block) -> set[str]:
    """Return the ids that tell which donors no fold splits, where the model is chosen."""
    model = spec.blocks[block.name].model
    return {model.folds.ids} if isinstance(model, Auto) and model.folds.ids is not None else set()


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
    null_at = imputation.at(spec.for_some[0]) if spec.for_some and spec.elsewhere is None else None
    if own and before is not None:
        null_at = null_at or before.null_at
        is_cloned = bool(clones_made(context))
        original = (before.original or before.owner) if is_cloned else None
    else:
        original = None
    return Column(
        given.name, spec.entity, given.type, given.unit, given.period, context.frame.ref(address), owner.span,
        given.per, null_at, owner, original,
    )  # fmt: skip


def _parameters(spec: Imputation, block: _Block, donor_column: str) -> dict[str, Any]:
    return {
        "entity": spec.entity,
        "where": spec.where,
        "elsewhere": spec.elsewhere,
        "weight": WEIGHT if spec.weights == "design" else None,
        **({} if spec.donor.rows is None else {"gives": str(spec.donor.rows)}),
        **({} if spec.receive is None else {"receives": str(spec.receive)}),
        **({"within": list(spec.within)} if spec.within else {}),
        "predictors": list(block.predictors),
        "targets": list(block.targets),
        "halves": block.halves and _of_halves(block, block.halves),
        "model": spec.blocks[block.name].model.model_dump(),
        **revisions(spec.blocks[block.name].model),
        "donor_column": donor_column,
        **scale_parameters(spec, spec.blocks[block.name].model, block.predictors, block.targets),
        **rare_parameters(spec, block.predictors),
    }


def _of_halves(block: _Block, halves: Halves) -> dict[str, Any]:
    """Return what the runtime is told of halves; what is seldom there is left out where there is none."""
    seldom = {
        "original_only": block.only("original"),
        "null_elsewhere": [target for target in block.targets if target in halves.unsaid],
    }
    told = {"flag": halves.flag, "clone_only": block.only("clone")}
    return told | {key: names for key, names in seldom.items() if names}


def _by_half(context: Context, block: _Block, column: Column) -> Column:
    """Return a target with what halves have to do with it: who wrote which, and where it has no value."""
    halves, name = block.halves, column.name
    if halves is None or halves.of[name] == "both":
        return column
    before = context.frame.columns.get(name)
    if before is None:
        return column._replace(null_at=column.null_at or halves.unsaid.get(name))
    if halves.of[name] == "original":
        return column._replace(owner=before.owner, original=column.owner)
    return column
