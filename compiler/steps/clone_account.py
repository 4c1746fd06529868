"""What a plan says of its clones: who gives, and what becomes of every variable of their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.model.recipe import reference_key
from compiler.steps.donor_order import sources_of
from compiler.steps.facts import entity_of
from compiler.steps.given import given_clones
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.clones import Clone
    from compiler.model.populations import GivenClone
    from compiler.model.recipe import Definition
    from compiler.model.surfaces import Surface

Row = dict[str, Any]
# On which half a surface is written that steps after the clone bring onto it.
LATER = "later"


def clones_in_plan(context: Context) -> dict[str, Row]:
    """Return, clone by clone in the order of the pipeline, what its summary and its table are made of."""
    rows = context.frame.rows
    given = {name: _given(clone, context, rows[0]) for name, clone in given_clones(context, rows).items()}
    done = [(at, stage.name) for at, stage in enumerate(context.stages) if stage.kind == "clone"]
    return given | {
        name: _clone(context, context.recipe.clones[name], context.stages[at - 1].frame)
        for at, name in done
        if f"clone.{name}" in context.nodes
    }


def _clone(context: Context, definition: Definition[Clone], before: Frame) -> Row:
    spec = definition.spec
    imputation = context.recipe.imputations[spec.imputation]
    return {
        "made_by": f"clone.{definition.name}",
        "scaffold": spec.of,
        "donor": spec.donor,
        "donor_sources": sources_of(context, spec.donor),
        "imputation": spec.imputation,
        # Nothing that is drawn for persons is spread over their groups: each has values of its own.
        "non_person_mapping": f"by {imputation.spec.entity}, values of its own entity only",
        "stored_weight": spec.stored_weight,
        "internal_start": spec.internal_start.model_dump(),
        "internal_weight": INTERNAL_WEIGHT,
        "flags": dict(spec.flags),
        "surface": _Account(context, definition, before).rows(),
    }


def _given(clone: GivenClone, context: Context, source: str) -> Row:
    """Return what is said of copies that came with a source: what was done to them, nobody here knows."""
    internal = INTERNAL_WEIGHT if INTERNAL_WEIGHT in context.frame.columns else WEIGHT
    unknown = dict.fromkeys(
        ("scaffold", "imputation", "non_person_mapping", "stored_weight", "internal_start")
    )
    return {
        "made_by": source, **unknown, "donor": clone.donor, "donor_sources": [], "internal_weight": internal,
        "flags": dict(clone.flags), "surface": [],
    }  # fmt: skip


class _Account:
    """The table of a clone's variables: one row a name of each list."""

    def __init__(self, context: Context, definition: Definition[Clone], before: Frame) -> None:
        self.context, self.recipe, self.before = context, context.recipe, before
        spec = definition.spec
        parts = [part for part in (spec.impute, spec.override) if part is not None]
        self.written = {part.surface: part for part in parts}
        named = dict.fromkeys([*self.written, *spec.later])
        self.surfaces = [self.recipe.surfaces[name] for name in named]
        # By surface, what it says of names itself, and what it accounts for to others: asked for each name.
        self.own = {s.name: {*self.recipe.included(s), *s.spec.exclude} for s in self.surfaces}
        besides = {beside for s in self.surfaces for beside in s.spec.besides}
        there = [self.recipe.surfaces[name] for name in sorted(besides) if name in self.recipe.surfaces]
        self.accounted = {surface.name: self.recipe.accounted(surface) for surface in there}

    def rows(self) -> list[Row]:
        return [row for surface in self.surfaces for row in self._listed(surface)]

    def _listed(self, surface: Definition[Surface]) -> list[Row]:
        """Return a row a name of the reference, of the surface itself where it is held to none."""
        reference = self.recipe.references.get(reference_key(surface))
        included = self.recipe.included(surface)
        names = reference.spec.names if reference is not None else (*included, *surface.spec.exclude)
        told = {
            "list": surface.spec.reference or f"surfaces.{surface.name}",
            "listed_by": reference.spec.source if reference is not None else None,
        }
        return [{**told, **self._row(surface, name)} for name in dict.fromkeys(names)]

    def _row(self, surface: Definition[Surface], name: str) -> Row:
        owner = self._owner(surface, name)
        excluded = owner.spec.exclude.get(name)
        reason = None if excluded is None else excluded.reason
        instead = [] if excluded is None else list(excluded.used)
        # What is used in its place is on the halves that the name was meant for.
        held = [name] if excluded is None else instead
        return {
            "name": name, "entity": entity_of(self.context, name),
            "status": "included" if excluded is None else "excluded",
            "reason": reason, "instead": instead, "note": None if excluded is None else excluded.note,
            "surface": owner.name,
            "halves": self._halves(owner) if held else None,
            "before": all(each in self.before.columns for each in held) if held else None,
            "absent": self._absent(owner) if held else None,
        }  # fmt: skip

    def _owner(self, surface: Definition[Surface], name: str) -> Definition[Surface]:
        """Return the surface that accounts for a name: this one, or one of those beside it."""
        if name in self.own[surface.name]:
            return surface
        found = (other for other in surface.spec.besides if name in self.accounted.get(other, ()))
        other = next(found, None)
        return surface if other is None else self.recipe.surfaces[other]

    def _halves(self, surface: Definition[Surface]) -> str:
        part = self.written.get(surface.name)
        return LATER if part is None else part.halves

    def _absent(self, surface: Definition[Surface]) -> str | None:
        part = self.written.get(surface.name)
        return None if part is None else part.absent
