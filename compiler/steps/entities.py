"""How the ids of a source's entities follow from its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.model.base import ENTITIES

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.base import Entity
    from compiler.model.populations import EntityRule, Population, Unit
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.steps.raw import RawColumns

_MEMBER = frozenset({"member"})
# The column that rules about who lives together add to every row.
UNIT = '"__unit"'


def entity_rules(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns
) -> dict[str, Any]:
    """Return the rule of every entity, checked; say which entities have none."""
    rules: dict[str, Any] = {}
    for entity in ENTITIES:
        found = spec.rule_of(entity)
        if found is None:
            place = source.key_at("population", "entities")
            help_ = f"add `{entity}:`, or `others:` for all that are not named"
            context.say("SPC102", f"nothing says what a {entity} is", place, help_)
            continue
        key, rule = found
        rules[entity] = {"id": UNIT} if rule.rules is not None else rule.model_dump(exclude_none=True)
        _check(context, source, spec, entity, rule, key)
        if rule.id is not None:
            path = ("population", "entities", key, "id")
            also = _MEMBER if entity == "person" and spec.members is not None else frozenset()
            what = f"the id of a {entity}" if key == entity else "the id of others"
            rules[entity]["id"] = raw.text(rule.id, ("int", what), *path, also=also)
    return rules


def _check(
    context: Context, source: Definition[Source], spec: Population, name: Entity, rule: EntityRule, key: Unit
) -> None:
    path = ("population", "entities", key)
    if name == "person" and rule.id is None:
        context.say(
            "SPC207",
            "persons need an id of their own",
            source.key_at(*path),
            "write `id:` over a row"
            + (" and `member`" if spec.members is not None else "")
            + ("" if key == name else " for `person:`"),
        )
    other = spec.rule_of(rule.same_as) if rule.same_as is not None else None
    if rule.same_as == name or (other is not None and other[1].same_as is not None):
        message = f"`{rule.same_as}` has no ids of its own to share"
        context.say("SPC207", message, source.at(*path, "same_as"), "name an entity with `id:` or `couple:`")
    if rule.couple is not None and spec.members is None:
        message = f"a row is a person here, so that no members of it can be a {name}"
        help_ = "write an `id:` that both partners have, as `hh * 100 + greatest(line, spouse_line)`"
        context.say("SPC208", message, source.key_at(*path, "couple"), help_)
        return
    for position, member in enumerate(rule.couple or ()):
        if member not in spec.kinds:
            help_ = "members: " + ", ".join(spec.kinds)
            context.say(
                "SPC201", f"there is no member `{member}`", source.at(*path, "couple", position), help_
            )
