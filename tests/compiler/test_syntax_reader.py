"""The reader of YAML: values, and the place of every key and value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.syntax import Document, MapNode, ScalarNode, SequenceNode, read_text
from compiler.syntax.document import plain

if TYPE_CHECKING:
    from compiler.diagnostics import Span


def _root(text: str) -> MapNode:
    root = read_text(text, "a.yaml").root
    assert isinstance(root, MapNode)
    return root


def _cut(text: str, span: Span) -> str:
    """Return the stretch of a one-line span."""
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def _said(document: Document) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.line, d.span.column) for d in document.diagnostics]


def test_keys_and_values_have_the_span_they_were_written_at() -> None:
    """Cutting the text at a span gives back what was written there."""
    text = "a:\n  longer key: some value\n  b: [1, two]\n"
    inner = _root(text).entries["a"]
    assert isinstance(inner, MapNode)
    listed = inner.entries["b"]
    assert isinstance(listed, SequenceNode)
    assert _cut(text, inner.keys["longer key"]) == "longer key"
    assert _cut(text, inner.entries["longer key"].span) == "some value"
    assert [_cut(text, item.span) for item in listed.items] == ["1", "two"]


def test_columns_count_characters_also_beyond_the_basic_plane() -> None:
    """Umlauts and emoji before a value count as one column each."""
    text = 'größe: {"🙂": "né 🙂", b: x}\n'
    inner = _root(text).entries["größe"]
    assert isinstance(inner, MapNode)
    assert _cut(text, inner.keys["b"]) == "b"
    assert _cut(text, inner.entries["🙂"].span) == '"né 🙂"'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: true", True),
        ("a: null", None),
        ("a:", None),
        ("a: ~", None),
        ("a: -12", -12),
        ("a: 1.5e3", 1500.0),
        ("a: 2e3", 2000.0),
        ("a: 'NO'", "NO"),
        ('a: "06"', "06"),
        ("a: |\n  two\n  lines\n", "two\nlines\n"),
        ("a: two\n  lines", "two lines"),
        ("a: x #no comment", "x"),
    ],
)
def test_scalar_has_its_value(text: str, value: object) -> None:
    """Truth values, nulls and decimal numbers are read; everything else is text."""
    document = read_text(text, "a.yaml")
    assert document.root is not None
    assert plain(document.root) == {"a": value}
    assert not document.diagnostics


@pytest.mark.parametrize(
    "scalar",
    [
        "NO", "yes", "On", "y", "TRUE", "Null", "06", "-007", "0o17", "0x1F", "1_000", "12:30", "12:30:45",
        "2024-01-01", "1.", ".5", "+1", ".inf", "-.nan", "1e999", "12345678901234567890",
    ],
)  # fmt: skip
def test_ambiguous_scalar_is_refused_as_value_and_as_key(scalar: str) -> None:
    """What people and YAML readers disagree about must be quoted, wherever it stands."""
    assert _said(read_text(f"a: {scalar}\n", "a.yaml")) == [("SPC004", 1, 4)]
    assert _said(read_text(f"a: {{{scalar}: 1}}\n", "a.yaml")) == [("SPC004", 1, 5)]
    assert not read_text(f"a: {{'{scalar}': '{scalar}'}}\n", "a.yaml").diagnostics


def test_duplicate_key_names_both_places_and_keeps_the_first() -> None:
    """The second of two equal keys is reported with the place of the first."""
    document = read_text("a: 1\nb: 2\na: 3\n", "a.yaml")
    (finding,) = document.diagnostics
    assert (finding.code, finding.span.line, finding.related[0].span.line) == ("SPC005", 3, 1)
    assert document.root is not None
    assert plain(document.root) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: &x 1\n", [(1, 4)]),
        ("a: &x [*x]\n", [(1, 4), (1, 8)]),
        ("a: !!str 1\n", [(1, 4)]),
        ("a: !mine 1\n", [(1, 4)]),
        ("a: !!python/object/apply:os.system [x]\n", [(1, 4)]),
        ("<<: {b: 1}\n", [(1, 1)]),
        ("a: 1\n---\nb: 2\n", [(2, 1)]),
        ("? [a, b]\n: 1\n", [(1, 3)]),
    ],
)
def test_parts_of_yaml_outside_the_language_are_refused_at_their_place(
    text: str, places: list[tuple[int, int]]
) -> None:
    """Anchors, aliases, tags, merge keys, further documents and keys that are no text are each reported."""
    assert _said(read_text(text, "a.yaml")) == [("SPC003", *place) for place in places]


def test_expression_that_a_flow_mapping_cuts_is_put_together_again() -> None:
    """One finding at the expression, and the value as it was meant: nothing else is reported of it."""
    document = read_text("a: {sum: sum(greatest(b, 0)) over tax_unit, role: train}\n", "a.yaml")
    assert _said(document) == [("SPC004", 1, 10)]
    assert document.root is not None
    assert plain(document.root) == {"a": {"sum": "sum(greatest(b, 0)) over tax_unit", "role": "train"}}


def test_key_without_a_value_is_no_cut_when_parentheses_are_balanced() -> None:
    """An ordinary empty key after an ordinary value stays what it is."""
    document = read_text("a: {b: f(c), d: , e: x}\n", "a.yaml")
    assert not document.diagnostics
    assert document.root is not None
    assert plain(document.root) == {"a": {"b": "f(c)", "d": None, "e": "x"}}


def test_windows_line_ends_change_no_value_and_no_place() -> None:
    """A file saved on Windows reads as the same file."""
    text = "a: 1\nb: {c: x}\n"
    ours, theirs = read_text(text, "f"), read_text(text.replace("\n", "\r\n"), "f")
    assert ours.root is not None
    assert theirs.root is not None
    assert plain(ours.root) == plain(theirs.root)
    assert _root(text).keys == _root(text.replace("\n", "\r\n")).keys


def test_scalar_knows_whether_it_was_quoted() -> None:
    """Places inside an expression are counted from behind its quote."""
    entries = _root("a: x\nb: 'x'\n").entries
    assert [isinstance(n, ScalarNode) and n.plain for n in entries.values()] == [True, False]
