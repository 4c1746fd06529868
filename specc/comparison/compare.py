"""Compares two published runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.comparison.change import Comparison, Said
from specc.comparison.facts import facts, fit, totals, weights
from specc.comparison.variables import schema, variables

if TYPE_CHECKING:
    from specc.published import Published

_VERSIONS = ("predicate", "runDetails", "builder", "version")


def compare(then: Published, now: Published) -> Comparison:
    """Return everything in which two runs differ.

    Raises:
        CommandFault: a run has lost a file, or was published by an older specc that did not write it (3).
    """
    moved, exported = variables(then, now)
    ledger, known = facts(then, now)
    return Comparison(
        then=str(then.folder),
        now=str(now.folder),
        about=_about(then, now),
        schema=schema(then, now),
        variables=moved,
        facts=ledger,
        weights=weights(then, now),
        totals=totals(then, now),
        files=_files(then, now),
        of={"variables": exported, "facts": known},
        fit=fit(then, now),
    )


def _about(then: Published, now: Published) -> list[Said]:
    """Return in what the runs themselves differ: what was asked for, and with which packages."""
    before, after = _said(then), _said(now)
    names = [*before, *(name for name in after if name not in before)]
    return [
        Said(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def _said(run: Published) -> dict[str, Any]:
    plan = run.plan
    asked = {"bundle": plan.bundle, "period": plan.period, "seed": plan.seed, "sample": plan.sample}
    asked |= {"without": " and ".join(plan.without)} if plan.without else {}
    versions: Any = run.manifest
    for name in _VERSIONS:
        versions = versions[name]
    return {**asked, "plan": plan.key[:12], **versions}


def _files(then: Published, now: Published) -> list[str]:
    """Return the published files that have other contents, or that one run does not have."""
    before, after = _contents(then), _contents(now)
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _contents(run: Published) -> dict[str, str]:
    return {subject["name"]: subject["annotations"]["content"] for subject in run.manifest["subject"]}
