"""`uprate`: amounts times the growth of their index between two years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.errors import NodeFailed
from runtime.operations.indices import growth, table_of_factors

if TYPE_CHECKING:
    from runtime.task import Task


def run(task: Task) -> None:
    """Move each variable by its own index. A missing amount stays missing.

    Raises:
        NodeFailed: the table has no value for a year, two of them, or an index moves no amount.
    """
    reader = task.frame()
    table = table_of_factors(task.artifact("factors"), task.parameters["read"])
    factors: dict[str, float] = {}
    moved: set[str] = set()
    for name, index, start, end in task.parameters["moves"]:
        factor = growth(task.parameters, table, index, start, end)
        factors[f"{index} {start}-{end}"] = factor
        values = reader.column(name)
        if factor != 1 and (values != 0).any():
            moved.add(index)
        task.write_column(reader.entity_of[name], (values * factor).alias(name))
    idle = sorted({move[1] for move in task.parameters["moves"]} - moved)
    if idle:
        raise NodeFailed(
            f"the index `{idle[0]}` moves nothing: every amount is zero, or the factor is 1",
            remedy="remove it, or list its variables under `unchanged:`",
        )
    task.notes["factors"] = factors
