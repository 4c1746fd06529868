"""A source's rows become entities, its columns variables: the frame a scaffold or a donor starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import SQL_TYPES, Column, Frame
from compiler.model.sources import Draw, Population, Source
from compiler.plan import ColumnRef, Inputs, Node, cost
from compiler.steps.entities import entity_rules
from compiler.steps.facts import variable_facts
from compiler.steps.files import file_node, locked, raw_types
from compiler.steps.ignored import account_for_columns
from compiler.steps.raw import RawColumns
from compiler.steps.views import views
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition

WEIGHT = "household_weight"


def population(context: Context, source: Definition[Source]) -> Frame | None:
    """Add the nodes that build a source's entities; return its frame, or None when there can be none."""
    spec = source.spec.population
    if spec is None:
        context.say(
            "SPC401",
            f"`{source.name}` is a plain table: it has no `population`",
            source.key,
            "name a source of microdata",
        )
        return None
    lock = locked(context, source)
    raw = RawColumns(context, source, lock)
    parameters = _parameters(context, source, spec, raw)
    if lock is not None:
        account_for_columns(context, source, spec, lock, raw.read)
        parameters["read"] = raw_types(lock, raw.read)
    address = f"source.{source.name}"
    rows = lock.rows if lock else 0
    frame = Frame((address,), _columns(context, source, spec, address), views(context), size=rows)
    outputs: dict[str, tuple[str, ...]] = {}
    for column in frame.columns.values():
        outputs[column.entity] = (*outputs.get(column.entity, ()), column.name)
    context.add(Node(
        address=address, operation="population", version=1, parameters=parameters,
        inputs=Inputs(artifacts={"file": file_node(context, source)}), outputs=outputs,
        stream=f"source.{context.first_name('sources', source.name)}",
        estimate=cost.linear("population", rows), place=str(source.key),
    ))  # fmt: skip
    return frame


def _parameters(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns
) -> dict[str, Any]:
    base = ("population",)
    where = None if source.spec.where is None else raw.text(source.spec.where, "where")
    entities = entity_rules(context, source, spec, raw)
    # A list: the order of the members numbers the persons of a row.
    members = [[name, raw.text(count, *base, "members", name)] for name, count in spec.members.items()]
    return {
        "where": where,
        "entities": entities,
        "members": members,
        "weight": {"column": WEIGHT, "value": raw.text(spec.weight.value, *base, "weight", "value")},
        "columns": [
            _column_rule(context, source, spec, raw, name)
            for name in sorted(spec.columns)
            if name not in spec.dropped
        ],
    }


def _column_rule(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns, name: str
) -> dict[str, Any]:
    facts = variable_facts(context, name, source.key_at("population", "columns", name))
    rule = spec.columns[name]
    path = ("population", "columns", name)
    if not isinstance(rule, dict):
        return {
            "name": name,
            "entity": facts.entity,
            "type": SQL_TYPES[facts.type],
            "row": raw.text(rule, *path),
        }
    if facts.entity != "person":
        message = f"`{name}` belongs to {facts.entity}, but is given member by member"
        context.say("SPC302", message, source.key_at(*path), "write one expression for the whole row")
    values: dict[str, Any] = {}
    for member, value in rule.items():
        if member != "others" and member not in spec.members:
            help_ = "members: " + ", ".join(spec.members)
            context.say("SPC201", f"there is no member `{member}`", source.key_at(*path, member), help_)
        values[member] = list(value.draw) if isinstance(value, Draw) else raw.text(value, *path, member)
        _enum_constant(context, source, name, values[member], facts.values, (*path, member))
    made = {"name": name, "entity": facts.entity, "type": SQL_TYPES[facts.type], "members": values}
    first = context.first_name("variables", name)
    if first == name or not any(isinstance(value, Draw) for value in rule.values()):
        return made
    # What is drawn under another name is drawn from the same stream.
    return {**made, "stream": first}


def _enum_constant(
    context: Context,
    source: Definition[Source],
    name: str,
    value: object,
    allowed: tuple[str, ...] | None,
    path: tuple[str, ...],
) -> None:
    if allowed is None or not isinstance(value, str) or not value.startswith("'"):
        return
    code = value.strip("'")
    if code not in allowed:
        context.say(
            "SPC206",
            f"`{code}` is not a value of `{name}`",
            source.at(*path),
            did_you_mean(code, allowed) or "values: " + ", ".join(allowed[:12]),
        )


def _columns(
    context: Context, source: Definition[Source], spec: Population, address: str
) -> dict[str, Column]:
    columns = {}
    for name in sorted(spec.columns):
        if name in spec.dropped:
            continue
        span = source.key_at("population", "columns", name)
        facts = variable_facts(context, name, span, quiet=True)
        columns[name] = Column(
            name, facts.entity, facts.type, facts.unit, source.spec.period, ColumnRef(address, 1), span
        )
    weight = source.key_at("population", "weight")
    columns[WEIGHT] = Column(
        WEIGHT, "household", "float", None, source.spec.period, ColumnRef(address, 1), weight
    )
    return columns
