"""A target table becomes facts: which rows, which measure, who is counted, in which bands and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.catalog.lock import LockedColumn, LockedSource
from compiler.diagnostics import Related
from compiler.plan import Inputs, Node, cost
from compiler.steps.facts import variable_facts
from compiler.steps.files import file_node, known_column, locked, raw_types
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.targets import Target


def facts_node(context: Context, target: Definition[Target]) -> str | None:
    """Add the node that reads a target's facts from its table; return its address."""
    spec = target.spec
    source: Definition[Source] | None = context.find("sources", spec.source, target.at("source"))
    if source is None:
        return None
    _check_families(context, target)
    lock = locked(context, source)
    table = _Table(context, target, source, lock)
    parameters: dict[str, Any] = {
        "unpivot": None if spec.unpivot is None else spec.unpivot.model_dump(),
        "where": table.text(spec.where, "where"),
        "value": table.text(spec.value, "value"),
        "combine": spec.combine,
        "lower": table.text(spec.bands.lower, "bands", "lower") if spec.bands else None,
        "upper": table.text(spec.bands.upper, "bands", "upper") if spec.bands else None,
        "match": {name: _match(context, target, table, name) for name in spec.match},
        "family": table.text(spec.family, "family"),
        "counts": table.text(spec.counts, "counts"),
        "families": {
            row: {"name": f.name or row, "role": f.role, "measure": "count" if f.count else "sum"}
            for row, f in spec.families.items()
        },
        "leave_out": _left_out(context, target, table),
    }
    parameters["read"] = raw_types(lock, table.read) if lock else {}
    return context.add(Node(
        address=f"facts.{target.name}", operation="facts", version=1, parameters=parameters,
        inputs=Inputs(artifacts={"table": file_node(context, source)}), outputs={"facts": ("facts",)},
        estimate=cost.linear("facts"), place=str(target.key),
    ))  # fmt: skip


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


def _left_out(context: Context, target: Definition[Target], table: _Table) -> list[str]:
    """Return a condition for every rule and for every family left out, so that each can be seen to match."""
    spec = target.spec
    conditions: list[str] = []
    for number, entry in enumerate(spec.leave_out):
        if entry.where is not None:
            conditions.append(table.text(entry.where, "leave_out", number, "where") or "")
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


class _Table:
    """Parses expressions over the columns of a table, unpivoted ones included."""

    def __init__(
        self,
        context: Context,
        target: Definition[Target],
        source: Definition[Source],
        lock: LockedSource | None,
    ) -> None:
        self.context, self.target, self.source = context, target, source
        self.read: set[str] = set()
        self.made: set[str] = set()
        self.lock = self._unpivoted(lock)

    def _unpivoted(self, lock: LockedSource | None) -> LockedSource | None:
        unpivot = self.target.spec.unpivot
        if unpivot is None or lock is None:
            return lock
        prefix = unpivot.columns.removesuffix("*")
        wide = [name for name in lock.columns if name.startswith(prefix)]
        if not wide:
            self.context.say(
                "SPC203",
                f"`{self.source.name}` has no column that begins with `{prefix}`",
                self.target.at("unpivot", "columns"),
            )
        self.read |= set(wide)
        self.made = {unpivot.name, unpivot.value}
        kept = {name: column for name, column in lock.columns.items() if name not in wide}
        made = {
            name: LockedColumn(name, "VARCHAR" if name == unpivot.name else "DOUBLE", 0, None, None)
            for name in self.made
        }
        return LockedSource(lock.sha256, lock.rows, kept | made)

    def text(self, expression: str | int | None, *path: str | int) -> str | None:
        if expression is None:
            return None
        parsed = self.context.parsed(expression, self.target, *path)
        for use in parsed.uses if parsed else ():
            if use.window is not None:
                self.context.say(
                    "SPC303",
                    "an expression over a table cannot aggregate over a group",
                    self.target.at(*path),
                    "name one column's value",
                )
            elif self.lock is not None:
                place = self.target.within(use.offset, *path)
                known_column(self.context, self.source, self.lock, use.name, place)
            if use.name not in self.made:
                self.read.add(use.name)
        return str(expression)


def _match(context: Context, target: Definition[Target], table: _Table, name: str) -> dict[str, Any]:
    match = target.spec.match[name]
    column = table.text(match.column, "match", name, "column")
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
