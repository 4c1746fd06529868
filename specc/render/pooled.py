"""Several draws as people read them: totals with intervals, and in which draws something does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan.addresses import draw_of, in_first_draw
from compiler.wording import listed
from specc.render.columns import amount, count, indented, miss, percent, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from specc.results import Json, Results

_TOTALS = ("aggregate", "pooled", "95 % from", "to", "standard error", "of it by draws", "degrees",
           "benchmark", "error", "within tolerance")  # fmt: skip
_GATES = ("gate", "statistic", "pooled", "95 % from", "to", "of it by draws", "degrees", "holds")


def several(names: Iterable[str]) -> list[str]:
    """Return what more than one draw has, by its name in the first."""
    return list(dict.fromkeys(in_first_draw(name) for name in names if draw_of(name) > 1))


def others_text(name: str, calibrations: Mapping[str, Json]) -> str:
    """Return a line a draw of how well a calibration meets its trained facts."""
    own = {draw_of(each): report for each, report in calibrations.items() if in_first_draw(each) == name}
    rows = [
        [str(draw), percent(_within(report)), f"{report['weights']['effective_sample_size']:,.0f}"]
        for draw, report in sorted(own.items())
    ]
    head = ("draw", "trained facts within 10 %", "effective sample size")
    return "\n".join([f"calibration {name} in each draw", *indented(table(head, rows, head))])


def _within(report: Json) -> float | None:
    fit: dict[str, Json] = report["fit"]
    share: float | None = fit["train"]["calibrated"]["within_10"] if "train" in fit else None
    return share


def pooled_text(name: str, results: Results) -> str:
    """Return what all draws say of a validation together, and in which draws it fails."""
    said = results.pooled[name]
    lines = [f"validation {name}, all draws together"]
    if "aggregates" in said:
        drawn = _of(name, results.validations)
        rows = [_total(key, row, drawn) for key, row in said["aggregates"].items()]
        lines += indented(table(_TOTALS, rows, _TOTALS[1:9]))
    if "gates" in said:
        lines += ["", *indented(_gates(said["gates"], _of(name, results.gates)))]
    rest = {key for report in _of(name, results.gates).values() for key in report} - said.get(
        "gates", {}
    ).keys()
    lines += indented([f"gate {key}: {_holds(key, _of(name, results.gates))}" for key in sorted(rest)])
    return "\n".join(lines)


def _of(name: str, reports: Mapping[str, Json]) -> dict[int, Json]:
    return {draw_of(each): report for each, report in reports.items() if in_first_draw(each) == name}


def _total(key: str, row: Json, drawn: Mapping[int, Json]) -> list[str]:
    unit, interval = row["unit"], row["interval"]
    low, high = ("-", "-") if interval is None else (amount(each, unit) for each in interval)
    return [
        key, amount(row["estimate"], unit), low, high, _relative(row), percent(by_draws(row), 0),
        _degrees(row), amount(row["benchmark"], unit), miss(row["relative_error"]),
        _holds(key, drawn),
    ]  # fmt: skip


def _gates(gates: Mapping[str, Json], drawn: Mapping[int, Json]) -> list[str]:
    rows = []
    for key, row in gates.items():
        if "groups" in row:
            found = ["-", "-", "-", "-", f"{count(len(row['groups']), 'group')}"]
        else:
            interval = ("-", "-") if row["interval"] is None else (f"{each:,.6g}" for each in row["interval"])
            found = [f"{row['estimate']:,.6g}", *interval, percent(by_draws(row), 0), _degrees(row)]
        rows.append([key, row["statistic"], *found, _holds(key, drawn)])
    return table(_GATES, rows, _GATES[2:7])


def _relative(row: Json) -> str:
    """Return the standard error as a share of the estimate."""
    return percent(row["error"] / abs(row["estimate"])) if row.get("error") and row["estimate"] else "-"


def by_draws(row: Json) -> float | None:
    """Return the share of a variance that is there because values are drawn; None of no variance."""
    if not row.get("variance"):
        return None
    share: float = (1 + 1 / len(row["draws"])) * row["between"] / row["variance"]
    return share


def _degrees(row: Json) -> str:
    return "-" if row.get("degrees") is None else f"{row['degrees']:,.0f}"


def _holds(key: str, drawn: Mapping[int, Json]) -> str:
    failed = [str(draw) for draw, report in sorted(drawn.items()) if not report[key]["passes"]]
    return "in every draw" if not failed else f"FAIL in draw {listed(failed)}"
