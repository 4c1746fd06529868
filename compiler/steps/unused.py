"""What a bundle declares and nothing uses: most often a slip in a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.model.recipe import KINDS

if TYPE_CHECKING:
    from compiler.context import Context


def say_unused(context: Context) -> None:
    """Warn of every definition that no step refers to, where every step could be followed to its end."""
    if context.incomplete or context.recipe.broken or context.recipe.partial or not context.frame.rows:
        return
    for kind in KINDS:
        for name, definition in getattr(context.recipe, kind).items():
            if definition.bundle:
                _say_unused_of_another(context, kind, name, definition.bundle)
            elif kind != "variables" and (kind, name) not in context.used:
                context.say(
                    "SPC507",
                    f"nothing uses `{name}` of `{kind}`",
                    definition.key,
                    "remove it, or name it in the pipeline",
                )


def _say_unused_of_another(context: Context, kind: str, name: str, bundle: str) -> None:
    """Warn at the line of `use`; what only comes along with something else is nobody's choice."""
    span = context.wanted.get((kind, name))
    is_used = name in _read(context) if kind == "variables" else (kind, name) in context.used
    if span is not None and not is_used:
        message = f"nothing uses `{name}` of `{kind}` of `{bundle}`"
        context.say("SPC507", message, span, "remove it, or name it in the pipeline")


def _read(context: Context) -> set[str]:
    """Return every variable that a node reads, computes where it reads, or writes."""
    frames = [frame for node in context.nodes.values() for frame in node.inputs.frames.values()]
    read = {name for frame in frames for columns in frame.columns.values() for name in columns}
    written = {name for node in context.nodes.values() for names in node.outputs.values() for name in names}
    return read | written | {view[0] for frame in frames for view in frame.views}
