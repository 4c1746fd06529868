"""`export:` and `validate:` what others read, and how it compares with what others published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan import ENTITIES, GROUPS, Inputs, Node, cost
from compiler.steps.breaks import surface_facts
from compiler.steps.clone import INTERNAL_WEIGHT
from compiler.steps.facts import engine_slice
from compiler.steps.population import WEIGHT

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.expressions import Parsed
    from compiler.frame import Frame
    from compiler.model.finish import Export, Validation
    from compiler.model.recipe import Definition

# Ids and memberships: the rows of a frame hold them, the engine's file needs them as variables.
_STRUCTURE = {f"{entity}_id" for entity in ENTITIES} | {f"person_{group}_id" for group in GROUPS}


def export(context: Context, name: str, span: Span) -> None:
    """Add the node that writes a dataset."""
    definition: Definition[Export] | None = context.find("exports", name, span)
    if definition is None or not context.frame.rows:
        return
    spec = definition.spec
    if spec.policyengine is None and spec.parquet is None:
        context.say(
            "SPC602",
            f"the export `{name}` writes nothing",
            definition.key,
            "add `policyengine: NAME.h5` or `parquet: FOLDER`",
        )
    stored = {c for c in context.frame.columns if c in context.engine and not _computed(context, c)} | {
        WEIGHT
    }
    tables = set(context.frame.columns) - {INTERNAL_WEIGHT} if spec.parquet else stored
    context.surface[f"export.{name}"] = surface_facts(context, context.frame, tables | stored)
    context.add(Node(
        address=f"export.{name}", operation="export", version=1,
        parameters={"period": context.period, "policyengine": spec.policyengine, "variables": sorted(stored),
                    "parquet": spec.parquet,
                    "columns": sorted(tables)},
        inputs=Inputs({"frame": context.frame.slice(tables | stored)}), outputs={"dataset": ("files",)},
        engine=engine_slice(context, stored | _STRUCTURE),
        estimate=cost.linear("export", context.frame.size), place=str(definition.key),
    ))  # fmt: skip


def _computed(context: Context, name: str) -> bool:
    variable = context.engine.get(name)
    return variable is not None and variable.computed


def _entity_of(frame: Frame, parsed: Parsed) -> str:
    """Return the entity whose units an aggregate adds up: the group, where it is taken over one."""
    read = {u.window or frame.entity_of(u.name) for u in parsed.uses if u.name in frame.names()}
    return next(iter(sorted((read | parsed.windows) - {"household"})), "household")


def validate(context: Context, name: str, span: Span) -> None:
    """Add the node that compares weighted totals with published ones."""
    definition: Definition[Validation] | None = context.find("validations", name, span)
    if definition is None or not context.frame.rows:
        return
    reads = {WEIGHT}
    aggregates = {}
    for key, aggregate in definition.spec.aggregates.items():
        parsed = context.parsed(aggregate.sum, definition, "aggregates", key, "sum")
        entity = _entity_of(context.frame, parsed) if parsed else "household"
        checked = context.expression(
            context.frame, aggregate.sum, entity, definition, "aggregates", key, "sum"
        )
        reads |= set(checked.columns) if checked else set()
        aggregates[key] = {
            "sum": str(aggregate.sum),
            "entity": entity,
            "benchmark": float(aggregate.benchmark),
            "tolerance": float(aggregate.tolerance),
            "unit": aggregate.unit,
        }
    context.add(Node(
        address=f"validate.{name}", operation="validate", version=1,
        parameters={"aggregates": aggregates, "weight": WEIGHT, "blocking": definition.spec.blocking},
        inputs=Inputs({"frame": context.frame.slice(reads)}), outputs={"report": ("aggregates",)},
        estimate=cost.linear("validate", context.frame.size), place=str(definition.key),
    ))  # fmt: skip
