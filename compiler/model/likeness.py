"""`like: OTHER`: a source that is another one but for what it says itself. Merged as trees, so every line keeps its place."""

from __future__ import annotations

from compiler.diagnostics import Diagnostic, Span
from compiler.suggest import did_you_mean
from compiler.syntax.document import MapNode, Node, ScalarNode


def apply_like(sources: dict[str, tuple[Node, Span]], diagnostics: list[Diagnostic]) -> dict[str, Node]:
    """Return the tree of every source with what it inherits. `like` must name a source that is complete in itself."""
    merged: dict[str, Node] = {}
    for name, (node, _) in sources.items():
        like = node.entries.get("like") if isinstance(node, MapNode) else None
        if like is None or not isinstance(node, MapNode):
            merged[name] = node
            continue
        base = _base(like, sources, diagnostics)
        merged[name] = _merge(base, _without(node, "like")) if base else _without(node, "like")
    return merged


def _base(like: Node, sources: dict[str, tuple[Node, Span]], diagnostics: list[Diagnostic]) -> MapNode | None:
    wanted = str(like.value) if isinstance(like, ScalarNode) else ""
    base = sources.get(wanted, (None, None))[0]
    if not isinstance(base, MapNode):
        diagnostics.append(Diagnostic("SPC201", f"there is no source `{wanted}` to be like", like.span,
                                      did_you_mean(wanted, sources) or "name a source of this bundle"))
        return None
    if "like" in base.entries:
        diagnostics.append(Diagnostic("SPC103", f"`{wanted}` is itself like another source", like.span,
                                      "name the source that is written out in full"))
        return None
    return base


def _merge(base: MapNode, own: MapNode) -> MapNode:
    entries, keys = dict(base.entries), dict(base.keys)
    for key, node in own.entries.items():
        inherited = entries.get(key)
        both = isinstance(inherited, MapNode) and isinstance(node, MapNode)
        entries[key] = _merge(inherited, node) if both else node  # type: ignore[arg-type]
        keys[key] = own.keys[key]
    return MapNode(entries, keys, own.span)


def _without(node: MapNode, key: str) -> MapNode:
    entries = {name: child for name, child in node.entries.items() if name != key}
    return MapNode(entries, {name: node.keys[name] for name in entries}, node.span)
