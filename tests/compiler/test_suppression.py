"""`# specc: ignore[CODE] reason`: what it covers, and what it must say."""

from __future__ import annotations

import pytest

from compiler.diagnostics import Diagnostic, Span
from compiler.suppression import suppress
from compiler.syntax import read_text

FINDING = Diagnostic("SPC507", "nothing uses it", Span("a.yaml", 2, 1, 2, 2))


def _left(text: str, *findings: Diagnostic) -> list[str]:
    return [d.code for d in suppress(list(findings or (FINDING,)), [read_text(text, "a.yaml")])]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: 2   # specc: ignore[SPC507] on purpose\n",
        "# specc: ignore[SPC507] on purpose\nb: 2\n",
        "a: 1\r\nb: 2   # specc: ignore[SPC507] on purpose\r\n",
        "a: 1\nb: 2   # specc: ignore[ SPC507 ]  on purpose: with # and [brackets]\n",
        "a: 1\nb: |   # specc: ignore[SPC507] on purpose\n  text\n",
        "a: 1\nb: 'x # y'   # specc: ignore[SPC507] on purpose\n",
        "a: 1\nb: x  # more # specc: ignore[SPC507] on purpose\n",
        "# specc: ignore[SPC507] on purpose\n",
    ],
)
def test_suppression_with_a_reason_hides_the_finding(text: str) -> None:
    """On the line itself, or alone on the line before."""
    assert _left(text) == []


def test_suppression_on_its_own_line_skips_comments_and_blank_lines() -> None:
    """What it covers is the next line with content."""
    finding = Diagnostic("SPC507", "nothing uses it", Span("a.yaml", 4, 1, 4, 2))
    assert _left("# specc: ignore[SPC507] on purpose\n# more words\n\nb: 2\n", finding) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# specc: ignore[SPC507]",
        "# specc: ignore[] why",
        "# specc: ignore",
        "# specc: ignore SPC507 why",
        "# specc: off",
    ],
)
def test_suppression_without_reason_or_code_hides_nothing_and_is_reported(comment: str) -> None:
    """A malformed suppression never passes for one in silence."""
    assert sorted(_left(f"a: 1\nb: 2  {comment}\n")) == ["SPC507", "SPC901"]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: 'x  # specc: ignore[SPC507] on purpose'\n",
        'a: 1\nb: "x\n   # specc: ignore[SPC507] on purpose"\n',
        "a: 1\nb: |\n  # specc: ignore[SPC507] on purpose\n",
        "a: 1\n'# specc: ignore[SPC507] on purpose': 2\n",
        "a: 1\nb: ['# specc: ignore[SPC507] on purpose']\n",
    ],
)
def test_a_value_is_no_suppression(text: str) -> None:
    """What looks like a comment may be the text of a value or of a key."""
    assert read_text(text, "a.yaml").suppressions == ()
    assert _left(text) == ["SPC507"]


def test_comments_behind_a_block_are_comments() -> None:
    """A block of text ends where its indentation does."""
    text = "a: |\n  text\n# specc: ignore[SPC507] on purpose\nb: 2\n"
    assert [each.line for each in read_text(text, "a.yaml").suppressions] == [4]


def test_suppression_of_nothing_is_an_error() -> None:
    """A suppression outlives its finding only until the next lint."""
    document = read_text("a: 1  # specc: ignore[SPC507] on purpose\n", "a.yaml")
    assert [d.code for d in suppress([], [document])] == ["SPC902"]


def test_suppression_of_one_of_two_codes_reports_the_other_as_unused() -> None:
    """Each code of a suppression is accounted for."""
    text = "a: 1\nb: 2  # specc: ignore[SPC507, SPC204] on purpose\n"
    assert _left(text) == ["SPC902"]


def test_suppression_covers_its_own_file_and_line_only() -> None:
    """A finding elsewhere stays."""
    elsewhere = Diagnostic("SPC507", "nothing uses it", Span("b.yaml", 2, 1, 2, 2))
    assert "SPC507" in _left("a: 1\nb: 2  # specc: ignore[SPC507] on purpose\n", elsewhere)


def test_mistake_cannot_be_suppressed() -> None:
    """A name that does not exist stays an error: a plan would do something else than what is written."""
    mistake = Diagnostic("SPC201", "no such name", Span("a.yaml", 2, 1, 2, 2))
    text = "a: 1\nb: 2  # specc: ignore[SPC201] later\n"
    assert sorted(_left(text, mistake)) == ["SPC201", "SPC903"]
