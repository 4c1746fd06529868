"""The page as a whole: one file with its style and its script inside, which asks nobody for anything."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from specc.report.coverage import coverage
from specc.report.html import Html, section, tag
from specc.report.imputations import imputations
from specc.report.steps import pipeline
from specc.report.steps import resources as steps
from specc.report.summary import headline, summary
from specc.report.tables import facts, variables
from specc.report.warnings import warnings
from specc.report.weights import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specc.published import Published

# Nothing may be loaded, from anywhere; what is inside may run.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_PARTS = {
    "summary": "Summary",
    "warnings": "Warnings",
    "pipeline": "Pipeline",
    "variables": "Variables",
    "imputation": "Imputation",
    "facts": "Facts",
    "coverage": "Coverage",
    "weights": "Weights",
    "steps": "Steps",
}


def page(run: Published) -> str:
    """Return the report of a run as HTML."""
    warned = warnings(run)
    parts = [
        summary(run, len(warned)),
        _warnings(warned),
        pipeline(run),
        variables(run),
        imputations(run),
        facts(run),
        coverage(run),
        weights(run),
        steps(run),
    ]
    title = f"{run.plan.bundle} {run.plan.period}: report of a run"
    script = tag("script", Html(_file("page.js")))
    return document(title, tag("header", headline(run), _navigation()), parts, script)


def document(title: str, header: Html, parts: Sequence[Html], *scripts: Html) -> str:
    """Return a whole page of some parts, with its style inside."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Html(_file("page.css"))),
    ]
    body = [
        tag("a", "Skip to the report", href="#main", class_="skip"),
        header,
        tag("main", *parts, id="main", tabindex="-1"),
        *scripts,
    ]
    return f"<!doctype html>\n{tag('html', tag('head', *head), tag('body', *body), lang='en')}\n"


def _navigation() -> Html:
    links = [tag("a", title, href=f"#{name}") for name, title in _PARTS.items()]
    theme = tag("button", "Light or dark", type="button", id="theme", aria_pressed="false")
    return tag("nav", *links, theme, aria_label="Parts of the report")


def _warnings(found: list[tuple[str, str]]) -> Html:
    items = [tag("li", tag("a", where, href=f"#step-{where}"), ": ", what) for where, what in found]
    return section("warnings", "Warnings", tag("ul", *items) if items else tag("p", "There are none."))


def _file(name: str) -> str:
    return resources.files("specc.report").joinpath(name).read_text(encoding="utf-8")
