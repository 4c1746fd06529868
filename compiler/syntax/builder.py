"""YAML events become a tree with spans. What the language leaves out of YAML is reported and read past."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

from compiler.diagnostics import Diagnostic, Related, Span
from compiler.syntax.document import MapNode, Node, ScalarNode, SequenceNode
from compiler.syntax.scalars import ambiguity, is_text, resolve

MAX_DEPTH = 64
MAX_NODES = 60_000


class _Key(NamedTuple):
    """A key whose value has not been read yet. `name` is None when the key itself was refused."""

    name: str | None
    span: Span


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read yet."""

    mapping: bool
    flow: bool
    start: Span
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)
    key: _Key | None = None
    last: str | None = None
    cut: set[str] = field(default_factory=set)


class Builder:
    """Takes the events of one text in turn."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.diagnostics: list[Diagnostic] = []
        self.stopped = False
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._nodes = 0

    def finish(self) -> Node | None:
        """Return the tree, None when the text is empty or was not read to its first document's end."""
        return self._root

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        # Most are scalars, so they are asked for first.
        if isinstance(event, yaml.ScalarEvent):
            self._count(event)
            if event.anchor or event.tag:
                self._own(event, event.tag)
            parent = self._open[-1] if self._open else None
            if parent is not None and parent.mapping and parent.key is None:
                parent.key = _Key(self._key(event), self._span(event))
            else:
                self._attach(self._scalar(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._count(event)
            self._begin(event)
        elif isinstance(event, yaml.AliasEvent):
            self._count(event)
            self._refuse_anchor("*", event)
            self._attach(ScalarNode(None, self._span(event)))
        elif isinstance(event, yaml.DocumentStartEvent) and self._root is not None:
            self._stop("SPC003", "a second YAML document begins here", event, "keep one document a file")

    def _count(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop("SPC001", f"the text has more than {MAX_NODES:,} values", event, "split it")

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        self._own(event, event.tag)
        if len(self._open) >= MAX_DEPTH:
            self._stop("SPC001", f"the text nests deeper than {MAX_DEPTH} levels", event, "flatten it")
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(mapping, bool(event.flow_style), self._span(event)))

    def _own(self, event: yaml.NodeEvent, tag: str | None) -> None:
        """Say where a node has an anchor or a tag."""
        if event.anchor:
            self._refuse_anchor("&", event)
        if tag:
            self._say("SPC003", f"the tag `{tag}` is not part of the language", event, "remove the tag")

    def _key(self, event: yaml.ScalarEvent) -> str | None:
        if event.value == "<<" and not event.style:
            help_ = "name what is shared and refer to it"
            self._say("SPC003", "merge keys are not part of the language", event, help_)
            return None
        if not event.style and (meaning := ambiguity(event.value)):
            self._say("SPC004", f"the key `{event.value}` could be read as {meaning}", event, _quoted(event))
        return str(event.value)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        if event.style:
            return ScalarNode(event.value, self._span(event))
        if is_text(event.value):
            return ScalarNode(event.value, self._span(event), plain=True)
        if meaning := ambiguity(event.value):
            self._say("SPC004", f"`{event.value}` could be read as {meaning}", event, _quoted(event))
            return ScalarNode(event.value, self._span(event))
        return ScalarNode(resolve(event.value), self._span(event), plain=True)

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        done = self._open.pop()
        end = self._span(event)
        span = Span(self.file, done.start.line, done.start.column, end.end_line, end.end_column)
        for name in sorted(done.cut):
            message = f"YAML cuts `{_value(done.entries[name])}` at its comma"
            self.diagnostics.append(
                Diagnostic("SPC004", message, done.entries[name].span, "quote the expression")
            )
        if done.mapping:
            self._attach(MapNode(done.entries, done.keys, span))
        else:
            self._attach(SequenceNode(tuple(done.items), span))

    def _attach(self, node: Node) -> None:
        parent = self._open[-1] if self._open else None
        if parent is None:
            self._root = node
        elif not parent.mapping:
            parent.items.append(node)
        elif parent.key is None:
            help_ = "write the key as text"
            self.diagnostics.append(Diagnostic("SPC003", "a key must be a plain word", node.span, help_))
            parent.key = _Key(None, node.span)
        else:
            self._attach_value(parent, parent.key, node)

    def _attach_value(self, parent: _Open, key: _Key, node: Node) -> None:
        parent.key = None
        if key.name is None:
            return
        if parent.flow and parent.last is not None and _continues(parent.entries[parent.last], node):
            parent.entries[parent.last] = _rejoined(parent.entries[parent.last], key)
            parent.cut.add(parent.last)
        elif key.name in parent.entries:
            first = parent.keys[key.name]
            message = f"the key `{key.name}` stands here a second time (first on line {first.line})"
            related = (Related(first, "first here"),)
            self.diagnostics.append(
                Diagnostic("SPC005", message, key.span, "remove one of the two", related=related)
            )
        else:
            parent.keys[key.name], parent.entries[key.name], parent.last = key.span, node, key.name

    def _refuse_anchor(self, sign: str, event: yaml.NodeEvent) -> None:
        message = f"`{sign}{event.anchor}`: anchors and aliases are not part of the language"
        self._say("SPC003", message, event, "name what is shared and refer to it")

    def _stop(self, code: str, message: str, event: yaml.Event, help_: str) -> None:
        self._say(code, message, event, help_)
        self.stopped = True

    def _say(self, code: str, message: str, event: yaml.Event, help_: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, self._span(event), help_))

    def _span(self, event: yaml.Event) -> Span:
        # Every event of a text that is being parsed has both marks; the stubs do not know that.
        start: yaml.error.Mark = event.start_mark  # type: ignore[assignment]
        end: yaml.error.Mark = event.end_mark  # type: ignore[assignment]
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _quoted(event: yaml.ScalarEvent) -> str:
    return f'quote it: "{event.value}"'


def _value(node: Node) -> object:
    return node.value if isinstance(node, ScalarNode) else None


def _continues(before: Node, value: Node) -> bool:
    """Tell whether a key without a value is really the rest of an expression that YAML cut at a comma."""
    if not isinstance(before, ScalarNode) or not isinstance(before.value, str) or not before.plain:
        return False
    return _value(value) is None and before.value.count("(") > before.value.count(")")


def _rejoined(before: Node, key: _Key) -> ScalarNode:
    start, end = before.span, key.span
    span = Span(start.file, start.line, start.column, end.end_line, end.end_column)
    return ScalarNode(f"{_value(before)}, {key.name}", span, plain=True)
