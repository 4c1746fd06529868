"""What a plan says of a target that no node needs: where its facts are from, and why rows are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.targets import LeaveOut, Target


def prose(context: Context, target: Definition[Target]) -> dict[str, Any]:
    """Return source, title, licence and year of a target, the reasons of `leave_out:`, and its measures."""
    spec, source = target.spec, context.recipe.sources[target.spec.source].spec
    return {
        "source": spec.source, "title": source.title, "licence": source.licence, "period": spec.period,
        "leave_out": [reason for entry in spec.leave_out for reason in _reasons(entry)],
        "measures": {name: family.measure for name, family in spec.named.items()},
    }  # fmt: skip


def _reasons(entry: LeaveOut) -> list[list[str]]:
    """Return kind and note of the reason, once for each condition that the runtime is given."""
    conditions = (entry.where is not None) + len(entry.families)
    return [[entry.reason, entry.note]] * conditions
