"""The expression language: what it accepts, what it refuses, and that nothing is ever executed."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from compiler.expressions import ExpressionError, parse
from compiler.expressions.tree import KEYWORDS

LINES = (Path(__file__).parent / "expressions.txt").read_text(encoding="utf-8").splitlines()


def _cases(sign: str) -> list[tuple[str, str]]:
    found = [line[1:].rpartition("=>") for line in LINES if line.startswith(sign)]
    return [(text.strip(), expected.strip()) for text, _, expected in found]


@pytest.mark.parametrize(("text", "columns"), _cases("+"))
def test_expression_of_the_language_tells_what_it_reads(text: str, columns: str) -> None:
    """Every column with the group it is aggregated over, in the order of the text."""
    read = [use.name + (f":{use.window}" if use.window else "") for use in parse(text).uses]
    assert ", ".join(read) == columns


@pytest.mark.parametrize(("text", "message"), _cases("-"))
def test_text_outside_the_language_is_refused_with_a_remedy(text: str, message: str) -> None:
    """The message says what is not allowed, the remedy what to do, and the place lies inside the text."""
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert str(refused.value).startswith(message)
    assert refused.value.remedy
    assert 0 <= refused.value.offset <= len(text)


def test_places_count_characters_behind_letters_of_several_bytes() -> None:
    """DuckDB counts bytes; people count characters."""
    assert [(use.name, use.offset) for use in parse("größe + '🙂' || straße").uses] == [
        ("größe", 0),
        ("straße", 15),
    ]


def test_group_of_a_count_of_rows_is_known() -> None:
    """`count(*)` reads no column, and is taken over a group all the same."""
    assert parse("count(*) over tax_unit").windows == {"tax_unit"}


@pytest.mark.parametrize(
    "text",
    [
        "not " * 3_000 + "a",
        "(" * 5_000 + "a" + ")" * 5_000,
        "+".join(["a"] * 5_000),
        "case when a then " * 500 + "1" + " end" * 500,
    ],
    ids=["not", "parentheses", "sum", "case"],
)
def test_deep_expression_is_refused_quickly(text: str) -> None:
    """Depth is a finding, not a RecursionError and not a wait."""
    started = time.process_time()
    with pytest.raises(ExpressionError, match="nests too deeply"):
        parse(text)
    assert time.process_time() - started < 0.9


def test_parsing_touches_no_file(tmp_path: Path) -> None:
    """An expression that would write or read a file leaves no trace of having run."""
    target = tmp_path / "written.csv"
    for text in (f"(copy (select 1) to '{target}')", f"read_csv('{target}')", f"a) from '{target}' where (b"):
        with pytest.raises(ExpressionError):
            parse(text)
    assert not target.exists()


def test_words_taken_for_columns_without_a_parser_are_no_keywords() -> None:
    """The short cut for plain column names agrees with DuckDB on every word of its grammar."""
    rows = duckdb.connect(":memory:").execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    words = {str(row[0]) for row in rows}
    special = {word for word in words if "_" in word or any(letter.isdigit() for letter in word)}
    assert special == KEYWORDS
