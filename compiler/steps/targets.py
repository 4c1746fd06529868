"""A target table becomes facts: which rows, which measure, who is counted, in which bands and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Related
from compiler.plan import Inputs, Node, cost
from compiler.steps.facts import variable_facts
from compiler.steps.files import file_node, locked
from compiler.steps.target_aging import aging
from compiler.steps.target_bands import check_bands, uncovered
from compiler.steps.target_codes import check_codes
from compiler.steps.target_geography import geography
from compiler.steps.target_precision import precision
from compiler.steps.target_reconcile import agreement
from compiler.steps.target_sums import adding_up
from compiler.steps.target_table import Table
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.targets import Target
    from compiler.steps.target_aging import Aging

_END = ("number", "the end of a band")


def facts_node(context: Context, target: Definition[Target]) -> str | None:
    """Add the node that reads a target's facts from its table; return its address."""
    spec, address = target.spec, f"facts.{target.name}"
    source: Definition[Source] | None = context.find("sources", spec.source, target.at("source"))
    if source is None:
        return None
    if address in context.nodes:
        return address
    _check_families(context, target)
    total, aged, agreed = adding_up(context, target), aging(context, target), agreement(context, target)
    table = Table(context, target, source, locked(context, source))
    parameters = _read_from(context, target, table) | {
        "families": _families(spec, aged),
        "factors": aged.tables,
        "adds_up_to": total.parameters if total else None,
        **(agreed.parameters if agreed else {}),
    }
    check_bands(context, target, table)
    check_codes(context, target, table)
    parameters["read"] = table.types
    artifacts = {"table": file_node(context, source), **aged.artifacts}
    if total is not None and (whole := facts_node(context, total.whole)) is not None:
        artifacts["whole"] = whole
    if agreed is not None and (other := facts_node(context, agreed.other)) is not None:
        artifacts["agreed"] = other
    return context.add(Node(
        address=address, operation="facts", version=2, parameters=parameters,
        inputs=Inputs(artifacts=artifacts), outputs={"facts": ("facts",)},
        estimate=cost.linear("facts"), place=str(target.key),
    ))  # fmt: skip


def _read_from(context: Context, target: Definition[Target], table: Table) -> dict[str, Any]:
    """Return what is read of each row of the table, checked."""
    spec = target.spec
    return {
        "rows": table.rows(),
        "unpivot": _unpivot(spec, table),
        "where": table.text(spec.where, ("bool", "`where`"), "where"),
        "value": table.text(spec.value, ("number", "`value`"), "value"),
        "combine": spec.combine,
        "lower": table.text(spec.bands.lower, _END, "bands", "lower") if spec.bands else None,
        "upper": table.text(spec.bands.upper, _END, "bands", "upper") if spec.bands else None,
        "uncovered": uncovered(target),
        "geography": geography(context, target, table),
        "match": {name: _match(context, target, table, name) for name in spec.match},
        "family": table.text(spec.family, None, "family"),
        "counts": table.text(spec.counts, ("bool", "`counts`"), "counts"),
        "leave_out": _left_out(context, target, table),
        **precision(context, target, table),
    }


def _families(spec: Target, aged: Aging) -> dict[str, dict[str, Any]]:
    return {
        row: {
            "name": family.name or row,
            "role": family.role,
            "measure": "count" if family.count else "sum",
            "factor": family.factor,
            "index": aged.families.get(row),
            **({"counts_index": aged.counts[row]} if row in aged.counts else {}),
        }
        for row, family in spec.families.items()
    }


def _unpivot(spec: Target, table: Table) -> dict[str, Any] | None:
    if spec.unpivot is None:
        return None
    return {"columns": table.wide, "name": spec.unpivot.name, "value": spec.unpivot.value}


def _check_families(context: Context, target: Definition[Target]) -> None:
    """Say which families count another entity than the target is about, or go by a name that is taken."""
    named: dict[str, str] = {}
    for row, family in target.spec.families.items():
        place = target.key_at("families", row)
        if family.count is not None and family.count != target.spec.entity:
            message = f"`{row}` counts {family.count}, but the target is about {target.spec.entity}"
            help_ = f"write `count: {target.spec.entity}`, or a target of its own"
            context.say("SPC605", message, target.at("families", row, "count"), help_)
        name = family.name or row
        if name in named:
            related = (Related(target.key_at("families", named[name]), "the first"),)
            context.say("SPC606", f"two families are called `{name}`", place, "rename one", related=related)
        named.setdefault(name, row)


def _left_out(context: Context, target: Definition[Target], table: Table) -> list[str]:
    """Return a condition for every rule and for every family left out, so that each can be seen to match."""
    spec = target.spec
    conditions: list[str] = []
    for number, entry in enumerate(spec.leave_out):
        if entry.where is not None:
            path = ("leave_out", number, "where")
            conditions.append(table.text(entry.where, ("bool", "`where`"), *path) or "")
        for position, family in enumerate(entry.families):
            place = target.at("leave_out", number, "families", position)
            if spec.family is None:
                context.say(
                    "SPC604",
                    "there is no `family` column to tell families apart",
                    place,
                    "write `where:` instead",
                )
            elif family in spec.families:
                context.say(
                    "SPC604", f"`{family}` is left out and declared too", place, "keep one of the two"
                )
            quoted = family.replace("'", "''")
            conditions.append(f"({spec.family}) = '{quoted}'")
    return conditions


def _match(context: Context, target: Definition[Target], table: Table, name: str) -> dict[str, Any]:
    match = target.spec.match[name]
    column = table.text(match.column, None, "match", name, "column")
    if match.codes == "same":
        return {"column": column, "codes": None}
    facts = variable_facts(context, name, target.key_at("match", name), quiet=True)
    codes: dict[str, list[str] | None] = {}
    for label, values in match.codes.items():
        codes[label] = None if values == "any" else list(values)
        for position, value in enumerate([] if values == "any" else values):
            if facts.values is not None and value not in facts.values:
                context.say(
                    "SPC206",
                    f"`{value}` is not a value of `{name}`",
                    target.at("match", name, "codes", label, position),
                    did_you_mean(value, facts.values) or "values: " + ", ".join(facts.values[:12]),
                )
    return {"column": column, "codes": codes}
