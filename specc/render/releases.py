"""What differs between two releases of the engine, as people and machines read it."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from compiler.catalog.releases import Event
from compiler.plan.diff import Action
from compiler.wording import listed
from specc.render.columns import aligned, count, indented
from specc.render.difference import summary_lines, totals_line
from specc.render.findings import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.catalog.releases import IndexChange, ReleaseDiff, VariableChange
    from compiler.diagnostics import Diagnostic
    from compiler.plan.diff import PlanDiff
    from specc.releases import Meaning

FORMAT = 1
_MOST = 40
_MOST_YEARS = 3


def releases_json(diff: ReleaseDiff, means: Meaning | None) -> str:
    """Return the difference, and what it means for a bundle, as JSON with sorted keys."""
    document = {
        "format": FORMAT,
        "engine": diff.engine,
        "before": diff.before,
        "after": diff.after,
        "variables": [
            {"name": c.name, "event": c.event, "before": c.before, "after": c.after} for c in diff.variables
        ],
        "indices": [{"name": index.name, "years": index.years} for index in diff.indices],
        "bundle": None if means is None else _record(means),
    }
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)


def _record(means: Meaning) -> dict[str, Any]:
    return {
        "folder": means.bundle,
        "appearing": [finding.record() for finding in means.appearing],
        "going": [finding.record() for finding in means.going],
        "plan": None if means.plan is None else json.loads(means.plan.to_json()),
        "made": means.made,
    }


def releases_text(diff: ReleaseDiff, means: Meaning | None) -> str:
    """Return what it means for the bundle first, then the variables by what happens to them, then indices."""
    blocks = [[_head(diff)], *(_meaning_blocks(means, diff.after) if means else [])]
    made = means.made if means else {}
    for event, group in groupby(diff.variables, key=lambda change: change.event):
        blocks.append(_event_block(event, list(group), made))
    if diff.indices:
        lines = [_index_line(index) for index in diff.indices]
        blocks.append([f"index values: {_indices(len(lines))}", *indented(_limited(lines))])
    return "\n\n".join("\n".join(clean(line) for line in block) for block in blocks)


def _head(diff: ReleaseDiff) -> str:
    counts = f"{count(len({c.name for c in diff.variables}), 'variable')} and {_indices(len(diff.indices))}"
    differ = "no fact differs" if diff.empty else f"facts of {counts} differ"
    return f"{diff.engine} {diff.before} -> {diff.after}: {differ}"


def _indices(number: int) -> str:
    return count(number, "index", "indices")


def _meaning_blocks(means: Meaning, version: str) -> list[list[str]]:
    title = f"{means.bundle} with {version}: {count(len(means.appearing), 'new finding')}"
    found = [f"+ {_finding(finding)}" for finding in means.appearing]
    found += [f"- {_finding(finding)}" for finding in means.going]
    return [[title, *indented(found)], _plan_block(means.plan)]


def _finding(finding: Diagnostic) -> str:
    help_ = f" ({finding.help})" if finding.help else ""
    return f"{finding.span} {finding.severity}[{finding.code}] {finding.message}{help_}"


def _plan_block(plan: PlanDiff | None) -> list[str]:
    if plan is None:
        return ["its plans cannot be compared: with one of the releases it has errors"]
    if not plan.having(Action.ADD, Action.CHANGE, Action.REMOVE, Action.RERUN):
        return ["no node of its plan runs again"]
    return ["its plan", *indented([*summary_lines(plan), totals_line(plan)])]


def _event_block(event: Event, changes: Sequence[VariableChange], made: dict[str, str]) -> list[str]:
    # What the bundle makes or reads comes first.
    ordered = sorted(changes, key=lambda change: change.name not in made)
    rows = [[c.name, _values(c), f"in the bundle: {made[c.name]}" if c.name in made else ""] for c in ordered]
    title = f"{event.value}: {count(len(rows), 'variable')}"
    return [title, *indented(_limited(aligned(rows)))]


def _values(change: VariableChange) -> str:
    if change.event in (Event.GONE, Event.NEW, Event.VALUES_GONE, Event.VALUES_NEW):
        return _value(change.after if change.before is None else change.before)
    return f"{_value(change.before)} -> {_value(change.after)}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return listed(value)
    return "none" if value is None else str(value)


def _index_line(index: IndexChange) -> str:
    said = [f"{year}: {_value(was)} -> {_value(is_)}" for year, was, is_ in index.years[:_MOST_YEARS]]
    more = len(index.years) - _MOST_YEARS
    return f"{index.name}  {', '.join(said)}" + (f" and {count(more, 'more year')}" if more > 0 else "")


def _limited(lines: Sequence[str]) -> list[str]:
    more = [f"and {len(lines) - _MOST} more; --format json has them all"] if len(lines) > _MOST else []
    return [*lines[:_MOST], *more]
