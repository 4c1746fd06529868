"""The head of the page: what the run is, its key figures, and totals beside benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.plan.addresses import draw_of
from specc.render.columns import amount, duration, percent
from specc.render.pooled import by_draws
from specc.render.results import statistic_of
from specc.report.html import Html, section, table, tag
from specc.report.plots import share_bar

if TYPE_CHECKING:
    from specc.published import Published

Json = dict[str, Any]


def headline(run: Published) -> Html:
    """Return the title and one line that says which build this is."""
    plan = run.plan
    metadata = run.manifest["predicate"]["runDetails"]["metadata"]
    said = [
        f"period {plan.period}",
        f"plan {plan.key[:12]}",
        f"seed {plan.seed}",
        f"{plan.engine} {plan.engine_version}",
        f"{percent(plan.sample, 4).replace('.0000', '')} of households" if plan.sample else "all households",
        *(f"without {name}" for name in plan.without),
        f"finished {metadata['finishedOn'][:16].replace('T', ' ')} UTC",
    ]
    return tag("div", tag("h1", plan.bundle), tag("p", " · ".join(said), class_="about"))


def summary(run: Published, warned: int) -> Html:
    """Return the key figures and the validated totals."""
    tiles = [
        tag("div", tag("b", value), tag("span", name), class_="tile") for name, value in _figures(run, warned)
    ]
    return section(
        "summary", "Summary", tag("div", *tiles, class_="tiles"), *_pooled(run), *_totals(run), *_gates(run)
    )


def _figures(run: Published, warned: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    reports = {name: each for name, each in run.report["calibration"].items() if draw_of(name) == 1}
    for name, report in reports.items():
        of = f" ({name})" if len(reports) > 1 else ""
        for group, words in (("train", "trained facts"), ("holdout", "holdout facts")):
            if group in report["fit"]:
                fit = report["fit"][group]["calibrated"]["within_10"]
                found.append((f"{words} within 10 %{of}", percent(fit)))
        found.append((f"effective sample size{of}", f"{report['weights']['effective_sample_size']:,.0f}"))
        found.append((f"households{of}", f"{report['records']:,}"))
        found.append((f"sum of weights{of}", f"{report['weight_sum']:,.0f}"))
    totals = [row for report in run.report["validation"].values() for row in report.values()]
    if totals:
        found.append(("totals within tolerance", f"{sum(row['passes'] for row in totals)} of {len(totals)}"))
    seconds = sum(run.measured(node.address).get("wallSeconds", 0) for node in run.plan.nodes)
    return [*found, ("steps took, each when it was built", duration(seconds)), ("warnings", f"{warned:,}")]


def _totals(run: Published) -> list[Html]:
    head = ("total", "this run", "benchmark", "error", "tolerance", "", "verdict", "source")
    return [
        table(head, [_total(key, row) for key, row in report.items()], figures=head[1:5],
              caption=f"Totals beside benchmarks: {name}")
        for name, report in run.report["validation"].items() if report
    ]  # fmt: skip


def _pooled(run: Published) -> list[Html]:
    """Return what several draws say of totals together."""
    head = (
        "total",
        "all draws",
        "95 % from",
        "to",
        "standard error",
        "by draws",
        "degrees",
        "benchmark",
        "error",
    )
    return [
        table(head, [_together(key, row) for key, row in said["aggregates"].items()], figures=head[1:],
              caption=f"Totals of {run.report['draws']} draws together: {name}")
        for name, said in run.report.get("pooled", {}).items() if "aggregates" in said
    ]  # fmt: skip


def _together(key: str, row: Json) -> list[object]:
    unit, (low, high) = row["unit"], row["interval"] or (None, None)
    amounts = (row["estimate"], low, high, row.get("error"))
    shown = ["-" if each is None else (amount(each, unit), each) for each in amounts]
    share, degrees, error = by_draws(row), row.get("degrees"), row["relative_error"]
    rest = [
        (percent(share, 0), share or 0.0),
        "-" if degrees is None else (f"{degrees:,.0f}", degrees),
        (amount(row["benchmark"], unit), row["benchmark"]),
        (percent(error, signed=True), 0.0 if error is None else abs(error)),
    ]
    return [key, *shown, *rest]


def _total(key: str, row: Json) -> list[object]:
    total, benchmark, error, unit = (row[name] for name in ("total", "benchmark", "error", "unit"))
    size = 0.0 if error is None else abs(error)
    figures = [
        (amount(total, unit), total),
        (amount(benchmark, unit), benchmark),
        (percent(error, signed=True), size),
        (percent(row["tolerance"], 0), row["tolerance"]),
    ]
    return [key, *figures, share_bar(size, row["tolerance"]), _verdict(row), row["source"] or "-"]


def _verdict(row: Json) -> Html:
    return tag("span", "pass" if row["passes"] else "FAIL", class_="good" if row["passes"] else "bad")


def _gates(run: Published) -> list[Html]:
    head = ("gate", "statistic", "value", "at least", "at most", "verdict")
    return [
        table(
            head,
            [_gate(key, row) for key, row in report.items()],
            figures=head[2:5],
            caption=f"Gates: {name}",
        )
        for name, report in run.report.get("gates", {}).items()
    ]


def _gate(key: str, row: Json) -> list[object]:
    figures = [(_number(row[name]), row[name]) for name in ("value", "at_least", "at_most")]
    verdict = _verdict(row) if row.get("applies", True) else "not applicable"
    return [key, statistic_of(row), *figures, verdict]


def _number(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, int | float) else "-"
