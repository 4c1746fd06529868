"""The order in which the blocks of an imputation are drawn: what `after` says, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


def blocks_in_order(context: Context, imputation: Definition[Imputation]) -> list[str]:
    """Return the blocks so that each comes after those it names, otherwise by name; say what is no order.

    Blocks stand in a mapping, whose order means nothing: a plan must not depend on it.
    """
    blocks = imputation.spec.blocks
    waiting = {name: {other for other in blocks[name].after if other in blocks} for name in sorted(blocks)}
    _say_unknown(context, imputation)
    order: list[str] = []
    while waiting:
        ready = next((name for name, before in waiting.items() if before <= set(order)), None)
        if ready is None:
            _say_circle(context, imputation, waiting)
            return [*order, *waiting]
        order.append(ready)
        del waiting[ready]
    return order


def _say_unknown(context: Context, imputation: Definition[Imputation]) -> None:
    blocks = imputation.spec.blocks
    for name, block in blocks.items():
        for position, other in enumerate(block.after):
            if other not in blocks:
                message = f"block `{name}` comes after `{other}`, which is no block of `{imputation.name}`"
                help_ = did_you_mean(other, blocks) or "blocks: " + ", ".join(blocks)
                context.say("SPC407", message, imputation.at("blocks", name, "after", position), help_)


def _say_circle(context: Context, imputation: Definition[Imputation], waiting: dict[str, set[str]]) -> None:
    """Follow `after` until a block comes back: every waiting block waits for another that waits."""
    way = [next(iter(waiting))]
    while (other := min(waiting[way[-1]] & waiting.keys())) not in way:
        way.append(other)
    circle = way[way.index(other) :]
    last = imputation.spec.blocks[circle[-1]].after.index(other)
    shown = " after ".join(f"`{name}`" for name in [*circle, other])
    place = imputation.at("blocks", circle[-1], "after", last)
    context.say("SPC407", f"blocks come after each other: {shown}", place, "remove one of these `after`")
