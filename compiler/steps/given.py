"""Copies that are among the rows of a source already: their flags, and what an optimiser starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import Column, Owner

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.populations import GivenClone, Population
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.plan import ColumnRef
    from compiler.steps.raw import RawColumns

_PATH = ("population", "clones")


def given_clones(context: Context, rows: tuple[str, ...]) -> dict[str, GivenClone]:
    """Return the clones that came with the source that a frame starts from."""
    source = context.recipe.sources.get(rows[0].removeprefix("source.")) if rows else None
    population = source.spec.population if source is not None else None
    return dict(population.clones) if population is not None else {}


def given_rules(spec: Population, raw: RawColumns, internal: str) -> list[dict[str, Any]]:
    """Return the columns that a source's own clones add, as rules over its rows."""
    rules = []
    for name, clone in spec.clones.items():
        text = raw.text(clone.where, ("bool", "which rows are copies"), *_PATH, name, "where")
        value = f"coalesce(({text})::BOOLEAN, false)"
        rules += [_rule(flag, entity, "BOOLEAN", value) for entity, flag in clone.flags.items()]
    if spec.weight.internal is not None:
        path = ("population", "weight", "internal")
        rules.append(
            _rule(
                internal, "household", "DOUBLE", raw.text(spec.weight.internal, ("number", "a weight"), *path)
            )
        )
    return rules


def _rule(name: str, entity: str, kind: str, value: str) -> dict[str, Any]:
    # A group has the flag of its first person: where a member differs, the summary of the clone says so.
    return {"name": name, "entity": entity, "type": kind, "row": value, "take": "first"}


def given_columns(
    context: Context, source: Definition[Source], there: dict[str, Column], ref: ColumnRef, internal: str
) -> dict[str, Column]:
    """Return the columns of a source's own clones; say which have the name of another."""
    spec = source.spec.population
    if spec is None or not (spec.clones or spec.weight.internal is not None):
        return {}
    found: dict[str, Column] = {}
    for name, clone in spec.clones.items():
        place = source.at(*_PATH, name, "flag")
        for entity, flag in clone.flags.items():
            if flag in there or flag in found:
                message = f"the flag `{flag}` has the name of something that the source has already"
                help_ = "take it out of `columns:`: the clone makes its flags, of every entity"
                context.say("SPC451", message, place, help_)
                break
            owner = Owner(f"sources.{source.name}", place)
            found[flag] = Column(flag, entity, "bool", None, None, ref, place, owner=owner)
    if spec.weight.internal is not None:
        place = source.at("population", "weight", "internal")
        owner = Owner(f"sources.{source.name}", place)
        period = source.spec.period
        found[internal] = Column(internal, "household", "float", None, period, ref, place, owner=owner)
    return found
