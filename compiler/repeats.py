"""Lists of names say each name once, whatever they are lists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.recipe import KINDS
from compiler.syntax.document import ScalarNode, SequenceNode, below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.syntax.document import Node


def say_repeats(context: Context) -> None:
    """Say which lists of any definition, and which reference lists, hold a name more than once."""
    for kind in (*KINDS, "references"):
        for definition in getattr(context.recipe, kind).values():
            for items in _lists_in(definition.node):
                _say(context, items)


def _say(context: Context, items: tuple[ScalarNode, ...]) -> None:
    first: dict[object, Span] = {}
    for item in items:
        if first.setdefault(item.value, item.span) is not item.span:
            related = (Related(first[item.value], "first here"),)
            context.say("SPC511", f"`{item.value}` is listed twice", item.span, "remove one", related=related)


def _lists_in(node: Node) -> Iterator[tuple[ScalarNode, ...]]:
    """Yield every list of texts below a node."""
    for each in below(node):
        if isinstance(each, SequenceNode) and len(each.items) > 1:
            texts = tuple(
                item for item in each.items if isinstance(item, ScalarNode) and isinstance(item.value, str)
            )
            if len(texts) == len(each.items):
                yield texts
