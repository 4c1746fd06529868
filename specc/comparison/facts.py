"""How the facts of two runs are met, and what became of the weights and of totals beside benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.comparison.change import Fact, Said

if TYPE_CHECKING:
    from specc.published import Published

Json = dict[str, Any]
_WEIGHTS = (
    "effective_sample_size",
    "ratio_min",
    "ratio_p1",
    "ratio_p50",
    "ratio_p99",
    "ratio_max",
    "tiny_share",
)
_FIT = {
    "within_1": "within 1 %",
    "within_5": "within 5 %",
    "within_10": "within 10 %",
    "mean_error": "mean error",
    "median_error": "median error",
}


def facts(then: Published, now: Published) -> tuple[list[Fact], int]:
    """Return the facts that moved, first whose error moved most, and how many both runs have."""
    before, after = _ledger(then), _ledger(now)
    keys = [*before, *(key for key in after if key not in before)]
    found = [_compared(key, before.get(key, {}), after.get(key, {})) for key in keys]
    moved = [fact for fact in found if _said(fact)]
    order = sorted(moved, key=lambda fact: (-fact.moved, fact.calibration, fact.name))
    return order, len({*before} & {*after})


def _said(fact: Fact) -> bool:
    return fact.moved > 0 or fact.status_then != fact.status_now or fact.value_then != fact.value_now


def fit(then: Published, now: Published) -> list[Said]:
    """Return by calibration and group how well facts are met with calibrated weights, where it differs."""
    return _differing(_fits(then), _fits(now))


def weights(then: Published, now: Published) -> list[Said]:
    """Return by calibration what became of the weights, where it differs."""
    return _differing(_weights(then), _weights(now))


def totals(then: Published, now: Published) -> list[Said]:
    """Return the validated totals and gates that differ, with their verdict."""
    return _differing(_totals(then), _totals(now))


def _differing(then: Json, now: Json) -> list[Said]:
    names = [*then, *(name for name in now if name not in then)]
    return [Said(name, then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name)]


def _ledger(run: Published) -> dict[tuple[str, str], Json]:
    return {
        (calibration, row["name"]): row
        for calibration, table in run.facts.items()
        for row in table.iter_rows(named=True)
    }


def _compared(key: tuple[str, str], then: Json, now: Json) -> Fact:
    pairs = [side.get(name) for name in ("value", "error", "status") for side in (then, now)]
    return Fact(*key, *pairs)


def _fits(run: Published) -> Json:
    return {
        f"{name}, {group}, {words}": fit["calibrated"][measure]
        for name, report in run.report["calibration"].items()
        for group, fit in report["fit"].items()
        for measure, words in _FIT.items()
    }


def _weights(run: Published) -> Json:
    found: Json = {}
    for name, report in run.report["calibration"].items():
        found[f"{name}: sum of weights"] = report["weight_sum"]
        for measure in _WEIGHTS:
            found[f"{name}: {measure.replace('_', ' ')}"] = report["weights"][measure]
    return found


def _totals(run: Published) -> Json:
    """Return totals and gates with their verdict: first what several draws say of totals together."""
    found: Json = {}
    for name, said in run.report.get("pooled", {}).items():
        for key, row in said.get("aggregates", {}).items():
            verdict = {"passes": row["passes"], "unit": row["unit"]}
            found[f"{name}, all draws: {key}"] = {"value": row["estimate"], **verdict}
    for name, report in run.report["validation"].items():
        for key, row in report.items():
            found[f"{name}: {key}"] = {"value": row["total"], "passes": row["passes"], "unit": row["unit"]}
    for name, report in run.report.get("gates", {}).items():
        for key, row in report.items():
            if row.get("applies", True):
                found[f"{name}: gate {key}"] = {"value": row["value"], "passes": row["passes"], "unit": ""}
    return found
