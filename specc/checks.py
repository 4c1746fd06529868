"""What is checked before a build starts, so that it does not fail late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.engine.installed import DISTRIBUTION, installed_version
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.columns import size

if TYPE_CHECKING:
    from compiler.plan import Plan


def check(plan: Plan) -> None:
    """Refuse a plan that this machine cannot carry out as planned.

    Raises:
        CommandFault: a node needs more memory than the budget, or the installed engine is another one.
    """
    _memory(plan)
    _engine(plan)


def _memory(plan: Plan) -> None:
    over = [node for node in plan.nodes if node.estimate.memory > plan.memory]
    if over:
        worst = max(over, key=lambda node: node.estimate.memory)
        need = f"{worst.address} needs about {size(worst.estimate.memory)} of memory"
        raise CommandFault(
            Exit.USAGE,
            f"{need}, the budget is {size(plan.memory)}",
            place=worst.place or None,
            remedy="raise `budget: {memory: ...}` of the bundle, if this machine has as much",
        )


def _engine(plan: Plan) -> None:
    """Compare versions where a node depends on the engine; a plan without such nodes needs none."""
    installed = installed_version()
    if installed == plan.engine_version or all(node.engine is None for node in plan.nodes):
        return
    have = f"{DISTRIBUTION} {installed} is installed" if installed else f"{DISTRIBUTION} is not installed"
    raise CommandFault(
        Exit.USAGE,
        f"{have}, the plan was made for {plan.engine_version}",
        remedy=f"pip install {DISTRIBUTION}=={plan.engine_version}",
    )
