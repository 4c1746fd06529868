"""What a node reads, and whether a difference in that is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan.diff.attributes import Op

if TYPE_CHECKING:
    from compiler.plan.diff.attributes import AttributeChange
    from compiler.plan.document import FrameRef, Inputs


def wiring(inputs: Inputs) -> dict[str, Any]:
    """Return inputs as attributes: by role and entity which node wrote a column, the rows, the views.

    How many row-defining nodes a column has behind it follows from the rows, so that it is left out.
    """
    return {role: _frame(frame) for role, frame in inputs.frames.items()} | inputs.artifacts


def _frame(frame: FrameRef) -> dict[str, Any]:
    columns = {entity: {n: ref.node for n, ref in refs.items()} for entity, refs in frame.columns.items()}
    views = {n: {"entity": e, "type": t, "value": sql} for n, e, t, sql in frame.views}
    return {**columns, "rows": list(frame.rows), "views": views}


def follows(change: AttributeChange, changed: set[str]) -> bool:
    """Tell whether a difference only follows from nodes that came, went or changed."""
    inside = change.path[2:]
    if change.part != "inputs" or inside[:1] == ("views",):
        return False
    moved = change.op is Op.CHANGE or inside == ("rows",)
    return moved and bool({str(change.before), str(change.after)} & changed)
