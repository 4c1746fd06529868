"""A source's rows become entities, its columns variables: the frame a scaffold or a donor starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions import Value
from compiler.frame import SQL_TYPES, Column, Frame, Owner, by_entity
from compiler.model.sources import Draw, Population, Source
from compiler.plan import ColumnRef, Inputs, Node, cost
from compiler.steps.entities import entity_rules
from compiler.steps.facts import entity_of, variable_facts
from compiler.steps.files import file_node, locked, raw_types
from compiler.steps.ignored import account_for_columns
from compiler.steps.months import check_months, year_of
from compiler.steps.raw import RawColumns
from compiler.steps.views import views
from compiler.typed import known_constants, wanted

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.steps.facts import Facts

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
    frame = Frame((address,), _columns(context, source, spec, raw, address), views(context), size=rows)
    context.add(Node(
        address=address, operation="population", version=1, parameters=parameters,
        inputs=Inputs(artifacts={"file": file_node(context, source)}),
        outputs=by_entity(frame.columns.values()),
        stream=f"source.{context.first_name('sources', source.name)}",
        estimate=cost.linear("population", rows), place=str(source.key),
    ))  # fmt: skip
    return frame


def _parameters(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns
) -> dict[str, Any]:
    base = ("population",)
    where = None if source.spec.where is None else raw.keep(source.spec.where, "where")
    left_out = [
        raw.leave_out(entry.where, "leave_out", number, "where")
        for number, entry in enumerate(source.spec.leave_out)
    ]
    entities = entity_rules(context, source, spec, raw)
    # A list: the order of the members numbers the persons of a row.
    members = [
        [name, raw.text(count, ("int", f"the number of members `{name}`"), *base, "members", name)]
        for name, count in spec.members.items()
    ]
    weight = raw.text(spec.weight.value, ("number", "a weight"), *base, "weight", "value")
    check_months(context, source, spec)
    return {
        "where": where,
        **({"leave_out": left_out} if left_out else {}),
        "entities": entities,
        "members": members,
        "weight": {"column": WEIGHT, "value": weight},
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
    made = {"name": name, "entity": facts.entity, "type": SQL_TYPES[facts.type]}
    if not isinstance(rule, dict):
        return {**made, "row": _value(context, source, raw, (name, facts), rule, *path)}
    if facts.entity != "person":
        message = f"`{name}` belongs to {facts.entity}, but is given member by member"
        context.say("SPC302", message, source.key_at(*path), "write one expression for the whole row")
    for member in rule.keys() - spec.members.keys() - {"others"}:
        help_ = "members: " + ", ".join(spec.members)
        context.say("SPC201", f"there is no member `{member}`", source.key_at(*path, member), help_)
    values = {
        member: _member(context, source, raw, (name, facts), value, *path, member)
        for member, value in rule.items()
    }
    first = context.first_name("variables", name)
    is_drawn = first != name and any(isinstance(value, Draw) for value in rule.values())
    # What is drawn under another name is drawn from the same stream.
    return {**made, "members": values, **({"stream": first} if is_drawn else {})}


def _member(
    context: Context,
    source: Definition[Source],
    raw: RawColumns,
    variable: tuple[str, Facts],
    value: Draw | str | int,
    *path: str,
) -> list[int] | str:
    if not isinstance(value, Draw):
        return _value(context, source, raw, variable, value, *path)
    name, facts = variable
    wanted(context, Value("int"), (facts.type, f"`{name}`"), source, *path)
    return list(value.draw)


def _value(
    context: Context,
    source: Definition[Source],
    raw: RawColumns,
    variable: tuple[str, Facts],
    expression: str | int,
    *path: str,
) -> str:
    """Check an expression for a variable and return its text; an amount of a month becomes the year's."""
    name, facts = variable
    # Nobody knows what an unknown variable would be of, which has been said.
    want = None if entity_of(context, name) is None else (facts.type, f"`{name}`")
    found = raw.typed(expression, want, *path)
    known_constants(context, found, name, facts.values, source, *path)
    if found.value.nullable:
        raw.null_at.setdefault(name, source.at(*path))
    return year_of(source, name, str(expression))


def _columns(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns, address: str
) -> dict[str, Column]:
    columns = {}
    for name in sorted(spec.columns):
        if name in spec.dropped or ("variables", name) in context.recipe.broken:
            continue
        span = source.key_at("population", "columns", name)
        facts = variable_facts(context, name, span, quiet=True)
        columns[name] = Column(
            name, facts.entity, facts.type, facts.unit, source.spec.period, ColumnRef(address, 1), span,
            facts.per, raw.null_at.get(name), Owner(f"sources.{source.name}", span),
        )  # fmt: skip
    weight = source.key_at("population", "weight")
    columns[WEIGHT] = Column(
        WEIGHT, "household", "float", None, source.spec.period, ColumnRef(address, 1), weight,
        owner=Owner(f"sources.{source.name}", weight),
    )  # fmt: skip
    return columns
