"""Rules as text, as JSON values and as Markdown, from the same documentation."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, TypedDict

import click

from specc.render.columns import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.rules import Rule

_FENCED = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ABOUT = """\
# Rules

What `specc lint` can say, made from the modules in `compiler/rules/` by `specc rules --format markdown`.
`specc explain CODE` shows one of them in the terminal.

A finding that may be ignored is hidden by a comment `# specc: ignore[CODE] reason` on its line, or on a line
of its own before it; the reason is required, and a comment that hides nothing is an error.

The examples are laid over the small bundle in `tests/compiler/cases/base`, key by key: each gives its finding
there, and what stands under "Instead" gives no error. A first line `# file: NAME` says which file it is."""


class RuleRecord(TypedDict):
    """A rule as `specc rules --format json` prints it."""

    code: str
    name: str
    severity: str
    may_be_ignored: bool
    summary: str


def record(rule: Rule) -> RuleRecord:
    """Return a rule as plain JSON values."""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "may_be_ignored": rule.may_be_ignored,
        "summary": rule.summary,
    }


def explain_text(rule: Rule) -> str:
    """Return the documentation of a rule for a terminal."""
    head = click.style(f"{rule.code} {rule.name}", bold=True)
    blocks = [f"{head}: {rule.severity}, {_ignoring(rule)}", rule.summary]
    for title, text in rule.sections.items():
        blocks += [click.style(title, bold=True), _FENCED.sub(_indented, text)]
    return "\n\n".join(blocks)


def rules_text(rules: Sequence[Rule]) -> str:
    """Return a line a rule."""
    head = ["code", "name", "severity", "ignorable", "summary"]
    rows = [[r.code, r.name, r.severity.value, _yes(r), r.summary] for r in rules]
    return "\n".join([*table(head, rows), "", "specc explain CODE says what one means"])


def rules_markdown(rules: Sequence[Rule]) -> str:
    """Return the page of the rules: a table, then a section a rule."""
    lines = ["| code | name | severity | may be ignored | summary |", "|---|---|---|---|---|"]
    lines += [
        f"| {r.code} | [{r.name}](#{r.code.lower()}-{r.name}) | {r.severity} | {_yes(r)} | {r.summary} |"
        for r in rules
    ]
    return "\n\n".join([_ABOUT, "\n".join(lines), *map(_section, rules)]) + "\n"


def _section(rule: Rule) -> str:
    body = rule.documentation.partition("\n")[2].strip().replace("\n## ", "\n### ")
    facts = f"*{rule.severity}, {_ignoring(rule)}*"
    return f"## {rule.code} {rule.name}\n\n{rule.summary} {facts}\n\n#{body}"


def _indented(block: re.Match[str]) -> str:
    return textwrap.indent(block[1].rstrip("\n"), "    ")


def _ignoring(rule: Rule) -> str:
    return "may be ignored with a reason" if rule.may_be_ignored else "cannot be ignored"


def _yes(rule: Rule) -> str:
    return "yes" if rule.may_be_ignored else "no"
