"""`specc explain` and `specc rules`: what lint can say, and the committed page that must not fall behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.rules import SECTIONS, Rule, rules
from specc.exits import Exit
from specc.render.rules import rules_markdown

if TYPE_CHECKING:
    from cli_desk import Desk

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_committed_page_is_made_of_the_rules() -> None:
    """People read the committed page, so it must be made anew when a rule changes."""
    renew = "a rule changed: run `specc rules --format markdown > docs/rules.md` and commit the file"
    assert COMMITTED.read_text(encoding="utf-8") == rules_markdown(rules()), renew


def test_the_page_is_what_the_command_prints(desk: Desk) -> None:
    """The command that the test above names gives the same bytes."""
    assert desk.specc("rules", "--format", "markdown").out == rules_markdown(rules())


@pytest.mark.parametrize("word", ["SPC202", "spc202", "unknown-variable", "Unknown-Variable"])
def test_a_rule_is_explained_by_code_or_name(desk: Desk, word: str) -> None:
    """Whatever the case of the letters."""
    ended = desk.specc("explain", word)
    assert ended.code == Exit.OK
    lines = ended.out.splitlines()
    assert lines[0] == "SPC202 unknown-variable: error, cannot be ignored"
    assert [line for line in lines if line in SECTIONS] == list(SECTIONS)
    assert "predictors: [age, unit_wage]" in [line.strip() for line in lines]
    assert "```" not in ended.out


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_every_rule_can_be_explained(desk: Desk, rule: Rule) -> None:
    """With its summary and every line of its snippets."""
    ended = desk.specc("explain", rule.code)
    assert ended.code == Exit.OK
    assert rule.summary in ended.out
    shown = ended.out.splitlines()
    for snippet in (*rule.snippets("Example"), *rule.snippets("Instead")):
        assert all(f"    {line}" in shown for line in snippet.splitlines())


def test_what_may_be_ignored_is_said(desk: Desk) -> None:
    """Severity and whether a suppression is accepted stand in the first line."""
    first = desk.specc("explain", "SPC507").out.splitlines()[0]
    assert first == "SPC507 unused-definition: warning, may be ignored with a reason"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("SPC2O2", "SPC202"), ("unknwon-variable", "unknown-variable"), ("bananas", "specc rules")],
)
def test_an_unknown_rule_ends_with_3_and_a_way_on(desk: Desk, word: str, meant: str) -> None:
    """A near code, a near name, or where to find all of them."""
    ended = desk.specc("explain", word)
    assert ended.code == Exit.USAGE
    assert ended.out == ""
    said, remedy = ended.err.splitlines()
    assert said == f"specc: there is no rule `{word}`"
    assert meant in remedy


def test_the_list_has_a_line_a_rule(desk: Desk) -> None:
    """Code, name, severity, whether it may be ignored, summary."""
    lines = desk.specc("rules").out.splitlines()
    assert lines[0].split() == ["code", "name", "severity", "ignorable", "summary"]
    assert [line.split()[0] for line in lines[2:-2]] == [rule.code for rule in rules()]
    unused = next(line for line in lines if line.startswith("SPC507"))
    assert unused.split(maxsplit=4)[1:] == [
        "unused-definition",
        "warning",
        "yes",
        "Nothing uses a definition.",
    ]


def test_the_list_for_machines_has_exactly_these_fields(desk: Desk) -> None:
    """A list of objects, by code."""
    listed = json.loads(desk.specc("rules", "--format", "json").out)
    assert [each["code"] for each in listed] == [rule.code for rule in rules()]
    assert all(set(each) == {"code", "name", "severity", "may_be_ignored", "summary"} for each in listed)


def test_lint_points_to_the_explanation_of_its_first_finding(desk: Desk) -> None:
    """What is named there can be asked for; without findings there is nothing to point to."""
    assert "specc explain" not in desk.specc("lint", "tiny").out
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    last = desk.specc("lint", "tiny").out.splitlines()[-1]
    command = last.partition("specc ")[2].split()
    assert command == ["explain", "SPC201"]
    assert desk.specc(*command).code == Exit.OK


def test_lint_itself_loads_no_explanation(desk: Desk) -> None:
    """It stays as fast as it is however much is written about the rules, with findings as without."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    code = (
        "import sys; from specc.cli import main; code = main(['lint', 'tiny']);"
        "print(code, [name for name in sys.modules if name.startswith('compiler.rules')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "1 []"
