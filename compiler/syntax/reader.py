"""Reads one YAML text into a tree with spans, and reports everything wrong with it in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from compiler.diagnostics import Diagnostic, Span
from compiler.syntax.comments import suppressions
from compiler.syntax.document import Document, MapNode, Node, ScalarNode, SequenceNode
from compiler.syntax.scalars import ambiguity, resolve

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 200_000
_BASE: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
# YAML's printable set, less the byte order mark.
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class _Loader(_BASE):  # type: ignore[misc]
    """Composes only; every plain scalar stays a string until our own rules have seen it."""

    yaml_implicit_resolvers: dict[str, list[object]] = {}  # noqa: RUF012 - PyYAML reads it as a class attribute


def read_bytes(data: bytes, file: str) -> Document:
    """Read a file's bytes, which must be UTF-8 and not larger than 4 MiB."""
    if len(data) > MAX_BYTES:
        return _unreadable(file, "SPC001", f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read", "split it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
        return _unreadable(file, "SPC001", message, "save the file as UTF-8", line)
    return read_text(text, file)


def read_text(text: str, file: str) -> Document:
    """Read YAML text. The tree is None when the text is not YAML at all."""
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"the character U+{ord(found.group()):04X} may not stand in a spec"
        return _unreadable(file, "SPC001", message, "remove it", line)
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return _unreadable(file, "SPC002", "the file holds a merge conflict", "resolve the conflict", line)
    if depth_line := _too_deep(text):
        return _unreadable(file, "SPC001", f"the text nests deeper than {MAX_DEPTH} levels", "flatten it", depth_line)
    try:
        composed = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        return Document(file, None, (_syntax_error(error, file),))
    return _build(composed, text, file)


def _build(composed: list[yaml.Node], text: str, file: str) -> Document:
    builder = _Builder(file)
    if len(composed) > 1:
        builder.say("SPC003", "a second YAML document begins here", composed[1], "keep one document a file")
    aliased = any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in _tokens(text)) if "&" in text else False
    root: Node | None = None
    if aliased:
        builder.refuse_anchors(text)
    elif composed and composed[0] is not None:
        root = builder.build(composed[0], 0)
    return Document(file, root, tuple(builder.diagnostics), suppressions(text, file))


@dataclass
class _Builder:
    file: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    nodes: int = 0

    def build(self, node: yaml.Node, depth: int) -> Node:
        self.nodes += 1
        if not str(node.tag).startswith("tag:yaml.org,2002:") or self._explicit(node):
            self.say("SPC003", f"the tag `{node.tag}` is not part of the language", node, "remove the tag")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return SequenceNode(tuple(self.build(item, depth + 1) for item in node.value), self.span(node))
        return self._mapping(node, depth)

    def _explicit(self, node: yaml.Node) -> bool:
        default = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}[type(node)]
        return str(node.tag) != f"tag:yaml.org,2002:{default}"

    def _scalar(self, node: yaml.ScalarNode) -> ScalarNode:
        if node.style:
            return ScalarNode(node.value, self.span(node))
        if meaning := ambiguity(node.value):
            self.say("SPC004", f"`{node.value}` could be read as {meaning}", node, f'quote it: "{node.value}"')
            return ScalarNode(node.value, self.span(node))
        return ScalarNode(resolve(node.value), self.span(node))

    def _mapping(self, node: yaml.MappingNode, depth: int) -> MapNode:
        entries: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in entries:
                first = keys[key]
                self.say("SPC005", f"the key `{key}` stands here a second time (first on line {first.line})", key_node,
                         "remove one of the two")
                continue
            keys[key] = self.span(key_node)
            entries[key] = self.build(value_node, depth + 1)
        return MapNode(entries, keys, self.span(node))

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self.say("SPC003", "a key must be a plain word", node, "write the key as text")
            return None
        if node.value == "<<" and not node.style:
            self.say("SPC003", "merge keys are not part of the language", node, "name what is shared and refer to it")
            return None
        if not node.style and (meaning := ambiguity(node.value)):
            self.say("SPC004", f"the key `{node.value}` could be read as {meaning}", node, f'quote it: "{node.value}"')
        return str(node.value)

    def refuse_anchors(self, text: str) -> None:
        for token in _tokens(text):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
                sign = "&" if isinstance(token, yaml.AnchorToken) else "*"
                self.say("SPC003", f"`{sign}{token.value}`: anchors and aliases are not part of the language", token,
                         "name what is shared and refer to it")

    def say(self, code: str, message: str, node: yaml.Node | yaml.Token, help_: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, self.span(node), help_))

    def span(self, node: yaml.Node | yaml.Token) -> Span:
        start, end = node.start_mark, node.end_mark
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _tokens(text: str) -> Iterator[yaml.Token]:
    yield from yaml.scan(text, Loader=_Loader)


def _too_deep(text: str) -> int | None:
    """Return the line where nesting first passes the limit; counted on events, so that no recursion can be provoked."""
    depth = nodes = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            nodes += 1
            if depth > MAX_DEPTH or nodes > 2 * MAX_NODES:
                return int(event.start_mark.line) + 1
    except yaml.MarkedYAMLError:
        return None  # the composer reports it with both of its places
    return None


def _syntax_error(error: yaml.MarkedYAMLError, file: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = error.problem or "the text is not YAML"
    context = f" {error.context}" if error.context else ""
    return Diagnostic("SPC002", f"{problem}{context}", Span(file, line, column, line, column + 1),
                      "check indentation, colons and quotes on this line and the one before")


def _unreadable(file: str, code: str, message: str, help_: str, line: int = 1) -> Document:
    return Document(file, None, (Diagnostic(code, message, Span(file, line, 1, line, 2), help_),))
