"""A plan as a graph in the languages that draw graphs: Mermaid and DOT."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.plan.document import Plan


def edges(plan: Plan) -> list[tuple[str, str]]:
    """Return which node is read by which, in the order in which they run."""
    return [(read, node.address) for node in plan.nodes for read in sorted(node.inputs.nodes())]


def mermaid(plan: Plan) -> str:
    """Return the plan as a Mermaid flowchart; nodes go by numbers, because Mermaid reserves words."""
    ids = {node.address: f"n{number}" for number, node in enumerate(plan.nodes, 1)}
    nodes = [f'  {ids[node.address]}["{_entities(node.address)}"]' for node in plan.nodes]
    arrows = [f"  {ids[read]} --> {ids[reader]}" for read, reader in edges(plan)]
    return "\n".join(["flowchart LR", *nodes, *arrows])


def dot(plan: Plan) -> str:
    """Return the plan as a DOT digraph."""
    nodes = [f"  {_quoted(node.address)};" for node in plan.nodes]
    arrows = [f"  {_quoted(read)} -> {_quoted(reader)};" for read, reader in edges(plan)]
    head = [f"digraph {_quoted(plan.bundle)} {{", "  rankdir=LR;", "  node [shape=box];"]
    return "\n".join([*head, *nodes, *arrows, "}"])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
