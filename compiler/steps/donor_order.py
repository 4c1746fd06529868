"""In which order donors give to a frame: a clone first, so that later ones give to originals and copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Related

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Stage


def sources_of(context: Context, donor: str) -> list[str]:
    """Return the sources that a donor is made of: itself, or what the pipeline of its frame begins with."""
    found: list[str] = []
    waiting, seen = [donor], set[str]()
    while waiting:
        name = waiting.pop(0)
        frame = context.recipe.frames.get(name)
        if frame is None:
            found.append(name)
        elif name not in seen:
            seen.add(name)
            waiting += [step.scaffold for step in frame.spec.pipeline if step.scaffold is not None]
    return found


def say_copied_draws(context: Context, clone: str, span: Span) -> None:
    """Say which imputations from another donor stand before a clone: copies get copies of what they drew."""
    for stage in context.stages:
        donor = _donor(context, stage)
        if stage.kind == "impute" and donor is not None:
            message = (
                f"`impute: {stage.name}` draws from `{donor}` before `clone: {clone}`: "
                "original and copy have one draw, not each its own"
            )
            help_ = f"move it behind `clone: {clone}`, so that it gives to both halves"
            context.say("SPC454", message, stage.span, help_, related=(Related(span, "copied here"),))


def donor_order(context: Context) -> dict[str, Any]:
    """Return which donors give in which order, those of clones apart; nothing where there are none."""
    steps = [(stage, donor) for stage in context.stages if (donor := _donor(context, stage)) is not None]
    if not steps:
        return {}
    return {
        "donor_order": [
            {"step": stage.step, "donor": donor, "sources": sources_of(context, donor)}
            for stage, donor in steps
        ],
        "donor_source_order": _once(context, [donor for _, donor in steps]),
        "clone_source_order": _once(context, [donor for stage, donor in steps if stage.kind == "clone"]),
    }


def _once(context: Context, donors: list[str]) -> list[str]:
    return list(dict.fromkeys(source for donor in donors for source in sources_of(context, donor)))


def _donor(context: Context, stage: Stage) -> str | None:
    """Return who gives in a step, None where nobody from outside does."""
    if stage.kind == "clone" and stage.name in context.recipe.clones:
        return context.recipe.clones[stage.name].spec.donor
    if stage.kind != "impute" or stage.name not in context.recipe.imputations:
        return None
    return context.recipe.imputations[stage.name].spec.donor.name or None
