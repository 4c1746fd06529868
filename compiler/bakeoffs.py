"""Bake-offs as nodes: what is held out, fitted, drawn and scored for each method, fold and seed.

They stand beside the plan and not in it: a build neither needs nor carries them out. Their keys are made like
those of all nodes, so that what was computed once is found again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.model.methods import revisions
from compiler.plan import Inputs, Node, canonical
from compiler.prices import trial
from compiler.steps.bakeoffs import drawn_in
from compiler.steps.scales import scale_parameters

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Giving
    from compiler.model.bakeoffs import Bakeoff, Downstream, Range
    from compiler.model.imputations import Imputation
    from compiler.model.methods import Model
    from compiler.model.recipe import Definition
    from compiler.plan import Plan, cost

OPERATION, VERSION = "bakeoff", 2


@dataclass(frozen=True, slots=True)
class Trial:
    """One cell of a bake-off: a method that learns from all folds but one, with one seed."""

    method: str
    fold: int
    seed: int
    node: Node


@dataclass(frozen=True, slots=True)
class Trials:
    """The cells of a bake-off.

    Attributes:
        imputation: whose donors are learnt from.
        drawn_in: how many pipelines draw it; a bake-off can be carried out where one does.
        ours: the methods that the bundle draws its blocks by, today.
        memory: the most bytes that a cell may hold; None for what there is.
        cells: by seed, then fold, then method.
    """

    name: str
    imputation: str
    drawn_in: int
    ours: tuple[str, ...]
    cells: tuple[Trial, ...]
    memory: int | None = None


def trials(context: Context, definition: Definition[Bakeoff], plan: Plan) -> Trials:
    """Return the cells of a bake-off of a bundle without errors."""
    spec, imputation = definition.spec, context.recipe.imputations[definition.spec.imputation]
    planned = {node.address: node for node in plan.nodes}
    found = [
        giving for giving in context.giving.get(imputation.name, ()) if planned.keys() >= {*giving.nodes}
    ]
    drawn = drawn_in(spec, imputation.spec)
    used = [block.model for block in drawn.values()]
    ours = tuple(name for name, model in spec.methods.items() if model in used)
    if len(found) != 1:
        return Trials(definition.name, imputation.name, len(found), ours, ())
    targets = [block.targets for block in drawn.values()]
    blocks = [planned[address] for address in found[0].nodes]
    blocks = [block for block in blocks if tuple(block.parameters["targets"]) in targets]
    cells = tuple(
        Trial(name, fold, seed, _node(context, definition, found[0], blocks, (name, fold, seed)))
        # Methods last: what else the machine does meets them all alike.
        for seed in spec.seeds
        for fold in range(spec.folds.count)
        for name in spec.methods
    )
    return Trials(definition.name, imputation.name, 1, ours, cells, spec.memory_bytes)


def _node(
    context: Context,
    definition: Definition[Bakeoff],
    giving: Giving,
    blocks: list[Node],
    cell: tuple[str, int, int],
) -> Node:
    spec, (method, fold, seed) = definition.spec, cell
    imputation = context.recipe.imputations[spec.imputation]
    parameters = _parameters(spec, imputation.spec, blocks, spec.methods[method]) | {
        "model": spec.methods[method].model_dump(),
        **revisions(spec.methods[method]),
        "fold": fold,
        "seed": seed,
        # A rename changes no number: streams keep the first name.
        "stream": f"bakeoff.{context.first_name('imputations', imputation.name)}",
    }
    return Node(
        address=f"bakeoff.{definition.name}.{method}.fold{fold + 1}.seed{seed}",
        operation=OPERATION,
        version=VERSION,
        parameters=json.loads(canonical(parameters)),
        inputs=_inputs(spec, giving, blocks),
        outputs={},
        estimate=_estimate(spec, imputation.spec, giving, method),
        place=context.said(str(definition.key_at("methods", method))),
    )


def _parameters(spec: Bakeoff, imputation: Imputation, blocks: list[Node], model: Model) -> dict[str, Any]:
    """Return what a cell needs of the imputation, from the nodes of its blocks, and of the comparison."""
    first = blocks[0].parameters
    keys = ("entity", "where", "weight", "gives", "within", "sample", "rare")
    shared = {key: first[key] for key in keys if key in first}
    # Nobody knows what a donor has that he lacks: scores are of those who lack nothing.
    shared |= {"missing": "drop"} if "missing" in first else {}
    return shared | {
        "blocks": [_block(imputation, block.parameters, model) for block in blocks],
        "folds": spec.folds.model_dump(),
        **({} if spec.records is None else {"records": spec.records}),
        "draws": spec.draws,
        "metrics": sorted(spec.metrics),
        "rare_cells": {name: _ranges(ranges) for name, ranges in spec.rare_cells.items()},
        "prdc": spec.prdc.model_dump(),
        **({} if spec.downstream is None else {"downstream": _downstream(spec.downstream)}),
    }


def _block(imputation: Imputation, parameters: dict[str, Any], model: Model) -> dict[str, Any]:
    """Return what a cell needs of a block: what a method makes of scales is its own."""
    read = {key: parameters[key] for key in ("predictors", "targets")}
    return read | scale_parameters(imputation, model, read["predictors"], read["targets"])


def _downstream(spec: Downstream) -> dict[str, Any]:
    facts = {
        name: {"role": fact.role, "sum": fact.sum, "within": _ranges(fact.within)}
        for name, fact in spec.facts.items()
    }
    method = spec.method.model_dump(exclude_none=True)
    return {**spec.model_dump(exclude={"facts", "method"}), "method": method, "facts": facts}


def _ranges(ranges: dict[str, Range]) -> dict[str, dict[str, float]]:
    return {variable: bounds.model_dump(exclude_none=True) for variable, bounds in ranges.items()}


def _inputs(spec: Bakeoff, giving: Giving, blocks: list[Node]) -> Inputs:
    """Return the donors with all that any block reads of them, and with the ids that keep them together."""
    slices = [block.inputs.frames["donor"] for block in blocks]
    names = {name for each in slices for columns in each.columns.values() for name in columns}
    names |= {view[0] for each in slices for view in each.views}
    ids = set() if spec.folds.ids is None else {spec.folds.ids}
    return Inputs({"donor": giving.donor.slice(names | ids)})


def _estimate(spec: Bakeoff, imputation: Imputation, giving: Giving, method: str) -> cost.Estimate:
    donors = giving.donor.size if spec.records is None else min(giving.donor.size, spec.records)
    targets = sum(len(block.targets) for block in drawn_in(spec, imputation).values())
    return trial(spec.methods[method], donors, targets, spec.folds, spec.draws)
