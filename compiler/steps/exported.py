"""What the files of an export hold, and what the plan says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.plan import ENTITIES, GROUPS

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.finish import Contract, Export
    from compiler.model.recipe import Recipe
    from compiler.plan import Node

# Ids and memberships: the rows of a frame hold them, the engine's file needs them as variables.
STRUCTURE = frozenset({f"{entity}_id" for entity in ENTITIES} | {f"person_{group}_id" for group in GROUPS})


@dataclass(frozen=True, slots=True)
class Exported:
    """What the engine's file and the Parquet tables of an export hold; None where there is no such file."""

    engine: frozenset[str] | None
    tables: frozenset[str] | None

    @classmethod
    def of(cls, spec: Export, engine: set[str], tables: set[str]) -> Exported:
        """Return what an export holds in the files that it writes."""
        return cls(
            frozenset(engine) if spec.policyengine is not None else None,
            frozenset(tables) if spec.parquet is not None else None,
        )

    def has(self, name: str, *, of_engine: bool) -> bool:
        """Tell whether a variable is where it has to be: one of the engine in its file, if there is one."""
        file = self.engine if of_engine and self.engine is not None else self.tables
        return file is not None and name in file

    def __contains__(self, name: str) -> bool:
        return any(file is not None and name in file for file in (self.engine, self.tables))


def exports_in_plan(context: Context) -> dict[str, Any]:
    """Return, for the plan's metadata, what each export holds, file by file, and what it is held to."""
    nodes = [node for node in context.nodes.values() if node.operation == "export"]
    names = {node.address.removeprefix("export."): node for node in nodes}
    return {
        name: _said(context.recipe, context.recipe.exports[name].spec, node) for name, node in names.items()
    }


def _said(recipe: Recipe, spec: Export, node: Node) -> dict[str, Any]:
    files, start = (
        ((spec.policyengine, "variables"), (spec.parquet, "columns")),
        node.parameters.get("start", ()),
    )
    return {
        "holds": {
            file: sorted({*node.parameters[key], *STRUCTURE, *(start if key == "columns" else ())})
            for file, key in files
            if file is not None
        },
        "require": names_of(recipe, spec.require),
        "prohibit": names_of(recipe, spec.prohibit),
    }


def names_of(recipe: Recipe, listed: Contract) -> list[str]:
    """Return the names of a contract, sorted, whether they stand there or in a reference file."""
    return sorted(recipe.references[listed].spec.names if isinstance(listed, str) else listed)


def surface_facts(context: Context, frame: Frame, names: set[str]) -> dict[str, Any]:
    """Return what readers of an export rely on: by column its entity, type, unit, period and enum values."""
    return {name: _facts(context, frame, name) for name in sorted(names & {*frame.columns})}


def _facts(context: Context, frame: Frame, name: str) -> dict[str, Any]:
    column, variable = frame.columns[name], context.engine.get(name)
    return {
        "entity": column.entity,
        "type": column.type,
        "unit": column.unit,
        # The year of an amount's money. That of a count or a status is the survey's, no promise to readers.
        "period": [column.period if _is_money(column.unit) else None, variable.period if variable else None],
        "values": sorted(variable.values) if variable and variable.values else None,
    }


def _is_money(unit: str | None) -> bool:
    return unit is not None and unit.startswith("currency")
