"""The order of a pipeline: what must come first, what may stand there once, what would go stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span

# Steps that change what the engine has read once `materialise` has run.
_CHANGES_INPUTS = frozenset({"clone", "impute", "uprate"})


def check_order(context: Context) -> None:
    """Say which steps of the pipeline stand where they cannot."""
    bundle = context.recipe.bundle
    steps = [(s.kind, s.name, bundle.at("pipeline", n, s.kind)) for n, s in enumerate(bundle.spec.pipeline)]
    if steps[0][0] != "scaffold":
        help_ = "write `- scaffold: SOURCE` first"
        context.say("SPC411", "the pipeline does not begin with a scaffold", steps[0][2], help_)
    seen: dict[tuple[str, str], Span] = {}
    computed: Span | None = None
    for kind, name, span in steps:
        # A second scaffold is one too many whatever its name.
        first = seen.setdefault((kind, "" if kind == "scaffold" else name), span)
        if first is not span:
            related = (Related(first, "first here"),)
            context.say(
                "SPC412", f"`{kind}: {name}` cannot be done again", span, "remove one", related=related
            )
        elif kind in _CHANGES_INPUTS and computed is not None:
            message = f"`{kind}: {name}` changes what the engine has already read"
            related = (Related(computed, "computed here"),)
            context.say("SPC413", message, span, "move it before `materialise`", related=related)
        computed = span if kind == "materialise" else computed
