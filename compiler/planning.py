"""What the walk through a pipeline has found becomes a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.plan import Plan
from compiler.plan.keys import with_keys
from compiler.steps.breaks import accepted_breaks
from compiler.steps.donor_order import donor_order
from compiler.steps.exported import exports_in_plan
from compiler.steps.files import described_files
from compiler.steps.moves import moved_nodes

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.plan import Node


def plan_of(context: Context) -> Plan:
    """Return the plan of a bundle without errors, its nodes in an order in which they can run."""
    recipe = context.recipe
    spec = recipe.bundle.spec
    uses = {"uses": sorted(spec.use)} if spec.use else {}
    citations = {
        f"{n}.{k}": a.source for n, v in recipe.validations.items() for k, a in v.spec.aggregates.items()
    }
    citations |= {
        f"draw.{n}.{k}": v.source for n, s in recipe.draws.items() for k, v in s.spec.values.items()
    }
    metadata: dict[str, Any] = {
        "files": described_files(recipe.sources), "citations": citations,
        "exports": exports_in_plan(context), "surface": context.surface,
        "breaks": accepted_breaks(context), **uses, **_targets(context),
        **donor_order(context), **_clones(context),
    }  # fmt: skip
    nodes = _in_order(list(context.nodes.values()))
    if spec.draws > 1:
        # Imported when asked for: most bundles draw once.
        from compiler.steps.several import several  # noqa: PLC0415

        nodes, metadata = several(context, nodes, metadata)
    return Plan(
        bundle=spec.name, period=spec.period, seed=spec.seed,
        engine=context.engine.name, engine_version=context.engine.version,
        memory=spec.budget.memory_bytes, nodes=with_keys(nodes, spec.seed), sample=context.sample,
        without=tuple(sorted(context.without)),
        metadata={**metadata, **_moved(context, nodes)},
    )  # fmt: skip


def _clones(context: Context) -> dict[str, Any]:
    """Return what is said of the clones that the plan makes."""
    having = (
        s.spec.population is not None and s.spec.population.clones for s in context.recipe.sources.values()
    )
    if all(node.operation != "clone" for node in context.nodes.values()) and not any(having):
        return {}
    from compiler.steps.clone_account import clones_in_plan  # noqa: PLC0415 - many plans have none

    found = clones_in_plan(context)
    return {"clones": found} if found else {}


def _targets(context: Context) -> dict[str, Any]:
    """Return what is said of the targets whose facts the plan reads."""
    read = [t for name, t in context.recipe.targets.items() if f"facts.{name}" in context.nodes]
    if not read:
        return {}
    from compiler.steps.target_prose import prose  # noqa: PLC0415 - many plans have none

    return {"targets": {target.name: prose(context, target) for target in read}}


def _moved(context: Context, nodes: list[Node]) -> dict[str, dict[str, dict[str, str]]]:
    """Return what was called otherwise, where something was: old address or variable to the one of today."""
    if context.recipe.moved is None and not context.used_names:
        return {}
    today = {name for kind, name in context.used_names if kind == "variables"}
    if context.recipe.moved is not None:
        today |= set(context.recipe.moved.spec.variables.values())
    variables = {old: name for name in sorted(today) for old in context.earlier("variables", name)}
    return {
        "moved": {"nodes": moved_nodes(context, [node.address for node in nodes]), "variables": variables}
    }


def _in_order(nodes: list[Node]) -> list[Node]:
    """Return the nodes so that each comes after what it reads, otherwise in the order of the pipeline.

    What reads only files comes first: a file that cannot be had, or a table that is not what the spec says,
    is found out before anything long begins.
    """
    by_address = {node.address: node for node in nodes}
    done: dict[str, Node] = {}

    def visit(node: Node) -> None:
        if node.address in done:
            return
        for address in sorted(node.inputs.nodes()):
            if address in by_address:
                visit(by_address[address])
        done[node.address] = replace(node)

    for node in sorted(nodes, key=lambda node: bool(node.inputs.frames)):
        visit(node)
    return list(done.values())
