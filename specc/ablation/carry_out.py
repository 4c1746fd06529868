"""Builds every variant and compares the whole recipe with each: what `specc ablation` finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed
from specc.ablation.variants import built, left_out
from specc.ablation.worth import samples_of, worth
from specc.exits import Exit
from specc.faults import CommandFault
from specc.sound import calibration_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from compiler.plan import Node, Plan
    from specc.ablation.variants import Built, How

Json = dict[str, Any]
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: the calibration, households a sample, seeds; None for what is usual."""

    calibration: str | None
    records: int | None
    seeds: int


def ablation(
    plan: Plan,
    variant: Callable[[tuple[str, ...]], Plan],
    asked: Asked,
    how: How,
    progress: Callable[[int, int], None],
) -> Json:
    """Build the plan's variants without a clone, and say what each clone is worth.

    `variant` gives the plan without some clones.

    Raises:
        CommandFault: there is no clone, nothing to score, or a variant cannot be built.
    """
    name = calibration_of(plan, asked.calibration)
    without = left_out(plan)
    if len(without) == 1:
        remedy = "`specc compare` compares two runs, whatever differs in their bundles"
        raise CommandFault(Exit.USAGE, f"{plan.bundle} has no clone to leave out", remedy=remedy)
    variants = [built(plan if not each else variant(each), name, how) for each in without]
    samples, rest = samples_of(variants, asked.records, asked.seeds), len(variants) - 1
    node = plan.node(f"calibrate.{name}")
    each_takes = 2 * samples.seeds
    try:
        compared = [
            worth(variants[0], other, node, samples, _further(progress, at * each_takes, rest * each_takes))
            for at, other in enumerate(variants[1:])
        ]
    except NodeFailed as error:
        raise CommandFault(Exit.FAILED, error.message, remedy=error.remedy) from error
    about = {"bundle": plan.bundle, "period": plan.period, "plan": plan.key, "sample": plan.sample}
    drawn = {"records": samples.records, "seeds": samples.seeds}
    return {
        "format": FORMAT, **about, "calibration": name, **drawn,
        "variants": _variants(variants, node), "comparisons": compared,
    }  # fmt: skip


def _further(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _own: progress(before + done, total)


def _variants(variants: Sequence[Built], node: Node) -> list[Json]:
    return [_figures(each, node) for each in variants]


def _figures(variant: Built, node: Node) -> Json:
    """Return what the calibration of a variant says of its records, its clones and its facts."""
    report = variant.report
    fit = {status: found["calibrated"] for status, found in report["fit"].items()}
    return {
        "variant": variant.side.name,
        "without": list(variant.without),
        "households": report["records"],
        "with_weight": variant.side.records,
        "effective_sample_size": report["weights"]["effective_sample_size"],
        "facts": report["facts"],
        "fit": fit,
        "few_carriers": len(report["few_carriers"]),
        "minimum_carriers": node.parameters["minimum_carriers"],
        "halves": report["halves"],
        "activation": report.get("activation", {}),
    }
