"""The results of a run as people read them: how well facts are met, and totals beside published ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from compiler.plan.addresses import draw_of, in_first_draw
from compiler.wording import listed
from specc.render.carried import carried_rows
from specc.render.columns import amount, count, indented, miss, percent, table
from specc.render.pooled import others_text, pooled_text, several
from specc.render.rotated import replicates_lines, rotation_lines
from specc.render.solver import solver_lines
from specc.render.staged import activation_lines, stages_lines

if TYPE_CHECKING:
    from specc.results import Json, Results

_GROUPS = {"train": "trained", "holdout": "holdout", "audit": "audit", "few carriers": "few carriers"}
_SHARES = ("within_1", "within_5", "within_10", "mean_error", "median_error")
_HEAD = (
    "facts",
    "weights",
    "number",
    "within 1 %",
    "within 5 %",
    "within 10 %",
    "mean error",
    "median error",
)
_FAMILIES, _MISSED = 5, 3


def results_text(results: Results) -> str:
    """Return the tables of every calibration and validation; of several draws what they say together."""
    blocks = [calibration_text(name, r) for name, r in results.calibrations.items() if draw_of(name) == 1]
    blocks += [others_text(name, results.calibrations) for name in several(results.calibrations)]
    alone = {name for name in results.validations if in_first_draw(name) not in results.pooled}
    blocks += [validation_text(name, r) for name, r in results.validations.items() if r and name in alone]
    blocks += [gates_text(name, report) for name, report in results.gates.items() if name in alone]
    blocks += [pooled_text(name, results) for name in results.pooled]
    return "\n\n".join(blocks)


def calibration_text(name: str, report: Json) -> str:
    """Return how well a calibration meets its facts, raw weights beside calibrated ones."""
    facts = count(sum(report["facts"].values()), "fact")
    head = f"calibration {name}: {facts}, {count(report['records'], 'household')}"
    rows = [row for group in _GROUPS if group in report["fit"] for row in _fit_rows(group, report)]
    return "\n".join(
        [
            head,
            *indented(
                [*table(_HEAD, rows, _HEAD[2:]), "", *_weights(report), *_halves(report), *_few(report)]
            ),
            *indented(_conflicts(report)),
            *indented(solver_lines(report)),
            *indented(activation_lines(report)),
            *indented(stages_lines(report)),
            *indented(replicates_lines(report)),
            *indented(rotation_lines(report)),
        ]
    )


def _fit_rows(group: str, report: Json) -> list[list[str]]:
    fit, number = report["fit"][group], report["facts"][group]
    return [
        _fit_row(_GROUPS[group], "raw", f"{number:,}", fit["raw"]),
        _fit_row("", "calibrated", "", fit["calibrated"]),
    ]


def _fit_row(group: str, weights: str, number: str, fit: dict[str, float | None]) -> list[str]:
    return [group, weights, number, *(percent(fit[name]) for name in _SHARES)]


def _weights(report: Json) -> list[str]:
    w: dict[str, Any] = report["weights"]
    ratios = ", ".join(
        f"{label} {w[name]:.3g}"
        for label, name in (("lowest", "ratio_min"), ("1 %", "ratio_p1"), ("median", "ratio_p50"),
                            ("99 %", "ratio_p99"), ("highest", "ratio_max"))
    )  # fmt: skip
    return [
        (
            f"effective sample size {w['effective_sample_size']:,.0f},"
            f" at the start {w['effective_sample_size_start']:,.0f}"
        ),
        f"weight / start weight: {ratios}; {percent(w['tiny_share'])} of the records lost theirs",
        f"sum of weights {report['weight_sum']:,.0f}, raw {report['raw_weight_sum']:,.0f}",
    ]


def _halves(report: Json) -> list[str]:
    return [
        f"{flag}: {half['active_households']:,} of {count(half['households'], 'household')} active,"
        f" {percent(half['weight_share'])} of the weight"
        for flag, half in report["halves"].items()
    ]


def _few(report: Json) -> list[str]:
    few = report["few_carriers"]
    if not few:
        return []
    nobody = [f"`{name}`" for name, carriers in few if not carriers]
    warning = f"warning: {count(len(nobody), 'fact')} carried by nobody, whatever the weights: "
    # A fact's name begins with its target and family.
    families = Counter(name.split(" ")[0] for name, _ in few)
    shown = ", ".join(f"{family} {number}" for family, number in families.most_common(_FAMILIES))
    rest = f" and {len(families) - _FAMILIES} families more" if len(families) > _FAMILIES else ""
    bar = f"fewer than {report['minimum_carriers']} records"
    line = f"{count(len(few), 'fact')} carried by {bar}: not trained on"
    said = [warning + listed(nobody)] if nobody else []
    return [
        *said,
        line,
        *_by_halves(report),
        f"  most in {shown}{rest}; all in facts.parquet, status `few carriers`",
    ]


def _by_halves(report: Json) -> list[str]:
    """Return how many facts have too few carriers among the originals, with each clone, and with all."""
    rows = carried_rows(report["carriers"]) if "carriers" in report else []
    return ["  " + ", ".join(f"{number} by {who}" for who, number in rows)] if rows else []


def _conflicts(report: Json) -> list[str]:
    """Return the trained facts that are missed most, each with the one whose pull keeps it from being met."""
    found = report["conflicts"][:_MISSED]
    if not found:
        return []
    rows = [[each["fact"], miss(each["miss"]), each["against"] or "nothing"] for each in found]
    return ["", *table(("missed most", "by", "against it stands most"), rows, ("by",))]


def validation_text(name: str, report: Json) -> str:
    """Return each aggregate beside its benchmark; one outside its tolerance says so."""
    failed = [key for key, row in report.items() if not row["passes"]]
    verdict = (
        f"{count(len(failed), 'aggregate')} of {len(report)} outside tolerance"
        if failed
        else "all within tolerance"
    )
    told = any("interval" in row for row in report.values())
    ends = ("95 % from", "to") if told else ()
    head = ("aggregate", "total", *ends, "benchmark", "error", "tolerance", "", "source")
    rows = [_aggregate_row(key, row) for key, row in report.items()]
    right = ("total", *ends, "benchmark", "error", "tolerance")
    return "\n".join([f"validation {name}: {verdict}", *indented(table(head, rows, right))])


def gates_text(name: str, report: Json) -> str:
    """Return each gate with its value and bounds; one that does not hold says for whom."""
    failed = sum(not row["passes"] for row in report.values())
    verdict = f"{count(failed, 'gate')} of {len(report)} not held" if failed else "all held"
    head = ("gate", "statistic", "value", "at least", "at most", "")
    rows = [_gate_row(key, row) for key, row in report.items()]
    return "\n".join([f"gates {name}: {verdict}", *indented(table(head, rows, head[2:5]))])


def _gate_row(key: str, row: dict[str, Any]) -> list[str]:
    bounds = ["-" if row[name] is None else f"{row[name]:,.6g}" for name in ("at_least", "at_most")]
    where = f" of {row['by']} {listed(row['failed'])}" if row.get("failed") else ""
    if not row.get("applies", True):
        return [key, statistic_of(row), "-", *bounds, "not applicable"]
    verdict = "pass" if row["passes"] else f"FAIL{where}"
    return [key, statistic_of(row), f"{row['value']:,.6g}", *bounds, verdict]


def statistic_of(row: dict[str, Any]) -> str:
    """Return what a gate measures, in words."""
    return f"{row['statistic']} {row['measure'].replace('_', ' ')}" if "measure" in row else row["statistic"]


def _aggregate_row(key: str, row: dict[str, Any]) -> list[str]:
    return [
        key,
        amount(row["total"], row["unit"]),
        *(amount(end, row["unit"]) for end in row.get("interval", ())),
        amount(row["benchmark"], row["unit"]),
        miss(row["error"]),
        percent(row["tolerance"], 0),
        "pass" if row["passes"] else "FAIL",
        row["source"] or "-",
    ]
