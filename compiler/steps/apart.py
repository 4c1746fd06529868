"""Targets that belong together on every donor and are drawn in blocks that know nothing of each other."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

from compiler.diagnostics import Related
from compiler.expressions import ExpressionError, parse
from compiler.expressions.terms import terms
from compiler.model.columns import RowValue
from compiler.steps.ignored import values_of
from compiler.steps.linear import linear_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.context import Context
    from compiler.expressions.terms import Terms
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


class _Block(NamedTuple):
    """A block that has been reached, and all that it conditions on, through the blocks before it too."""

    imputation: Definition[Imputation]
    name: str
    known: frozenset[str]

    @property
    def targets(self) -> tuple[str, ...]:
        """What it draws."""
        return self.imputation.spec.blocks[self.name].targets


def check_apart(
    context: Context, imputation: Definition[Imputation], order: Sequence[str], frame: str | None
) -> None:
    """Say which blocks draw amounts that add up or are parts of each other, without one knowing the other.

    Such are amounts of one donor source that have a raw column, or a product of columns, in common. Blocks of
    earlier imputations from the same source count too; what a constraint names together is held together.

    Args:
        context: of the compilation.
        imputation: the one that is drawn.
        order: its blocks, as they are drawn.
        frame: the name of the prepared frame that is drawn for; None for the dataset itself.
    """
    source = imputation.spec.donor.source
    if source is None:
        return
    ours = [_block(imputation, name) for name in order]
    others = [context.recipe.imputations[n] for n in context.giving if _draws_for(context, n, frame)]
    theirs = [
        _block(other, name)
        for other in others
        if other is not imputation and other.spec.donor.source == source
        for name in other.spec.blocks
    ]
    pairs = chain(((one, other) for one in theirs for other in ours), combinations(ours, 2))
    for earlier, later in pairs:
        _check_pair(context, source, earlier, later)


def _draws_for(context: Context, name: str, frame: str | None) -> bool:
    """Tell whether an imputation has been drawn for a frame: the address of its nodes ends in the name."""
    nodes = (node for giving in context.giving[name] for node in giving.nodes)
    return any(node.partition("@")[2] == (frame or "") for node in nodes)


def _block(imputation: Definition[Imputation], name: str) -> _Block:
    spec, reached, waiting = imputation.spec, {name}, [name]
    while waiting:
        new = {other for other in spec.blocks[waiting.pop()].after if other in spec.blocks} - reached
        reached |= new
        waiting += new
    before = (target for other in reached - {name} for target in spec.blocks[other].targets)
    return _Block(imputation, name, frozenset({*spec.predictors, *before}))


def _check_pair(context: Context, source: str, earlier: _Block, later: _Block) -> None:
    if later.known.issuperset(earlier.targets) or earlier.known.issuperset(later.targets):
        return
    made = {target: _terms(context, source, target) for target in (*earlier.targets, *later.targets)}
    for one in earlier.targets:
        for position, other in enumerate(later.targets):
            shared = made[one] & made[other]
            if one == other or not shared or one in later.known or other in earlier.known:
                continue
            if _is_constrained(context, one, other):
                continue
            column = " * ".join(min(shared))
            message = (
                f"`{other}` and `{one}` of block `{earlier.name}` both hold `{column}` of the donor, "
                "and are drawn apart"
            )
            help_ = _remedy(earlier, later)
            place = later.imputation.at("blocks", later.name, "targets", position)
            first = earlier.targets.index(one)
            there = earlier.imputation.at("blocks", earlier.name, "targets", first)
            context.say("SPC447", message, place, help_, related=(Related(there, f"`{one}` is drawn here"),))
            return


def _remedy(earlier: _Block, later: _Block) -> str:
    together = "hold them together by a constraint"
    if earlier.imputation is later.imputation:
        return f"draw them in one block, or write `after: [{earlier.name}]`, or {together}"
    return f"draw them in one block, or take it as a predictor, or {together}"


def _terms(context: Context, source: str, target: str) -> Terms:
    definition = context.recipe.sources.get(source)
    population = None if definition is None else definition.spec.population
    rule = None if population is None else population.columns.get(target)
    found: Terms = frozenset()
    for text, path in () if rule is None else values_of(rule):
        if isinstance(rule, RowValue) and path != ("value",):
            continue
        try:
            found |= terms(parse(str(text)).tree)
        except ExpressionError:
            continue  # said where the source is checked
    return found


def _is_constrained(context: Context, one: str, other: str) -> bool:
    """Tell whether a constraint names both: in whatever step, it is where the two are thought of together."""
    return any({one, other} <= names for names in _named(context))


def _named(context: Context) -> Iterator[set[str]]:
    for definition in context.recipe.constraints.values():
        rules = linear_rules(definition)
        read = (_read(rule.bound) for rule in rules)
        yield {name for rule in rules for name in rule.names}.union(*read)


def _read(text: str) -> frozenset[str]:
    """Return the columns that the bound of a rule reads; none where it is not in order, which is said."""
    try:
        return parse(text).columns
    except ExpressionError:
        return frozenset()
