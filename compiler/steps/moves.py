"""What `moved:` says is checked against the bundle, and told to the plan."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.plan.addresses import in_first_draw
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.moves import Moved, Renames
    from compiler.model.recipe import Definition

# Which kinds of names follow the operation in the address of a node; what else follows is named inside them.
_NAMED = {
    "source": ("sources",), "file": ("sources",), "clone": ("clones",), "impute": ("imputations",),
    "constrain": ("constraints",), "derive": ("derivations",), "draw": ("draws", "variables"),
    "uprate": ("upratings", "sources"), "facts": ("targets",),
    "materialise": ("materialisations",),
    "matrix": ("calibrations",), "calibrate": ("calibrations",),
    "replicate": ("calibrations",), "rotate": ("calibrations",), "export": ("exports",),
    "validate": ("validations",), "pool": ("validations",),
}  # fmt: skip


def moved_nodes(context: Context, addresses: Iterable[str]) -> dict[str, str]:
    """Return every address that a node had before, with the one it has now."""
    return {old: address for address in addresses for old in _earlier(context, address)}


def _earlier(context: Context, address: str) -> list[str]:
    first = in_first_draw(address)
    step, at, frame = first.partition("@")
    draw = address.removeprefix(first)
    operation, *names = step.split(".")
    kinds = _NAMED.get(operation, ())
    known = [[name, *context.earlier(kind, name)] for kind, name in zip(kinds, names, strict=False)]
    rest = names[len(known) :]
    frames = [at + each for each in (frame, *context.earlier("frames", frame))]
    steps = (".".join((operation, *each, *rest)) for each in product(*known))
    return ["".join((*each, draw)) for each in product(steps, frames)][1:]


def check_moves(context: Context) -> None:
    """Say which moves are not true: of what is still there, to nothing, of two to one, in a circle."""
    moved = context.recipe.moved
    if moved is None:
        return
    for kind in type(moved.spec).model_fields:
        renames = moved.spec.of(kind)
        first = {new: old for old, new in reversed(renames.items())}
        circular: set[str] = set()
        for old, new in renames.items():
            if old in circular:
                continue
            if (circle := _circle(renames, old)) is not None:
                circular |= circle
                message = f"`{old}` of `{kind}` moves in a circle"
                context.say("SPC108", message, moved.at(kind, old), "name what it is called today")
            elif first[new] != old:
                message = f"`{first[new]}` and `{old}` of `{kind}` cannot both be `{new}` now"
                related = (Related(moved.key_at(kind, first[new]), "the other one"),)
                help_ = "keep the one it was renamed from"
                context.say("SPC108", message, moved.at(kind, old), help_, related=related)
            else:
                _check(context, moved, kind, old, new)


def _circle(renames: Renames, old: str) -> set[str] | None:
    """Return every name on the way from a name that does not end, None when it does."""
    seen = {old}
    while (old := renames.get(old, "")) and old not in seen:
        seen.add(old)
    return seen if old else None


def _check(context: Context, moved: Definition[Moved], kind: str, old: str, new: str) -> None:
    there = _declared(context, kind, old)
    if there is not None:
        message = f"`{old}` of `{kind}` is said to be `{new}` now, but is still there"
        help_ = "rename it, or remove the move"
        related = (Related(there, f"`{old}` is declared here"),)
        context.say("SPC108", message, moved.key_at(kind, old), help_, related=related)
        return
    known = _known(context, kind)
    unseen = context.recipe.partial or (kind, new) in context.recipe.broken
    if new not in known and new not in moved.spec.of(kind) and not unseen:
        if kind == "variables" and context.may_exist(new):
            return
        message = f"`{old}` of `{kind}` is said to be `{new}` now, which is not there"
        help_ = did_you_mean(new, known) or f"name what `{old}` is called today, or remove the move"
        context.say("SPC108", message, moved.at(kind, old), help_)


def _declared(context: Context, kind: str, name: str) -> Span | None:
    """Return where something of that name stands: a definition, or a column that a step stores."""
    if name in getattr(context.recipe, kind):
        key: Span = getattr(context.recipe, kind)[name].key
        return key
    stored = context.frame.columns.get(name) if kind == "variables" else None
    return None if stored is None else stored.span


def _known(context: Context, kind: str) -> set[str]:
    names = set(getattr(context.recipe, kind))
    return names | set(context.engine) | context.frame.names() if kind == "variables" else names
