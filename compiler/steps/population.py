"""A source's rows become entities, its columns variables: the frame a scaffold or a donor starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.expressions import Value
from compiler.frame import SQL_TYPES, Column, Frame, Owner, by_entity
from compiler.model.columns import Draw, Mapped, Named, RowValue
from compiler.plan import WEIGHT as WEIGHT  # noqa: PLC0414 - the steps take it from here
from compiler.plan import ColumnRef, Inputs, Node, cost
from compiler.steps.entities import entity_rules
from compiler.steps.facts import variable_facts
from compiler.steps.files import file_node, raw_types
from compiler.steps.given import given_columns, given_rules
from compiler.steps.ignored import account_for_columns, values_of
from compiler.steps.joined import join_nodes, join_parameters, keys_of, raw_table
from compiler.steps.mapped import mapped_value
from compiler.steps.months import check_months
from compiler.steps.raw import RawColumns
from compiler.steps.row_values import may_have_members, named_value, row_value, value_of
from compiler.steps.split import split_amounts, split_rule
from compiler.steps.units import tax_units, units_node
from compiler.steps.views import views
from compiler.typed import wanted

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.model.populations import Population
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.steps.facts import Facts
    from compiler.steps.joined import RawTable

# What the optimiser starts from in a cloned frame.
INTERNAL_WEIGHT = "household_internal_weight"
# The weight before any calibration, in tables that can be calibrated again.
STORED_WEIGHT = "household_stored_weight"


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
    table = raw_table(context, source)
    raw = RawColumns(context, source, table)
    parameters = _parameters(context, source, spec, raw)
    units = tax_units(context, source, spec, raw, parameters)
    if table.own is not None:
        raw.read |= keys_of(source)
        account_for_columns(context, source, spec, table, raw.read)
        parameters |= _files(source, table, table.own, raw.read)
        parameters |= split_amounts(source, table.own, raw.read)
    artifacts = {"file": file_node(context, source), **join_nodes(context, source)}
    if units is not None:
        parameters["units"] = units.given
        artifacts["units"] = units_node(context, source, table, units)
    address = f"source.{source.name}"
    rows = table.own.rows if table.own else 0
    frame = Frame((address,), _columns(context, source, spec, raw, address), views(context), size=rows)
    context.add(Node(
        address=address, operation="population", version=1, parameters=parameters,
        inputs=Inputs(artifacts=artifacts),
        outputs=by_entity(frame.columns.values()),
        stream=f"source.{context.first_name('sources', source.name)}",
        estimate=cost.linear("population", rows), place=str(source.key),
    ))  # fmt: skip
    return frame


def _files(source: Definition[Source], table: RawTable, own: LockedSource, read: set[str]) -> dict[str, Any]:
    """Return what is read of the files of a source."""
    joins = join_parameters(source, table, read)
    return {
        "read": raw_types(own, read),
        **({"join": joins} if joins else {}),
        **({"documented": True} if own.documented else {}),
    }


def _parameters(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns
) -> dict[str, Any]:
    base = ("population",)
    where = None if source.spec.where is None else raw.keep(source.spec.where, "where")
    is_split = split_rule(source, raw)
    left_out = [
        raw.leave_out(entry.where, "leave_out", number, "where")
        for number, entry in enumerate(source.spec.leave_out)
    ]
    entities = entity_rules(context, source, spec, raw)
    # A list: the order of the members numbers the persons of a row.
    members = [
        [name, raw.text(count, ("int", f"the number of members `{name}`"), *base, "members", name)]
        for name, count in spec.kinds.items()
    ]
    whole = spec.rows is not None
    weight = raw.text(spec.weight.value, ("number", "a weight"), *base, "weight", "value", whole=whole)
    start = {} if spec.weight.internal is None else {"internal": INTERNAL_WEIGHT}
    given = given_rules(spec, raw, INTERNAL_WEIGHT)
    check_months(context, source, spec)
    return {
        "where": where,
        **is_split,
        **({"leave_out": left_out} if left_out else {}),
        "entities": entities,
        "members": members,
        "weight": {"column": WEIGHT, "value": weight, **start},
        "columns": [
            _column_rule(context, source, spec, raw, name)
            for name in sorted(spec.columns)
            if name not in spec.dropped
        ]
        + given,
        **({} if spec.rows is None else {"rows": spec.rows.model_dump()}),
    }


def _column_rule(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns, name: str
) -> dict[str, Any]:
    facts = variable_facts(context, name, source.key_at("population", "columns", name))
    rule = spec.columns[name]
    path = ("population", "columns", name)
    made = {"name": name, "entity": facts.entity, "type": SQL_TYPES[facts.type]}
    if isinstance(rule, RowValue):
        return made | row_value(context, source, spec, raw, (name, facts), rule)
    if isinstance(rule, Named):
        return made | named_value(context, source, spec, raw, (name, facts), rule)
    if isinstance(rule, Mapped):
        return made | mapped_value(context, source, raw, (name, facts), rule)
    if not isinstance(rule, dict):
        return {**made, "row": value_of(context, source, raw, (name, facts), rule, *path)}
    if not may_have_members(context, source, spec, name):
        for text, inside in values_of(rule):
            raw.typed(text, None, *path, *inside)
        return made
    if facts.entity != "person":
        message = f"`{name}` belongs to {facts.entity}, but is given member by member"
        context.say("SPC302", message, source.key_at(*path), "write one expression for the whole row")
    for member in rule.keys() - spec.kinds.keys() - {"others"}:
        help_ = "members: " + ", ".join(spec.kinds)
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
        return value_of(context, source, raw, variable, value, *path)
    name, facts = variable
    wanted(context, Value("int"), (facts.type, f"`{name}`"), source, *path)
    return list(value.draw)


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
    return columns | given_columns(context, source, columns, ColumnRef(address, 1), INTERNAL_WEIGHT)
