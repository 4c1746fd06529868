"""What is checked before a build starts, so that it does not fail late."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from runtime.engine.installed import DISTRIBUTION, installed_version
from runtime.running.machine import memory as machine_memory
from runtime.running.room import in_hand, least
from runtime.stand_ins import changed
from specc.exits import Exit
from specc.faults import CommandFault, not_installed
from specc.render.columns import size

if TYPE_CHECKING:
    from collections.abc import Collection

    from compiler.plan import Node, Plan
    from runtime.surroundings import Surroundings


# What steps load; the process of the run itself loads none of it, so it looks whether they are there.
_LIBRARIES = ("polars", "pyarrow", "numpy", "numba", "scipy", "sklearn", "h5py")


# What methods of calibrations import that `specc[run]` does not bring; the extra is called like the method.
METHOD_PACKAGES = {"microcalibrate": ("microcalibrate", "torch"), "l0": ("l0", "torch")}


def check_methods(plan: Plan) -> None:
    """Refuse a plan with a method whose package is not installed.

    Raises:
        CommandFault: there is one, with what to install.
    """
    fault = missing_package(plan)
    if fault is not None:
        raise fault


def missing_package(plan: Plan) -> CommandFault | None:
    """Return what is said of a method whose package is not installed; None where all are."""
    for node in plan.nodes:
        kind = node.parameters.get("method", {}).get("kind") if _calibrates(node) else None
        for package in METHOD_PACKAGES.get(kind or "", ()):
            if find_spec(package) is None:
                message = f"method `{kind}` needs the package {package}, which is not installed"
                remedy = f"pip install 'specc[{kind}]'"
                return CommandFault(Exit.USAGE, message, place=node.place or node.address, remedy=remedy)
    return None


def _calibrates(node: Node) -> bool:
    return node.operation in {"calibrate", "replicate", "rotate"}


def check_libraries() -> None:
    """Refuse to run where a library that steps load is not installed.

    Raises:
        CommandFault: one is not.
    """
    for library in _LIBRARIES:
        if find_spec(library) is None:
            raise not_installed("run", library)


def check_engine(plan: Plan) -> None:
    """Refuse a plan whose engine is another than the installed one; without such nodes it needs none.

    Raises:
        CommandFault: it is another one, or is not installed.
    """
    installed = installed_version()
    if installed == plan.engine_version or all(node.engine is None for node in plan.nodes):
        return
    have = f"{DISTRIBUTION} {installed} is installed" if installed else f"{DISTRIBUTION} is not installed"
    raise CommandFault(
        Exit.USAGE,
        f"{have}, the plan was made for {plan.engine_version}",
        remedy=f"pip install {DISTRIBUTION}=={plan.engine_version}",
    )


def check_sources(plan: Plan, where: Surroundings) -> None:
    """Refuse sources in the bundle that are not what the plan pins.

    Raises:
        CommandFault: some are not (5).
    """
    found = changed(plan.nodes, where)
    if found:
        named = ", ".join(f"{part.locator} (`{part.name}`)" for part in found)
        remedy = "if the change is meant, run `specc sources lock BUNDLE`, and plan again"
        raise CommandFault(
            Exit.STALE, f"the plan pins other bytes than there are now: {named}", remedy=remedy
        )


def check_memory(plan: Plan, shown: Plan, budget: int, found: Collection[str] = ()) -> None:
    """Refuse a plan with a node that needs more than the budget; `found` are those the store has.

    Each has a margin, or a run would find out half-way that it does not fit. What runs workers of its own is
    asked for what it needs with one. `shown` is the plan with the prices of
    this machine.

    Raises:
        CommandFault: there is one.
    """
    needs = {n.address: least(plan.node(n.address), in_hand(n.estimate)) for n in shown.nodes}
    over = [n for n in shown.nodes if needs[n.address] > budget and n.address not in found]
    if over:
        worst = max(over, key=lambda node: needs[node.address])
        need = f"{worst.address} needs about {size(needs[worst.address])} of memory"
        known = " (measured, with a margin)" if worst.estimate.basis == "measured" else " (with a margin)"
        raise CommandFault(
            Exit.USAGE,
            f"{need}{known}, the budget is {size(budget)}",
            place=worst.place or None,
            remedy="raise `budget: {memory: ...}` of the bundle or `--memory`, if this machine has as much",
        )


def budget_of(plan: Plan, given: int | None) -> int:
    """Return the bytes that nodes may hold together: what is given or the bundle's, if there is as much."""
    return min(asked_budget(plan, given), machine_memory())


def asked_budget(plan: Plan, given: int | None) -> int:
    """Return the bytes that nodes may hold together on one machine: what is given, or the bundle's."""
    return plan.memory if given is None else given
