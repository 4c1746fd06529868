"""A surface accounts for every name of its reference list: each is included, or excluded with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.recipe import reference_key
from compiler.suggest import closest, did_you_mean
from compiler.wording import MOST_NAMES, quoted

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition
    from compiler.model.references import ReferenceList
    from compiler.model.surfaces import Surface


def account_for_references(context: Context) -> None:
    """Say which names of a reference a surface leaves out in silence, and which of its own are not in there.

    This is about lists alone, so it comes before any step: what follows from a slip is not said again.
    """
    for surface in context.recipe.surfaces.values():
        for position, other in enumerate(surface.spec.besides):
            context.find("surfaces", other, surface.at("besides", position))
        reference = context.recipe.references.get(reference_key(surface))
        if reference is not None:
            strangers = _strangers(context, surface, set(reference.spec.names))
            for name, place in strangers.items():
                _say_stranger(context, surface, reference, name, place)
            _say_silent(context, surface, reference, set(strangers))
            if not context.recipe.included(surface):
                help_ = "exclude less, or remove the surface"
                message = f"nothing of {reference.name} is left to include"
                context.say("SPC103", message, surface.at("include"), help_)


def _strangers(context: Context, surface: Definition[Surface], names: set[str]) -> dict[str, Span]:
    """Return what is included or excluded, but not in the reference; `instead` may lead out of it."""
    spec = surface.spec
    instead = {used for exclusion in spec.exclude.values() for used in exclusion.used}
    included = {n: p for n, p in context.recipe.included(surface).items() if n not in instead}
    written = included | {name: surface.key_at("exclude", name) for name in spec.exclude}
    return {name: place for name, place in written.items() if name not in names}


def _say_stranger(
    context: Context,
    surface: Definition[Surface],
    reference: Definition[ReferenceList],
    name: str,
    place: Span,
) -> None:
    what = "excluded" if name in surface.spec.exclude else "included"
    known = reference.spec.names
    help_ = did_you_mean(name, known) or f"remove it, or add it to {reference.name}"
    context.strangers.add((surface.name, name))
    context.say("SPC510", f"`{name}` is {what}, but {reference.name} does not hold it", place, help_)


def _say_silent(
    context: Context, surface: Definition[Surface], reference: Definition[ReferenceList], strangers: set[str]
) -> None:
    names = reference.spec.names
    # A name that is misspelt where it is accounted for has been spoken of there.
    meant = {near for stranger in strangers for near in closest(stranger, names)}
    spoken = meant | set(surface.spec.exclude) | set(context.recipe.included(surface))
    spoken |= context.recipe.accounted_besides(surface)
    places = {name: reference.at("names", position) for position, name in enumerate(names)}
    silent = [name for name in places if name not in spoken]
    if silent:
        related = tuple(Related(places[name], f"`{name}` is listed here") for name in silent[:MOST_NAMES])
        of = f"{len(silent)} of the {len(names)} names of {reference.name}"
        message = f"`{surface.name}` neither includes nor excludes {of}: {quoted(silent)}"
        help_ = "include each, or exclude it with a reason; `include: rest` includes what is not excluded"
        context.say("SPC509", message, surface.key, help_, related=related)
