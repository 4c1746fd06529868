"""What differs between two plans: the one structure that text, JSON and Markdown are made from."""

from compiler.plan.diff.attributes import AttributeChange, Op
from compiler.plan.diff.compare import compare
from compiler.plan.diff.document import Action, ChangeClass, NodeDiff, PlanDiff, Reason, Totals
from compiler.plan.diff.moves import Move
from compiler.plan.diff.surface import SurfaceChange, SurfaceEvent
from compiler.plan.diff.targets import TargetChange, TargetEvent

__all__ = [
    "Action",
    "AttributeChange",
    "ChangeClass",
    "Move",
    "NodeDiff",
    "Op",
    "PlanDiff",
    "Reason",
    "SurfaceChange",
    "SurfaceEvent",
    "TargetChange",
    "TargetEvent",
    "Totals",
    "compare",
]
