"""How the ids of a source's entities follow from its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.model.base import ENTITIES

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.sources import EntityRule, Population, Source
    from compiler.steps.raw import RawColumns

_MEMBER = frozenset({"member"})


def entity_rules(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns
) -> dict[str, Any]:
    """Return the rule of every entity, checked; say which entities have none."""
    for entity in ENTITIES:
        if entity not in spec.entities:
            place = source.key_at("population", "entities")
            context.say("SPC102", f"nothing says what a {entity} is", place, f"add `{entity}:`")
    rules: dict[str, Any] = {}
    for name, rule in spec.entities.items():
        rules[name] = rule.model_dump(exclude_none=True)
        _check(context, source, spec, name, rule)
        if rule.id is not None:
            path = ("population", "entities", name, "id")
            also = _MEMBER if name == "person" and spec.members is not None else frozenset()
            rules[name]["id"] = raw.text(rule.id, ("int", f"the id of a {name}"), *path, also=also)
    return rules


def _check(
    context: Context, source: Definition[Source], spec: Population, name: str, rule: EntityRule
) -> None:
    path = ("population", "entities", name)
    if name == "person" and rule.id is None:
        context.say(
            "SPC207",
            "persons need an id of their own",
            source.key_at(*path),
            "write `id:` over a row" + (" and `member`" if spec.members is not None else ""),
        )
    other = spec.entities.get(rule.same_as) if rule.same_as is not None else None
    if rule.same_as == name or (other is not None and other.same_as is not None):
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
