"""`draws:` of a bundle: the plan's nodes for every draw, and what pools them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan import Estimate, Inputs, Node
from compiler.plan.addresses import draw_of, in_draw, in_first_draw
from compiler.plan.draws import METADATA, file_in_draw, repeated, with_draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.context import Context

# Statistics of gates that have a variance; the others are counts of what does not hold.
_POOLED = frozenset({"sum", "mean", "share", "count"})


def check_draws(context: Context) -> None:
    """Say where several draws would all be the same."""
    bundle = context.recipe.bundle
    drawn = any(node.operation == "impute" for node in context.nodes.values())
    if bundle.spec.draws > 1 and not drawn and not context.incomplete and not context.recipe.partial:
        message = f"nothing is imputed: all {bundle.spec.draws} draws would be the same"
        context.say("SPC433", message, bundle.at("draws"), "remove `draws:`, or add an `impute` step")


def several(
    context: Context, nodes: list[Node], metadata: dict[str, Any]
) -> tuple[list[Node], dict[str, Any]]:
    """Return nodes and metadata of all draws, and behind them the nodes that pool validations."""
    draws = context.recipe.bundle.spec.draws
    again = repeated(nodes)
    found = with_draws(nodes, draws, context.refits)
    by_address = {node.address: node for node in found}
    pools = [
        _pool([by_address[in_draw(node.address, draw)] for draw in range(1, draws + 1)])
        for node in nodes
        if node.operation == "validate" and node.address in again and _rules(node)
    ]
    return [*found, *pools], _metadata(metadata, found, draws)


def _metadata(metadata: dict[str, Any], nodes: Sequence[Node], draws: int) -> dict[str, Any]:
    """Return a plan's metadata with what is said of the exports of every draw."""
    surface, held = dict(metadata["surface"]), dict(metadata["exports"])
    for node in nodes:
        draw, first = draw_of(node.address), in_first_draw(node.address)
        if node.operation == "export" and draw > 1:
            surface[node.address] = surface[first]
            said = held[first.removeprefix("export.")]
            holds = {file_in_draw(file, draw): names for file, names in said["holds"].items()}
            held[node.address.removeprefix("export.")] = {**said, "holds": holds}
    return {**metadata, "surface": surface, "exports": held, METADATA: draws}


def _rules(node: Node) -> dict[str, Any]:
    """Return the aggregates and gates of a validation that have a variance."""
    gates = node.parameters.get("gates", {})
    gates = {name: rule for name, rule in gates.items() if rule["statistic"] in _POOLED}
    aggregates = node.parameters["aggregates"]
    return ({"aggregates": aggregates} if aggregates else {}) | ({"gates": gates} if gates else {})


def _pool(drawn: Sequence[Node]) -> Node:
    """Return the node that pools what a validation finds in each draw."""
    first, draws = drawn[0], len(drawn)
    estimate = Estimate(round(first.estimate.seconds * draws, 1), first.estimate.memory)
    frames = {f"draw_{number}": node.inputs.frames["frame"] for number, node in enumerate(drawn, 1)}
    replicates = {
        f"draw_{number}.replicates": node.inputs.artifacts["replicates"]
        for number, node in enumerate(drawn, 1)
        if "replicates" in node.inputs.artifacts
    }
    return Node(
        address=f"pool.{first.address.partition('.')[2]}", operation="pool", version=1,
        parameters={"weight": first.parameters["weight"], "draws": draws, **_rules(first)},
        inputs=Inputs(frames, replicates), outputs={"report": ("pooled",)}, estimate=estimate,
        place=first.place,
    )  # fmt: skip
