"""A bake-off as people read it: methods beside each other by each metric, and what failed."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from specc.render.columns import count, duration, indented, size, table
from specc.render.spans import code

if TYPE_CHECKING:
    from specc.bakeoff.results import Outcome
    from specc.bakeoff.summary import Line, Summary

HEAD = ("metric", "method", "median", "middle 80 %", "")
_TIMES = ("seconds", "cpu_seconds")


def bakeoff_text(found: Summary) -> str:
    """Return the table of a bake-off, and a line a failed cell."""
    rows = [cells(line, first=first) for first, line in _marked(found)]
    lines = [headline(found), *indented(table(HEAD, rows, ("median",)))]
    lines += (
        ["", "* in use: the bundle draws by this method"] if any(line.ours for line in found.lines) else []
    )
    return "\n".join([*lines, *failure_lines(found)])


def bakeoff_markdown(found: Summary) -> str:
    """Return the same for the comment of a pull request."""
    rows = [cells(line, first=first) for first, line in _marked(found)]
    body = [f"| {' | '.join(_safe(cell) for cell in row)} |" for row in rows]
    head = [f"### Bake-off {code(found.bakeoff)}", "", headline(found), ""]
    shown = [*head, f"| {' | '.join(HEAD)} |", "|---|---|---:|---|---|", *body]
    failures = [f"- {code(_cell(each))}: {code(_message(each))}" for each in found.failures]
    return "\n".join([*shown, *(["", "Failed:", "", *failures] if failures else [])])


def headline(found: Summary) -> str:
    """Return what was compared, and how many cells were carried out."""
    done, lost = len(found.outcomes) - len(found.failures), len(found.failures)
    failures = f", {lost} failed" if lost else ""
    return f"bake-off {found.bakeoff} on the donors of {found.imputation}: {count(done, 'cell')}{failures}"


def failure_lines(found: Summary) -> list[str]:
    """Return what failed, and why."""
    lines = [f"  {_cell(each)}: {_message(each)}" for each in found.failures]
    return ["", f"{count(len(lines), 'cell')} failed:", *lines] if lines else []


def cells(line: Line, *, first: bool) -> list[str]:
    """Return a line of the table as text; the metric is named once."""
    names = (line.metric if first else "", f"{line.method} *" if line.ours else line.method)
    if line.median is None or line.low is None or line.high is None:
        return [*names, "-", "", f"{line.failed} failed" if line.failed else "not defined"]
    marks = ["best"] if line.best else []
    marks += [f"{line.failed} failed"] if line.failed else []
    between = f"{value(line.metric, line.low)} to {value(line.metric, line.high)}"
    return [*names, value(line.metric, line.median), between, ", ".join(marks)]


def value(metric: str, number: float) -> str:
    """Return a median or a bound in its unit."""
    if metric in _TIMES:
        return duration(number)
    return size(number) if metric == "peak_bytes" else f"{number:.4f}"


def _marked(found: Summary) -> list[tuple[bool, Line]]:
    groups = (list(lines) for _, lines in groupby(found.lines, key=lambda line: line.metric))
    return [(place == 0, line) for lines in groups for place, line in enumerate(lines)]


def _cell(each: Outcome) -> str:
    return f"{each.method}, fold {each.fold}, seed {each.seed}"


def _message(each: Outcome) -> str:
    return str((each.error or {}).get("message", "")).splitlines()[0]


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
