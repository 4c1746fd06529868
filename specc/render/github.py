"""Findings as GitHub shows them: annotations beside the lines of a pull request, and a step summary."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.codes import CODES
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.columns import count
from specc.render.findings import summary
from specc.render.spans import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.diagnostics import DiagnosticRecord

RULES_PAGE = "docs/rules.md"
_SEVERITIES = ("error", "warning")
_SHOWN = 10
# A summary page takes a mebibyte.
_MOST = 200


def annotation(record: DiagnosticRecord) -> str:
    """Return the workflow command of a finding, on one line."""
    properties = {
        "file": from_here(record["file"]),
        "line": str(record["line"]),
        "col": str(record["column"]),
        "endLine": str(record["end_line"]),
        "endColumn": str(record["end_column"]),
        "title": record["code"],
    }
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    help_ = f"\nhelp: {record['help']}" if record["help"] else ""
    return f"::{record['severity']} {listed}::{escape_message(record['message'] + help_)}"


def workflow_commands(records: Sequence[DiagnosticRecord]) -> str:
    """Return the workflow commands of all findings, worst first, and how many there really are.

    GitHub keeps the first ten errors and the first ten warnings of a step, and says nothing of the rest.
    """
    worst = sorted(records, key=lambda record: _SEVERITIES.index(record["severity"]))
    most = max((sum(r["severity"] == kind for r in records) for kind in _SEVERITIES), default=0)
    cut = f"; GitHub shows the first {_SHOWN} of a kind as annotations" if most > _SHOWN else ""
    return "\n".join([*map(annotation, worst), summary(records) + cut])


def write_step_summary(records: Sequence[DiagnosticRecord]) -> None:
    """Append the findings to the summary page of the workflow step, where it runs in one.

    Raises:
        CommandFault: the page cannot be written.
    """
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if page:
        try:
            with Path(page).open("a", encoding="utf-8") as file:
                file.write(step_summary(records) + "\n")
        except OSError as error:
            message = f"the step summary {page} cannot be written: {error.strerror}"
            remedy = "correct $GITHUB_STEP_SUMMARY, or unset it"
            raise CommandFault(Exit.USAGE, message, remedy=remedy) from error


def step_summary(records: Sequence[DiagnosticRecord]) -> str:
    """Return findings as Markdown: the true count, then a table a file, errors before warnings."""
    title = f"### specc lint: {summary(records)}"
    files = dict.fromkeys(record["file"] for record in sorted(records, key=_rank)[:_MOST])
    tables = [
        _table(file, [r for r in sorted(records, key=_rank)[:_MOST] if r["file"] == file]) for file in files
    ]
    hidden = len(records) - _MOST
    more = [f"and {count(hidden, 'more finding')}; `specc lint` shows all"] if hidden > 0 else []
    return "\n\n".join([title, *tables, *more])


def _rank(record: DiagnosticRecord) -> tuple[int, str, int, int]:
    severity = _SEVERITIES.index(record["severity"])
    return severity, record["file"], record["line"], record["column"]


def _table(file: str, records: Sequence[DiagnosticRecord]) -> str:
    rows = [
        f"| {r['line']}:{r['column']} | {r['severity']} | {_linked(r['code'])} | {code(r['message'])} "
        f"| {code(r['help'] or '')} |"
        for r in records
    ]
    head = ["| place | | rule | finding | help |", "|---|---|---|---|---|"]
    return "\n".join([f"#### {code(from_here(file))}", "", *head, *rows])


def _linked(rule: str) -> str:
    """Return a code with a link to its section of the rules' page, where the repository has that page."""
    known = [os.environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")]
    if None in known or not Path(RULES_PAGE).is_file() or rule not in CODES:
        return rule
    server, repository, commit = known
    anchor = f"{rule}-{CODES[rule].name}".lower()
    return f"[{rule}]({server}/{repository}/blob/{commit}/{RULES_PAGE}#{anchor})"


def escape_message(text: str) -> str:
    """Escape what would end a workflow command, as the runner's own toolkit does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a property: what a message escapes, and what separates properties."""
    return escape_message(text).replace(":", "%3A").replace(",", "%2C")


def from_here(file: str) -> str:
    """Return a path relative to the working folder, as annotations need it, where it lies inside."""
    path, here = Path(file), Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        return Path(os.path.relpath(path, here)).as_posix()
    return file
