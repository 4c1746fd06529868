"""The language reference: made from the models, complete, and true of what an expression may be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.expressions import ExpressionError, parse
from specc.language import schema
from specc.render.language import language_markdown

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
ACCEPTED, REFUSED = (
    PAGE.partition("Accepted:\n")[2].partition("\n## ")[0].split("Refused, whatever it would do:\n")
)
_CODE = re.compile(r"`([^`]+)`")
# Of the part on what is accepted, these are names of things, not expressions.
_LISTS = re.compile(r"^- the .*$|: to .*$|Groups are .*$", re.MULTILINE)


def test_the_committed_page_is_the_language() -> None:
    """It must be made anew when the models, an example or the list of functions change."""
    renew = "the language changed: run `specc schema --format markdown > docs/language.md`"
    assert language_markdown(schema()) == PAGE, renew


def test_every_heading_is_there_once() -> None:
    """Links lead to headings by their text, whatever its case."""
    headings = [line.lstrip("# ").lower() for line in PAGE.splitlines() if line.startswith("#")]
    assert len(headings) > 40
    assert sorted(set(headings)) == sorted(headings)


def test_every_link_leads_somewhere() -> None:
    """To a heading of the page, or to a file beside it."""
    headings = {line.lstrip("# ").lower() for line in PAGE.splitlines() if line.startswith("#")}
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        assert link[1:] in headings if link.startswith("#") else (ROOT / "docs" / link).exists(), link


def test_every_key_of_the_schema_is_in_a_table() -> None:
    """Of every model, but for the partial ones of a source that is like another."""
    for name, definition in schema()["$defs"].items():
        if not name.startswith("Partial"):
            for key in definition.get("properties", {}):
                assert f"\n| `{key}` | " in PAGE, f"{name}.{key}"


def test_every_row_of_a_table_has_its_columns() -> None:
    """What a description or an expression holds does not end a cell."""
    for row in (line for line in PAGE.splitlines() if line.startswith("| `")):
        assert len(re.findall(r"(?<!\\)\|", row)) == 5, row


@pytest.mark.parametrize("text", _CODE.findall(_LISTS.sub("", ACCEPTED)))
def test_what_is_said_to_be_accepted_is(text: str) -> None:
    """Each example is an expression of the language."""
    parse(text)


@pytest.mark.parametrize("text", re.findall(r"^- `([^`]+)`", REFUSED, re.MULTILINE))
def test_what_is_said_to_be_refused_is(text: str) -> None:
    """Each example is none."""
    with pytest.raises(ExpressionError):
        parse(text)
