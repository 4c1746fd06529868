"""The plan: the contract between compiler and runtime, and the thing people review."""

from compiler.plan.canonical import canonical, digest
from compiler.plan.cost import Estimate
from compiler.plan.document import ColumnRef, FrameRef, Inputs, Node, Plan
from compiler.plan.entities import ENTITIES, GROUPS, WEIGHT

__all__ = [
    "ENTITIES",
    "GROUPS",
    "WEIGHT",
    "ColumnRef",
    "Estimate",
    "FrameRef",
    "Inputs",
    "Node",
    "Plan",
    "canonical",
    "digest",
]
