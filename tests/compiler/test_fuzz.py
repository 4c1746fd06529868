"""Whatever stands in a bundle, lint answers with findings, never with an exception."""

from __future__ import annotations

import tempfile
from pathlib import Path

from compiler_bundles import CASES, base_bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.compilation import compile_bundle
from compiler.diagnostics import has_errors
from compiler.expressions import ExpressionError, parse
from compiler.syntax.reader import read_bytes

FILES = sorted(path.name for path in (CASES / "base").glob("*.yaml"))
WORDS = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "\n",
    "  ",
    "#",
    "'",
    '"',
    "null",
    "1",
    "0x",
    "over tax_unit",
    "sum(",
    ")",
    "%",
    "&a",
    "*a",
    "!x",
    "\x00",
    "é",
]
SMALL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@SMALL
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.lists(st.sampled_from(WORDS), max_size=40).map(lambda w: "".join(w).encode())
)
def test_reader_answers_any_bytes_with_a_document(data: bytes) -> None:
    """Spans are well formed whatever the text."""
    for finding in read_bytes(data, "a.yaml").diagnostics:
        assert (
            (1, 1)
            <= (finding.span.line, finding.span.column)
            <= (finding.span.end_line, finding.span.end_column)
        )


@SMALL
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*WORDS, "age", "+", "case when", "end", "(select 1)"]), max_size=12).map(
        " ".join
    )
)
def test_parser_of_expressions_answers_any_text(text: str) -> None:
    """An expression, or an ExpressionError with a place inside the text."""
    offset = 0
    try:
        parse(text)
    except ExpressionError as error:
        offset = error.offset
    assert 0 <= offset <= len(text)


@SMALL
@given(file=st.sampled_from(FILES), data=st.data())
def test_compiler_answers_any_edit_of_a_bundle(file: str, data: st.DataObject) -> None:
    """Whatever replaces a stretch of a file: there are errors, or there is a plan, never both."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = base_bundle(Path(scratch) / "bundle")
        text = (folder / file).read_text(encoding="utf-8")
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        words = "".join(data.draw(st.lists(st.sampled_from(WORDS), max_size=3)))
        (folder / file).write_text(text[:start] + words + text[end:], encoding="utf-8")
        compiled = compile_bundle(folder)
    assert has_errors(compiled.diagnostics) == (compiled.plan is None)


@SMALL
@given(file=st.sampled_from(FILES), data=st.data())
def test_compiler_answers_any_line_left_out(file: str, data: st.DataObject) -> None:
    """Whichever line is missing: there are errors, or there is a plan, never both."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = base_bundle(Path(scratch) / "bundle")
        lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
        del lines[data.draw(st.integers(0, len(lines) - 1))]
        (folder / file).write_text("".join(lines), encoding="utf-8")
        compiled = compile_bundle(folder)
    assert has_errors(compiled.diagnostics) == (compiled.plan is None)
