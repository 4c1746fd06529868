"""The order of a pipeline: what must come first, what may stand there once, what would go stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.bundle import Bundle
    from compiler.model.frames import PreparedFrame
    from compiler.model.recipe import Definition

# Steps that change what the engine has read once `materialise` has run.
_CHANGES_INPUTS = frozenset({"clone", "impute", "constrain", "uprate", "derive", "draw"})

# Steps that can prepare a donor. The engine runs once, on the dataset.
PREPARES = ("scaffold", "impute", "uprate", "constrain", "derive", "draw")


def steps_in_order(
    context: Context, owner: Definition[Bundle] | Definition[PreparedFrame]
) -> list[tuple[str, str, Span]]:
    """Return kind, name and place of each step that can be carried out; say which cannot."""
    places = enumerate(owner.spec.pipeline)
    steps = [(str(s.kind), s.name, owner.at("pipeline", n, s.kind)) for n, s in places]
    if steps[0][0] != "scaffold":
        help_ = "write `- scaffold: SOURCE` first"
        context.say("SPC411", "the pipeline does not begin with a scaffold", steps[0][2], help_)
    if owner.kind == "frames":
        steps = _of_a_frame(context, steps)
    return _checked(context, _done_once(context, steps))


def _of_a_frame(context: Context, steps: list[tuple[str, str, Span]]) -> list[tuple[str, str, Span]]:
    """Return the steps that can prepare a donor; say which cannot."""
    kept = []
    for kind, name, span in steps:
        if kind in PREPARES:
            kept.append((kind, name, span))
            continue
        # The dataset's pipeline is the one to name it: here it is no use of it.
        context.incomplete = True
        why = "needs a run of the engine" if kind == "materialise" else "is for the dataset alone"
        message = f"`{kind}: {name}` cannot prepare a frame: it {why}"
        context.say("SPC431", message, span, "steps of a frame: " + ", ".join(PREPARES))
    return kept


def _done_once(context: Context, steps: list[tuple[str, str, Span]]) -> list[tuple[str, str, Span]]:
    # A second scaffold is one too many whatever its name.
    first = {(kind, kind == "scaffold" or name): span for kind, name, span in reversed(steps)}
    kept = []
    for kind, name, span in steps:
        origin = first[kind, kind == "scaffold" or name]
        if origin is span:
            kept.append((kind, name, span))
        else:
            related = (Related(origin, "first here"),)
            context.say(
                "SPC412", f"`{kind}: {name}` cannot be done again", span, "remove one", related=related
            )
    return kept


def _checked(context: Context, steps: list[tuple[str, str, Span]]) -> list[tuple[str, str, Span]]:
    """Say which steps make stale what the engine has computed; return all."""
    computed: Span | None = None
    for kind, name, span in steps:
        if kind in _CHANGES_INPUTS and computed is not None:
            message = f"`{kind}: {name}` changes what the engine has already read"
            related = (Related(computed, "computed here"),)
            context.say("SPC413", message, span, "move it before `materialise`", related=related)
            # What is missing or of another year on the way follows from the order.
            context.incomplete = True
        computed = span if kind == "materialise" else computed
    return steps
