"""What a bundle declares and nothing uses: most often a slip in a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.codes import MAY_BE_IGNORED
from compiler.diagnostics import Severity
from compiler.model.recipe import KINDS

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.base import Spec
    from compiler.model.recipe import Definition


def say_unused(context: Context) -> None:
    """Warn of every definition that nothing refers to, where every step could be followed to its end."""
    if context.incomplete or context.recipe.broken or context.recipe.partial or not context.frame.rows:
        return
    for kind in KINDS:
        # `specc breaking` knows which accepted breaks are unneeded; nothing refers to a bake-off.
        if kind in ("breaks", "bakeoffs") or (kind == "variables" and _has_mistakes(context)):
            continue
        for name, definition in getattr(context.recipe, kind).items():
            if (kind, name) not in context.used:
                _say(context, kind, definition)


def _say(context: Context, kind: str, definition: Definition[Spec]) -> None:
    instead = {"variables": "read or store it", "frames": "draw from it, as in `donor: {frame: NAME}`"}
    remedy = "remove it, or " + instead.get(kind, "name it in the pipeline")
    if not definition.bundle:
        message = f"nothing uses `{definition.name}` of `{kind}`"
        context.say("SPC507", message, definition.key, remedy)
    # At the line of `use`; what only comes along with something else is nobody's choice.
    elif (span := context.wanted.get((kind, definition.name))) is not None:
        message = f"nothing uses `{definition.name}` of `{kind}` of `{definition.bundle}`"
        context.say("SPC507", message, span, remedy)


def _has_mistakes(context: Context) -> bool:
    """Tell whether an expression or a name is wrong: it may be the one that should have read a variable."""
    found = context.diagnostics
    return any(d.severity is Severity.ERROR and d.code not in MAY_BE_IGNORED for d in found)
