"""YAML text to plain values with a span for every key and value. Nothing is ever constructed or executed."""

from compiler.syntax.document import Document, MapNode, Node, ScalarNode, SequenceNode
from compiler.syntax.reader import read_text

__all__ = ["Document", "MapNode", "Node", "ScalarNode", "SequenceNode", "read_text"]
