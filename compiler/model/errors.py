"""Turns pydantic's findings, made for programmers, into ours: one a mistake, with place and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Diagnostic, Span
from compiler.model.base import FORMS
from compiler.model.fields import example_at, fields_at
from compiler.model.recipe import Step, locate
from compiler.suggest import closest, did_you_mean
from compiler.syntax.document import MapNode, Node, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from compiler.model.base import Spec

_WHAT = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "none_required": "nothing",
}
# What a value is not, as opposed to what is wrong inside a value of the right shape.
_SHAPES = {*_WHAT, "literal_error"}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_LENGTHS = {
    "too_short": ("min_length", "at least", "of them"),
    "too_long": ("max_length", "at most", "of them"),
    "string_too_short": ("min_length", "at least", "characters"),
    "string_too_long": ("max_length", "at most", "characters"),
}
_MOST_SHOWN = 80
_MISSING = frozenset({"missing", "union_tag_not_found"})


@dataclass(frozen=True, slots=True)
class _Issue:
    """One objection of pydantic's at a path of the tree: of the mapping, when it is about a key."""

    kind: str
    path: tuple[Step, ...]
    last: Step
    value: object
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """The definition that is being explained."""

    model: type[Spec]
    node: Node
    key: Span

    def at(self, path: tuple[Step, ...], *, prefer_key: bool = False) -> Span:
        return locate(self.node, path, self.key, prefer_key=prefer_key)


def explain(error: ValidationError, model: type[Spec], node: Node, key: Span) -> list[Diagnostic]:
    """Return one diagnostic for each mistake that pydantic objects to in the definition at `node`."""
    place = _Place(model, node, key)
    issues = [_issue(detail, node) for detail in error.errors(include_url=False)]
    inside = [issue for issue in issues if issue.kind not in _SHAPES and not _follows(issue, issues)]
    shapes: dict[tuple[Step, ...], list[_Issue]] = {}
    for issue in issues:
        if issue.kind in _SHAPES and not _is_about_another_branch(issue, issues):
            shapes.setdefault(issue.path, []).append(issue)
    missing: dict[tuple[Step, ...], list[_Issue]] = {}
    for issue in inside:
        if issue.kind in _MISSING and not isinstance(issue.last, int):
            missing.setdefault(issue.path, []).append(issue)
    found = [_inside(issue, place) for issue in inside if issue not in missing.get(issue.path, ())]
    found += [_missing(path, keys, place) for path, keys in missing.items()]
    found += [_shape(path, branches, place) for path, branches in shapes.items()]
    return list(dict.fromkeys(found))


def _issue(detail: ErrorDetails, node: Node) -> _Issue:
    loc, kind = detail["loc"], detail["type"]
    path, last = _real_path(node, loc), loc[-1] if loc else ""
    if kind == "extra_forbidden":
        path = path[:-1]
    return _Issue(kind, path, last, detail["input"], dict(detail.get("ctx", {})))


def _real_path(node: Node, loc: Iterable[Step]) -> tuple[Step, ...]:
    """Drop the segments that are no keys of the tree: branches of unions, and what is missing."""
    path: list[Step] = []
    current: Node | None = node
    for step in loc:
        if isinstance(current, MapNode) and isinstance(step, str) and step in current.entries:
            current = current.entries[step]
        elif isinstance(current, SequenceNode) and isinstance(step, int) and step < len(current.items):
            current = current.items[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _is_about_another_branch(issue: _Issue, issues: list[_Issue]) -> bool:
    """A union objects once a branch; what is inside a value tells which branch was meant."""
    depth = len(issue.path)
    below = [other for other in issues if other.path[:depth] == issue.path]
    return any(other.kind not in _SHAPES or len(other.path) > depth for other in below)


def _follows(issue: _Issue, issues: list[_Issue]) -> bool:
    """Tell whether an objection only follows from another: a list is short of the values that are wrong."""
    depth = len(issue.path)
    below = any(other.path[:depth] == issue.path and len(other.path) > depth for other in issues)
    return (issue.kind == "too_short" and below) or _is_misspelt(issue, issues)


def _is_misspelt(issue: _Issue, issues: list[_Issue]) -> bool:
    """A missing key is not worth a line of its own when an unknown key beside it is a misspelling of it."""
    unknown = [i.last for i in issues if i.kind == "extra_forbidden" and i.path == issue.path]
    return issue.kind == "missing" and any(closest(str(name), [str(issue.last)]) for name in unknown)


def _inside(issue: _Issue, place: _Place) -> Diagnostic:
    if issue.kind == "extra_forbidden":
        return _unknown_key(issue, place)
    if issue.kind in _MISSING:
        owner = place.at(issue.path, prefer_key=True)
        message = f"the list has no value number {int(issue.last) + 1}"
        return Diagnostic("SPC103", message, owner, "write one more")
    prefer_key = issue.last == "[key]"
    path = issue.path
    if issue.kind == "union_tag_invalid":
        path = (*path, str(issue.context["discriminator"]).strip("'"))
    message, help_ = _in_words(issue)
    return Diagnostic("SPC103", message, place.at(path, prefer_key=prefer_key), help_)


def _unknown_key(issue: _Issue, place: _Place) -> Diagnostic:
    known = fields_at(place.model, issue.path)
    help_ = did_you_mean(str(issue.last), known) or "known keys: " + ", ".join(sorted(known))
    if issue.value is None and not closest(str(issue.last), known):
        help_ = "if it belongs to the value before it, quote that: YAML ends a value at a comma"
    span = place.at((*issue.path, issue.last), prefer_key=True)
    return Diagnostic("SPC101", f"unknown key `{issue.last}`", span, help_)


def _missing(path: tuple[Step, ...], issues: list[_Issue], place: _Place) -> Diagnostic:
    """Return one finding for all keys that are missing at a path, with what may be written for each."""
    keys = sorted({str(issue.context.get("discriminator", issue.last)).strip("'") for issue in issues})
    names = ", ".join(f"`{key}`" for key in keys)
    message = f"the key {names} is missing" if len(keys) == 1 else f"the keys {names} are missing"
    lines = [f"`{f'{key}: {example_at(place.model, path, key)}'.rstrip()}`" for key in keys]
    return Diagnostic("SPC102", message, place.at(path, prefer_key=True), f"add {', '.join(lines)}")


def _in_words(issue: _Issue) -> tuple[str, str]:
    """Return message and remedy for a value of the right shape with something wrong inside."""
    context, shown = issue.context, _shown(issue.value)
    if issue.kind in _BOUNDS or issue.kind in _LENGTHS:
        return _out_of_bounds(issue)
    if issue.kind == "union_tag_invalid":
        tags = str(context["expected_tags"]).replace("'", "`")
        return (
            f"`{context['tag']}` is not a known {str(context['discriminator']).strip(chr(39))}",
            f"one of {tags}",
        )
    if issue.kind == "string_pattern_mismatch":
        form = FORMS.get(context["pattern"], f"text of the form `{context['pattern']}`")
        return f"{shown} is not {form}", f"write {form}"
    if issue.kind == "value_error":
        message, _, remedy = str(context["error"]).partition("; ")
        return message, remedy or "see the language reference for the shape of this key"
    return f"{shown} is not valid here", "see the language reference for the shape of this key"


def _out_of_bounds(issue: _Issue) -> tuple[str, str]:
    shown = _shown(issue.value)
    if issue.kind in _BOUNDS:
        bound, words = _BOUNDS[issue.kind]
        return f"{shown} is out of range", f"write a value of {words} {issue.context[bound]}"
    bound, words, what = _LENGTHS[issue.kind]
    number = issue.context[bound]
    what = "character" if number == 1 and what == "characters" else what
    return f"{shown} is too {issue.kind.rpartition('_')[2]}", f"write {words} {number} {what}"


def _shape(path: tuple[Step, ...], branches: list[_Issue], place: _Place) -> Diagnostic:
    shown, span = _shown(branches[0].value), place.at(path)
    literals = [issue for issue in branches if issue.kind == "literal_error"]
    wanted = _wanted({issue.kind for issue in branches if issue.kind in _WHAT})
    if not literals:
        known = ", ".join(sorted(fields_at(place.model, path)))
        help_ = f"write {wanted}" + (f"; known keys: {known}" if known else "")
        if example := example_at(place.model, path[:-1], str(path[-1])) if path else "":
            help_ = f"write {wanted} such as `{example}`" + (f"; known keys: {known}" if known else "")
        return Diagnostic("SPC103", f"{shown} stands where {wanted} is expected", span, help_)
    expected = literals[0].context["expected"].replace("'", "`")
    options = expected.replace("`", "").replace(" or ", ", ").split(", ")
    help_ = did_you_mean(str(branches[0].value), options) or f"one of {expected}" + (
        wanted and f", or {wanted}"
    )
    return Diagnostic("SPC103", f"{shown} is not one of the values this key takes", span, help_)


def _wanted(kinds: set[str]) -> str:
    """Return what the branches of a union expect, in words."""
    if {"string_type", "int_type"} <= kinds:
        words = {"an expression", *(_WHAT[kind] for kind in kinds - {"string_type", "int_type"})}
    else:
        words = {_WHAT[kind] for kind in kinds}
    return " or ".join(sorted(words))


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    text = f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 4] + "...`"
