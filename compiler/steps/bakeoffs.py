"""Bake-offs: no step of the pipeline, but checked with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.frame import TEXT
from compiler.steps.trials import check_folds, check_metric, equal
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.bakeoffs import Bakeoff
    from compiler.model.imputations import Block, Imputation
    from compiler.model.recipe import Definition


def check_bakeoffs(context: Context) -> None:
    """Check every bake-off of the bundle."""
    for definition in context.recipe.bakeoffs.values():
        imputation: Definition[Imputation] | None = context.find(
            "imputations", definition.spec.imputation, definition.at("imputation")
        )
        if imputation is not None and _are_known(context, definition, imputation):
            _check_trials(context, definition, imputation)
            _check_cells(context, definition, imputation)
            _check_facts(context, definition, imputation)
        _check_methods(context, definition)


def drawn_in(spec: Bakeoff, imputation: Imputation) -> dict[str, Block]:
    """Return the blocks that a bake-off draws."""
    return {name: each for name, each in imputation.blocks.items() if not spec.blocks or name in spec.blocks}


def _are_known(context: Context, definition: Definition[Bakeoff], imputation: Definition[Imputation]) -> bool:
    """Tell whether all blocks that are named exist; say which do not."""
    known = imputation.spec.blocks
    unknown = [(n, name) for n, name in enumerate(definition.spec.blocks) if name not in known]
    for number, name in unknown:
        message = f"`{imputation.name}` has no block `{name}`"
        help_ = did_you_mean(name, known) or "blocks: " + ", ".join(known)
        context.say("SPC201", message, definition.at("blocks", number), help_)
    return not unknown


def _told_of(spec: Bakeoff, imputation: Imputation) -> set[str]:
    """Return what is known of the donors in a trial: what is drawn, and what it is drawn from."""
    blocks = drawn_in(spec, imputation).values()
    earlier = {name for block in blocks for name in block.after if name in imputation.blocks}
    read = {target for name in earlier for target in imputation.blocks[name].targets}
    return read.union(imputation.predictors, *(block.targets for block in blocks))


def _check_trials(
    context: Context, definition: Definition[Bakeoff], imputation: Definition[Imputation]
) -> None:
    """Say why donors cannot be divided, and which metrics measure nothing of what is drawn."""
    giving = context.giving.get(imputation.name, ())
    donor = giving[0].donor if giving else None
    folds = definition.spec.folds
    check_folds(context, imputation, folds, lambda *path: definition.at("folds", *path), donor)
    if donor is None:
        return
    blocks = drawn_in(definition.spec, imputation.spec).values()
    targets = [target for block in blocks for target in block.targets]
    for number, metric in enumerate(definition.spec.metrics):
        check_metric(context, metric, targets, definition.at("metrics", number), donor)


def _check_cells(
    context: Context, definition: Definition[Bakeoff], imputation: Definition[Imputation]
) -> None:
    """Say where a rare cell is told by what the imputation neither reads nor draws, or by text."""
    for cell, ranges in definition.spec.rare_cells.items():
        for name in ranges:
            _check_told(context, definition, imputation, name, definition.key_at("rare_cells", cell, name))


def _check_facts(
    context: Context, definition: Definition[Bakeoff], imputation: Definition[Imputation]
) -> None:
    """Say which facts of `downstream` nothing is known of, and which stand there twice."""
    told = definition.spec.downstream
    if told is None:
        return
    at = ("downstream", "facts")
    for fact, spec in told.facts.items():
        if spec.sum is not None:
            _check_told(context, definition, imputation, spec.sum, definition.at(*at, fact, "sum"))
        for name in spec.within:
            _check_told(context, definition, imputation, name, definition.key_at(*at, fact, "within", name))
    for first, second in equal((name, (fact.sum, fact.within)) for name, fact in told.facts.items()):
        related = (Related(definition.key_at(*at, first), "the same total"),)
        message = f"`{second}` and `{first}` are the same total of the same records"
        context.say(
            "SPC440", message, definition.key_at(*at, second), "change or remove one", related=related
        )


def _check_told(
    context: Context,
    definition: Definition[Bakeoff],
    imputation: Definition[Imputation],
    name: str,
    span: Span,
) -> None:
    """Say where something is no number that the imputation reads or draws."""
    known = _told_of(definition.spec, imputation.spec)
    if name not in known:
        message = f"`{name}` is neither a predictor nor a target of `{imputation.name}`"
        help_ = did_you_mean(name, known) or "tell the cell by what is drawn and what it is drawn from"
        context.say("SPC202", message, span, help_)
        return
    for giving in context.giving.get(imputation.name, ())[:1]:
        if name in giving.donor and giving.donor.type_of(name) in TEXT:
            message = f"`{name}` is text, which has neither ranges nor a total"
            context.say("SPC414", message, span, "tell it by a variable that is a number or a truth value")


def _check_methods(context: Context, definition: Definition[Bakeoff]) -> None:
    for first, second in equal(definition.spec.methods.items()):
        related = (Related(definition.key_at("methods", first), "the same method"),)
        message = f"`{second}` and `{first}` are the same method with the same parameters"
        span = definition.key_at("methods", second)
        context.say("SPC423", message, span, "change or remove one", related=related)
