"""`like: OTHER`: a source that is another one but for what it says itself.

Merged as trees, so that every line keeps its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic
from compiler.suggest import did_you_mean
from compiler.syntax.document import MapNode, Node, ScalarNode, under

if TYPE_CHECKING:
    from collections.abc import Mapping


def apply_like(sources: Mapping[str, Node], diagnostics: list[Diagnostic]) -> dict[str, Node | None]:
    """Return the tree of every source with what it inherits; None where that cannot be known.

    `like` must name a source that is complete in itself.
    """
    return {name: _merged(node, sources, diagnostics) for name, node in sources.items()}


def likeness(node: Node | None) -> object:
    """Return what a source says it is like, None when it is written out in full."""
    like = under(node, "like")
    return like.value if isinstance(like, ScalarNode) else None


def _merged(node: Node, sources: Mapping[str, Node], diagnostics: list[Diagnostic]) -> Node | None:
    if not isinstance(node, MapNode) or "like" not in node.entries:
        return node
    base = _base(node.entries["like"], sources, diagnostics)
    return None if base is None else _merge(base, _without(node, "like"))


def _base(like: Node, sources: Mapping[str, Node], diagnostics: list[Diagnostic]) -> MapNode | None:
    wanted = str(like.value) if isinstance(like, ScalarNode) else ""
    base = sources.get(wanted)
    if not isinstance(base, MapNode):
        help_ = did_you_mean(wanted, sources) or "name a source of this bundle"
        message = f"there is no source `{wanted}` to be like"
        diagnostics.append(Diagnostic("SPC201", message, like.span, help_))
        return None
    if "like" in base.entries:
        message = f"`{wanted}` is itself like another source"
        help_ = "name the source that is written out in full"
        diagnostics.append(Diagnostic("SPC103", message, like.span, help_))
        return None
    return base


def _merge(base: MapNode, own: MapNode) -> MapNode:
    entries, keys = dict(base.entries), dict(base.keys)
    for key, node in own.entries.items():
        inherited = entries.get(key)
        if isinstance(inherited, MapNode) and isinstance(node, MapNode):
            entries[key] = _merge(inherited, node)
        else:
            entries[key] = node
        keys[key] = own.keys[key]
    return MapNode(entries, keys, own.span)


def _without(node: MapNode, key: str) -> MapNode:
    entries = {name: child for name, child in node.entries.items() if name != key}
    return MapNode(entries, {name: node.keys[name] for name in entries}, node.span)
