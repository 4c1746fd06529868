"""What differs between two plans, as the comment of a pull request: summary first, details folded away."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from compiler.plan.diff import Action
from specc.render.difference import (
    NO_CHANGES,
    detail_blocks,
    headline,
    move_lines,
    reasons,
    rerun_lines,
    totals_line,
    words,
)
from specc.render.folded import folded
from specc.render.spans import code

if TYPE_CHECKING:
    from compiler.plan.diff import NodeDiff, PlanDiff


def difference_markdown(diff: PlanDiff, against: str, *, details: bool = True) -> str:
    """Return a comment; what a spec says stands in code spans and blocks, where it is no markup."""
    title = f"### Plan of {code(diff.bundle)} against {code(against)}"
    if diff.empty:
        return f"{title}\n\n{NO_CHANGES}"
    shown = folded(diff)
    nodes = shown.having(Action.ADD, Action.CHANGE, Action.REMOVE)
    parts = [
        title,
        f"**{headline(diff)}**: {totals_line(diff)}",
        _table(nodes),
        _details(shown) if details else "",
    ]
    return "\n\n".join(filter(None, parts))


def _table(nodes: list[NodeDiff]) -> str:
    if not nodes:
        return ""
    rows = [
        f"| {node.action} | {code(node.address)} | {words(node.change_class)} | {reasons(node)} "
        f"| {code(node.place)} |"
        for node in nodes
    ]
    return "\n".join(["| | node | class | because | place |", "|---|---|---|---|---|", *rows])


def _details(diff: PlanDiff) -> str:
    blocks = [move_lines(diff), rerun_lines(diff), *detail_blocks(diff)]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return (
        f"<details><summary>Details</summary>\n\n<pre>{html.escape(text)}</pre>\n</details>" if text else ""
    )
