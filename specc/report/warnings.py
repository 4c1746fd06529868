"""What a reader of a run should know before using it: checks that failed, facts that nobody carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.clones import contradictions, summaries
from specc.render.columns import amount, count, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specc.published import Published

_LOST = 0.05
_SHRUNK = 0.1
# In standard deviations; donors of another year, or another age, are less apart than that.
_APART = 1.0


def warnings(run: Published) -> list[tuple[str, str]]:
    """Return where and what: first totals that miss their benchmarks."""
    found = [*_clones(run), *_totals(run), *_checks(run), *_facts(run), *_weights(run)]
    return [*found, *_predictors(run), *_unrecorded(run)]


def _clones(run: Published) -> Iterator[tuple[str, str]]:
    for name, problem in contradictions(summaries(run.folder, run.plan)):
        yield f"clone.{name}", problem


def _checks(run: Published) -> Iterator[tuple[str, str]]:
    for node in run.plan.nodes:
        for check in run.said(node.address).get("assertions", ()):
            if not check["success"] and node.operation != "validate":
                said = f"{check['assertion']}: expected {check['expected']}, found {check['actual']}"
                yield node.address, said


def _totals(run: Published) -> Iterator[tuple[str, str]]:
    for name, report in run.report["validation"].items():
        for key, row in report.items():
            if not row["passes"]:
                total, benchmark = (amount(row[which], row["unit"]) for which in ("total", "benchmark"))
                tolerance = f"more than {percent(row['tolerance'], 0)} off"
                yield f"validate.{name}", f"{key} is {total}, {tolerance} its benchmark of {benchmark}"
    for name, report in run.report.get("gates", {}).items():
        for key, row in report.items():
            if not row["passes"]:
                yield f"validate.{name}", f"the gate {key} does not hold: its value is {row['value']:,.6g}"


def _facts(run: Published) -> Iterator[tuple[str, str]]:
    for name, report in run.report["calibration"].items():
        few = report["few_carriers"]
        nobody = sum(not carriers for _, carriers in few)
        if few:
            bar = f"fewer than {report['minimum_carriers']} records"
            yield f"calibrate.{name}", f"{count(len(few), 'fact')} carried by {bar}: not trained on"
        if nobody:
            yield f"calibrate.{name}", f"{count(nobody, 'fact')} carried by nobody: no weights can meet them"


def _weights(run: Published) -> Iterator[tuple[str, str]]:
    for name, report in run.report["calibration"].items():
        weights = report["weights"]
        if (weights["tiny_share"] or 0) > _LOST:
            yield f"calibrate.{name}", f"{percent(weights['tiny_share'])} of the records lost their weight"
        before, after = weights["effective_sample_size_start"], weights["effective_sample_size"]
        if before and after < _SHRUNK * before:
            yield f"calibrate.{name}", f"the effective sample size fell from {before:,.0f} to {after:,.0f}"


def _predictors(run: Published) -> Iterator[tuple[str, str]]:
    """Yield predictors of which donors and recipients are so far apart that they may mean something else."""
    for node in run.plan.nodes:
        for name, sides in run.said(node.address).get("predictors", {}).items():
            apart = sides["standardisedDifference"]
            if apart is not None and abs(apart) > _APART:
                said = f"`{name}` of recipients is {abs(apart):.1f} standard deviations from that of donors"
                yield node.address, f"{said}: does it mean the same?"


def _unrecorded(run: Published) -> Iterator[tuple[str, str]]:
    """Yield the steps that an older specc built: their results are right, but their records say less."""
    for node in run.plan.nodes:
        if node.operation == "impute" and "quality" not in run.said(node.address):
            yield node.address, "built by an older specc, which did not record how draws compare with donors"
