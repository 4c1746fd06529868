"""Tax units that rules make of who lives together: what each is asked, and the node that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.expressions import ExpressionError, parse
from compiler.plan import Inputs, Node, cost
from compiler.steps.files import file_node, files_in_words, raw_types
from compiler.steps.joined import join_nodes, join_parameters, keys_of

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.populations import Population
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.units import Rules
    from compiler.steps.joined import RawTable
    from compiler.steps.raw import RawColumns


class TaxUnits(NamedTuple):
    """How tax units are made: the parameters of the node, less the files, and the raw columns it reads."""

    rules: Rules
    parameters: dict[str, Any]
    read: frozenset[str]

    @property
    def given(self) -> dict[str, Any]:
        """What the population is told of them."""
        return {"gives": {name: what for what, name in self.rules.given.items()}}


def tax_units(
    context: Context, source: Definition[Source], spec: Population, raw: RawColumns, made: dict[str, Any]
) -> TaxUnits | None:
    """Check the rules that make a source's tax units; `made` are the parameters of its population."""
    if spec.rules is None:
        return None
    key, rules = spec.rules
    base = ("population", "entities", key, "rules")
    asked = {
        name: raw.text(text, (kind, f"`{path[0]}`"), *base, *path)
        for name, (text, path, kind) in rules.asked.items()
    }
    _check(context, source, spec, raw)
    ids = {name: made["entities"].get(name, {}).get("id", "0") for name in ("person", "household")}
    texts = [*asked.values(), *ids.values(), *made.get("leave_out", ()), made["where"] or "true"]
    parameters = {
        "library": rules.library, "version": rules.version, "mode": rules.mode, "year": source.spec.period,
        "where": made["where"], "leave_out": made.get("leave_out", []), "asked": asked, **ids,
    }  # fmt: skip
    return TaxUnits(rules, parameters, _read(texts) | keys_of(source))


def _check(context: Context, source: Definition[Source], spec: Population, raw: RawColumns) -> None:
    """Say why the rules cannot be applied, or where what they give would hide a column of the file."""
    if spec.rules is None:
        return
    key, rules = spec.rules
    base = ("population", "entities", key, "rules")
    place = source.key_at(*base)
    if key != "tax_unit":
        message = f"the rules make tax units, and no {key}"
        context.say("SPC220", message, place, "write them under `tax_unit:`")
    if spec.members is not None or spec.rows is not None or source.spec.split is not None:
        message = "rules make tax units of rows that are persons, and here no row is one person"
        context.say("SPC220", message, place, "write an `id:` of the tax unit")
    if source.spec.period is None:
        message = "the rules are those of a year, and nothing says of which"
        context.say("SPC220", message, place, "write `period:` of the source")
    columns = {} if raw.lock is None else {name.lower(): name for name in raw.lock.columns}
    for what, name in rules.given.items():
        if name.lower() in columns:
            message = f"`{name}` is a column of {files_in_words(context, source)} already"
            context.say("SPC220", message, source.at(*base, "gives", what), "give it another name")


def _read(texts: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        try:
            found |= parse(text).columns
        except ExpressionError:
            continue  # said where it is written
    return frozenset(found)


def units_node(context: Context, source: Definition[Source], table: RawTable, units: TaxUnits) -> str:
    """Add the node that makes the tax units of a source; return its address."""
    files: dict[str, Any] = {}
    if table.own is not None:
        read = set(units.read)
        files = {"read": raw_types(table.own, read), "join": join_parameters(source, table, read)}
        files |= {"documented": True} if table.own.documented else {}
    return context.add(Node(
        address=f"units.{source.name}", operation="units", version=1, parameters=units.parameters | files,
        inputs=Inputs(artifacts={"file": file_node(context, source), **join_nodes(context, source)}),
        outputs={"units": ("units",)}, estimate=cost.linear("units", table.own.rows if table.own else 0),
        place=str(source.key),
    ))  # fmt: skip
