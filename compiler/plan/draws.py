"""Several draws in one plan: all that is downstream of an imputation once more for each, as `…@k`.

The first draw is the plan as it would be alone. What no imputation leads to is shared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from compiler.plan.addresses import frame_with, in_draw, with_addresses
from compiler.plan.document import Inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compiler.plan.document import FrameRef, Node, Plan

METADATA = "draws"


class Refit(NamedTuple):
    """What the blocks of an imputation need to be fitted anew: a stream, who was asked together, donors."""

    stream: str
    cluster: str | None
    donor: FrameRef


def number_of_draws(plan: Plan) -> int:
    """Return how many draws a plan makes."""
    number: int = plan.metadata.get(METADATA, 1)
    return number


def repeated(nodes: Iterable[Node]) -> set[str]:
    """Return the nodes that are another thing in another draw; nodes come after what they read."""
    found: set[str] = set()
    for node in nodes:
        if node.operation == "impute" or not found.isdisjoint(node.inputs.nodes()):
            found.add(node.address)
    return found


def with_draws(nodes: Sequence[Node], draws: int, refits: Mapping[str, Refit]) -> list[Node]:
    """Return the nodes, which stand in order, and behind them those of the other draws."""
    again = repeated(nodes)
    own = [node for node in nodes if node.address in again]
    others = [_drawn(node, draw, again, refits) for draw in range(2, draws + 1) for node in own]
    return [*nodes, *others]


def file_in_draw(name: str, draw: int) -> str:
    """Return what a file or folder is called in a draw: `small.h5` is `small@2.h5` in the second."""
    stem, dot, kind = name.rpartition(".")
    return in_draw(stem, draw) + dot + kind if dot and stem else in_draw(name, draw)


def _drawn(node: Node, draw: int, again: set[str], refits: Mapping[str, Refit]) -> Node:
    names = {address: in_draw(address, draw) for address in again}
    parameters = dict(node.parameters)
    found = with_addresses(node, names)
    if node.operation == "impute":
        refit = refits[node.address]
        parameters["refit"] = {"stream": in_draw(refit.stream, draw), "cluster": refit.cluster}
        if "sample" in parameters:
            sample = parameters["sample"]
            parameters["sample"] = {**sample, "stream": in_draw(sample["stream"], draw)}
        frames = {**found.inputs.frames, "donor": frame_with(refit.donor, names)}
        found = replace(found, inputs=Inputs(frames, found.inputs.artifacts))
    elif node.operation == "export":
        files = {key: parameters[key] for key in ("policyengine", "parquet") if parameters[key]}
        parameters |= {key: file_in_draw(name, draw) for key, name in files.items()}
    stream = None if node.stream is None else in_draw(node.stream, draw)
    return replace(found, parameters=parameters, stream=stream)
