"""Breaks of the output surface as people read them: those that are not accepted first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.plan.diff.attributes import attribute_changes
from compiler.wording import listed
from specc.render.attributes import attribute_lines
from specc.render.columns import aligned, count
from specc.render.findings import clean
from specc.render.spans import code

if TYPE_CHECKING:
    from compiler.plan.acceptance import Acceptance, Judged, Verdict
    from compiler.plan.breaking import Addition, SurfaceBreak

_MOST_NAMES = 8
_NOTHING = "Nothing breaks. Whoever reads the files of before can read these."


def breaking_text(verdict: Verdict, against: str) -> str:
    """Return a line a break, what to write where one is meant, acceptances to remove, and additions."""
    head = clean(f"surface of {verdict.bundle} against {against}: {headline(verdict)}")
    if not verdict.breaks and not verdict.unneeded:
        return "\n".join([head, _NOTHING, *_additions(verdict)])
    return "\n".join([head, *_breaks(verdict), *_unneeded(verdict), *_additions(verdict), *_remedy(verdict)])


def headline(verdict: Verdict) -> str:
    """Return how many breaks there are of each sort."""
    accepted = sum(judged.accepted for judged in verdict.breaks)
    said = [
        count(len(verdict.breaks) - accepted, "break") + (" not accepted" if verdict.breaks else ""),
        f"{accepted} accepted" if accepted else "",
        f"{count(len(verdict.unneeded), 'acceptance')} no longer needed" if verdict.unneeded else "",
    ]
    return ", ".join(filter(None, said))


def _breaks(verdict: Verdict) -> list[str]:
    judged = sorted(verdict.breaks, key=lambda each: each.accepted)
    rows = [(f"{_mark(each)} {each.found.kind}", each.found.name, what(each.found)) for each in judged]
    lines = []
    for each, line in zip(judged, aligned(rows), strict=True):
        lines.append(clean(f"  {line}"))
        lines += [f"      {line}" for line in _population_lines(each.found)]
        lines += [clean(f"      {verdict_words(each)}")] if each.acceptance else []
    return lines


def _mark(judged: Judged) -> str:
    return "ok" if judged.accepted else "!!"


def what(found: SurfaceBreak) -> str:
    """Return in words what breaks."""
    where = f" in {', '.join(found.files)}" if found.files else ""
    if found.kind == "removed":
        return f"({found.before}) leaves {', '.join(found.files)}"
    if found.kind == "file":
        return f"{found.before} is no longer published"
    if found.kind == "values":
        return f"takes no longer {listed(found.before, _MOST_NAMES)}{where}"
    if found.kind == "population":
        return f"other rows{where}"
    return f"{_short(found.before)} -> {_short(found.after)}{where}"


def _short(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_short(each) for each in value if each is not None) or "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _population_lines(found: SurfaceBreak) -> list[str]:
    """Return what of the definition of the rows differs."""
    if found.kind != "population":
        return []
    return attribute_lines(attribute_changes(found.before, found.after), 6)


def verdict_words(judged: Judged) -> str:
    """Return what the bundle says of a break."""
    acceptance = judged.acceptance
    if acceptance is None:
        return "not accepted"
    until = f" until {acceptance.until}" if acceptance.until else ""
    state = f"was accepted{until}, which has passed" if acceptance.is_void else f"accepted{until}"
    return f"{state}: {acceptance.reason} ({acceptance.place})"


def _unneeded(verdict: Verdict) -> list[str]:
    return [clean(f"  !! {unneeded_words(each)}") for each in verdict.unneeded]


def unneeded_words(each: Acceptance) -> str:
    """Return that an acceptance is no longer needed, and where it stands."""
    return f"no longer needed: `accept: {each.kind}` of {each.name} ({each.place}); nothing like it breaks"


def _additions(verdict: Verdict) -> list[str]:
    added = verdict.additions
    if not added:
        return []
    names = listed([addition_words(each) for each in added], _MOST_NAMES)
    return [clean(f"  + {count(len(added), 'addition')} (no break): {names}")]


def addition_words(each: Addition) -> str:
    """Return the name of what is new, with what it is where that is no variable."""
    return each.name if each.kind == "variable" else f"{each.name} ({each.kind})"


def _remedy(verdict: Verdict) -> list[str]:
    open_ = [judged.found for judged in verdict.breaks if judged.acceptance is None]
    if not open_:
        return []
    example = f'{open_[0].name}: {{accept: {open_[0].kind}, reason: "...", until: "YYYY-MM"}}'
    return ["", "where a break is meant, write into the bundle, under `breaks:`", clean(f"  {example}")]


def breaking_markdown(verdict: Verdict, against: str) -> str:
    """Return a comment; what a spec says stands in code spans, where it is no markup."""
    title = f"### Surface of {code(verdict.bundle)} against {code(against)}"
    if not verdict.breaks and not verdict.unneeded:
        return "\n\n".join([title, _NOTHING, *(_markdown_additions(verdict))])
    rows = [
        f"| {each.found.kind} | {code(each.found.name)} | {code(what(each.found))} "
        f"| {code(verdict_words(each))} |"
        for each in sorted(verdict.breaks, key=lambda each: each.accepted)
    ]
    table = "\n".join(["| break | of | what | bundle |", "|---|---|---|---|", *rows]) if rows else ""
    unneeded = "\n".join(f"- {code(unneeded_words(each))}" for each in verdict.unneeded)
    parts = [title, f"**{headline(verdict)}**", table, unneeded, *_markdown_additions(verdict)]
    return "\n\n".join(filter(None, parts))


def _markdown_additions(verdict: Verdict) -> list[str]:
    return [code(line.strip()) for line in _additions(verdict)]
