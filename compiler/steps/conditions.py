"""Conditions that no row meets, or that every row meets, as far as the locks say what rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.expressions import ExpressionError, parse
from compiler.expressions.conditions import columns_of, is_selection, may_fail, may_hold, with_views
from compiler.steps.known import of_frame
from compiler.wording import cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.context import Context
    from compiler.expressions.domains import Domain
    from compiler.frame import Frame
    from compiler.model.recipe import Definition, SpecT, Step

LOCK_AGAIN = "mend it; where it is right and the file is another than before, run `specc sources lock`"
_LONG = 60
_MOST = 3


def say_never(
    context: Context,
    text: str | int,
    known: Mapping[str, Domain],
    owner: Definition[SpecT],
    *path: Step,
    of: str,
    views: Mapping[str, dict[str, object]] | None = None,
    remedy: str = LOCK_AGAIN,
) -> bool:
    """Say where no row meets a condition; tell whether that is so."""
    tree = _tree(text, views)
    if tree is None or may_hold(tree, known):
        return False
    if may_hold(tree, {}):
        message = f"no row of {of} meets `{cut(str(text), _LONG)}`{_because(tree, known)}"
        context.say("SPC515", message, owner.at(*path), remedy)
    else:
        message = f"nothing can meet `{cut(str(text), _LONG)}`: it contradicts itself"
        context.say("SPC515", message, owner.at(*path), "mend the condition")
    return True


def say_always(
    context: Context,
    text: str | int,
    known: Mapping[str, Domain],
    owner: Definition[SpecT],
    *path: Step,
    of: str,
) -> None:
    """Say where a condition that leaves rows out leaves out every row."""
    tree = _tree(text, None)
    if tree is not None and not may_fail(tree, known):
        message = (
            f"every row of {of} meets `{cut(str(text), _LONG)}`, so that none is left{_because(tree, known)}"
        )
        context.say("SPC516", message, owner.at(*path), "say what sets the rows apart that are left out")


def say_dropped(context: Context, text: str | int, owner: Definition[SpecT], *path: Step) -> None:
    """Say where a condition on the rows of microdata drops some of them and nothing says why."""
    tree = _tree(text, None)
    if tree is not None and not is_selection(tree):
        message = f"`{cut(str(text), _LONG)}` drops rows of `{owner.name}` without a reason"
        help_ = "select by values, as in `year = 2020`; put what is dropped of that under `leave_out:`"
        context.say("SPC517", message, owner.at(*path), help_)


def say_never_of_frame(
    context: Context, frame: Frame, text: str | int, owner: Definition[SpecT], *path: Step, of: str
) -> bool:
    """Say where no row of a frame meets a condition; tell whether that is so."""
    try:
        names = parse(str(text)).columns
    except ExpressionError:
        return False  # said where the expression is used
    known = of_frame(context, frame, frozenset(frame.stored(names)))
    trees = {view.name: view.parsed.tree for view in frame.views_of(names)}
    remedy = "mend it, or store what it asks for before this step"
    return say_never(context, text, known, owner, *path, of=of, views=trees, remedy=remedy)


def _tree(text: str | int, views: Mapping[str, dict[str, object]] | None) -> dict[str, object] | None:
    try:
        tree = parse(str(text)).tree
    except ExpressionError:
        return None  # said where the expression is used
    unfolded: dict[str, object] = with_views(tree, views) if views else tree
    return unfolded


def _because(tree: dict[str, object], known: Mapping[str, Domain]) -> str:
    names = [name for name in dict.fromkeys(columns_of(tree)) if name in known]
    said = "; ".join(f"`{name}` {known[name]}" for name in names[:_MOST])
    return f": {said}" if said else ""
