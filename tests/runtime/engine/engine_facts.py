"""The facts of the committed snapshot, in the shape in which a plan carries them."""

from __future__ import annotations

from compiler.catalog.engine import EngineVariable, engine_catalog
from runtime.engine.facts import EngineFacts


def committed_facts() -> EngineFacts:
    """Return every variable of the committed snapshot."""
    catalog = engine_catalog("policyengine_us")
    variables = [variable for name in catalog if (variable := catalog.get(name))]
    return EngineFacts({variable.name: _row(variable) for variable in variables})


def _row(variable: EngineVariable) -> list[object]:
    values = None if variable.values is None else list(variable.values)
    return [variable.entity, variable.type, variable.period, variable.kind, values]
