"""Whether a predictor can mean the same for donors and recipients, by what the locks of both say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.expressions import ExpressionError, parse
from compiler.expressions.conditions import may_hold
from compiler.expressions.domains import Domain, of_values
from compiler.steps.known import of_frame
from compiler.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


def check_harmony(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say which predictors have other categories for donors than for recipients, or no value in common.

    Of a variable with a value nothing is said: it is computed alike on both sides.
    """
    if imputation.spec.donor.rows is not None:
        return
    _check_reference_persons(context, imputation)
    for name, span in _read(imputation):
        if name in donor.columns and name in context.frame.columns and name not in imputation.spec.drawn:
            _check(context, imputation, donor, name, span)


def _check_reference_persons(context: Context, imputation: Definition[Imputation]) -> None:
    """Say where two surveys have other reference persons and nobody says what that does to predictors."""
    spec = imputation.spec
    ours = next((row.removeprefix("source.") for row in context.frame.rows if row.startswith("source.")), "")
    names = (spec.donor.source or "", ours)
    theirs, own = (_reference_person(context, name) for name in names)
    if theirs is None or own is None:
        return
    if theirs != own and spec.reference_persons is None:
        message = f"the reference person of `{names[0]}` is `{theirs}`, that of `{ours}` `{own}`"
        help_ = "make predictors of the same person on both sides, and say so under `reference_persons:`"
        related = tuple(
            Related(context.recipe.sources[name].at("population", "reference_person"), f"`{name}` says so")
            for name in names
        )
        context.say("SPC444", message, imputation.at("donor"), help_, related=related)
    elif theirs == own and spec.reference_persons is not None:
        message = f"`{names[0]}` and `{ours}` have the same reference person, `{own}`"
        context.say("SPC444", message, imputation.at("reference_persons"), "remove `reference_persons:`")


def _reference_person(context: Context, name: str) -> str | None:
    source = context.recipe.sources.get(name)
    population = None if source is None else source.spec.population
    return None if population is None else population.reference_person


def _read(imputation: Definition[Imputation]) -> Iterator[tuple[str, Span]]:
    for key in ("predictors", "within"):
        for position, name in enumerate(getattr(imputation.spec, key)):
            yield name, imputation.at(key, position)


def _check(context: Context, imputation: Definition[Imputation], donor: Frame, name: str, span: Span) -> None:
    known = [of_frame(context, frame, frozenset({name})).get(name) for frame in (donor, context.frame)]
    theirs, ours = known
    if theirs is None or ours is None or theirs.kind != ours.kind:
        return
    frames = ((donor, "the donors' column"), (context.frame, "the recipients' column"))
    related = tuple(Related(frame.columns[name].span, said) for frame, said in frames)
    theirs, ours = (_taking_part(imputation.spec, name, domain) for domain in (theirs, ours))
    if theirs.kind == "text" and theirs.values is not None and ours.values is not None:
        said = _unlike(ours.values - theirs.values, theirs.values - ours.values)
        if said:
            help_ = "put the codes of both into the same categories, by `map:` under `columns:`"
            context.say(
                "SPC442", f"`{name}` has not the same categories: {said}", span, help_, related=related
            )
    elif _apart(theirs, ours):
        message = f"`{name}` {theirs} among donors, and {ours} among recipients: they have nothing in common"
        help_ = "bring both into one unit and one code list, or take it out"
        context.say("SPC443", message, span, help_, related=related)


def _taking_part(spec: Imputation, name: str, domain: Domain) -> Domain:
    """Return the values that rows may have which take part."""
    if domain.values is None or spec.where is None:
        return domain
    try:
        tree = parse(str(spec.where)).tree
    except ExpressionError:
        return domain  # said where it is checked
    kept = {v for v in domain.values if may_hold(tree, {name: of_values(domain.kind, frozenset({v}))})}
    return of_values(domain.kind, frozenset(kept), nullable=domain.nullable)


def _unlike(ours: frozenset[object], theirs: frozenset[object]) -> str:
    sides = ((ours, "recipients have", "no donor has"), (theirs, "donors have", "no recipient has"))
    return "; ".join(
        f"{have} {quoted(sorted(map(str, only)))}, which {nobody}" for only, have, nobody in sides if only
    )


def _apart(one: Domain, other: Domain) -> bool:
    """Tell whether no value can be that of both."""
    if one.is_empty or other.is_empty:
        return False
    if one.values is not None and other.values is not None:
        return not one.values & other.values
    ends = ((one.high, other.low), (other.high, one.low))
    return any(high is not None and low is not None and high < low for high, low in ends)
