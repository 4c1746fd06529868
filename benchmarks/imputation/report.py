"""The Markdown page of the benchmark, written from the figures: also what it says about who wins."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from runtime.imputation.trials.scores import known_metrics

from .data import TARGETS

if TYPE_CHECKING:
    from .methods import Case
    from .scores import Scores

_PACKAGES = ("numpy", "scikit-learn", "quantile-forest")
_HEAD = """# Joint donor forest against chained quantile forest and microimpute

Written by `python -m benchmarks.imputation`; do not edit. {cores} cores, {packages}.

Real tax units of `cps.csv.gz` (taxcalc 6.8.5, CC0); the recipients' targets are hidden from the methods and
used only to score them. 12 predictors; 13 targets in three blocks (capital 5, retirement 3, deductions 5),
later blocks conditioned on those drawn before. Design weights (`s006`) enter fits and scores. Both methods:
100 trees, 5 records a leaf, all cores; the chained forest remembers one donor a leaf (its package's default)
and draws a continuous uniform quantile a recipient and target. Every method runs in a process of its own.

microimpute (Apache-2.0) runs its `QRF` as it comes, in environments of its own: 100 trees, one record a leaf,
all predictors a split, one core, all 13 targets in one call and in the same order. 3.1.4 conditions each
target on those before it, passes weights as `sample_weight` and draws one of 101 quantiles; 0.2.5 conditions
on the predictors alone, draws donors by weight with replacement before the fit, and draws one of 10
quantiles, the same for all targets of a recipient. Counts are moved by less than a hundredth before they are
passed to it, or it takes those of few values for codes, on one side and not on the other. {rivals}

Seconds: all fits, and one draw of all blocks for all recipients, by the clock, on a machine shared with other
work; CPU: the processor time of both together, which other work disturbs less. Memory: peak above the loaded
data, with all draws. {draws} draws a recipient are scored, by all metrics of
[bake-offs](../../docs/bakeoffs.md#metrics), and as [scores.py](scores.py) says which rare cells and which
totals. Lower is better but for `prdc`, which is coverage (5 neighbours, at most 2,000 records of a half
each). **Bold** is the best.

Amounts are not uprated. Across the years the file itself moved (weighted share without taxable interest: 64 %
in 2012, 53 % in 2014, its total up by a quarter; tax-exempt interest doubled). There, zeros, totals and
quantiles measure that drift more than they measure any method; within one year they measure the method. The
distance between the two seeds of the same forest shows how much is noise; "wins" below counts any difference,
noise included.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One case measured: sizes are (donors, recipients)."""

    case: Case
    sizes: tuple[int, int]
    fit_seconds: float
    draw_seconds: float
    cpu_seconds: float
    memory_gb: float
    scores: Scores

    @property
    def seconds(self) -> float:
        """One complete imputation: all fits and one draw."""
        return self.fit_seconds + self.draw_seconds


@dataclass(frozen=True, slots=True)
class Section:
    """Cases on the same data; the first is ours by default. `absent` says of others why they were not run."""

    title: str
    lines: tuple[Line, ...]
    absent: tuple[str, ...] = ()


def page(sections: tuple[Section, ...], draws: int, cores: int, rivals: str) -> str:
    """Return the whole page."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    head = _HEAD.format(cores=cores, packages=packages, draws=draws, rivals=rivals)
    return head + "".join(_section(section) for section in sections)


def _section(section: Section) -> str:
    ours = section.lines[0]
    parts = [f"\n## {section.title}\n", f"{ours.sizes[0]:,} donors, {ours.sizes[1]:,} recipients.\n"]
    parts += [_costs(section), *(f"Not run: {why}.\n" for why in section.absent), _scores(section)]
    rivals = [line for line in section.lines if line.case.kind != ours.case.kind]
    if rivals:
        parts += [*(_verdict(ours, rival) for rival in rivals), _targets(ours, rivals)]
    return "\n".join(parts)


def _costs(section: Section) -> str:
    head = ["method", "fit s", "draw s", "CPU s", "times the CPU", "memory GB"]
    ours = section.lines[0].cpu_seconds
    rows = [
        [
            line.case.label, f"{line.fit_seconds:.1f}", f"{line.draw_seconds:.2f}", f"{line.cpu_seconds:.1f}",
            f"{line.cpu_seconds / ours:.1f}", f"{line.memory_gb:.2f}",
        ]
        for line in section.lines
    ]  # fmt: skip
    return _markdown(head, rows)


def _scores(section: Section) -> str:
    head = ["score", *(line.case.label for line in section.lines)]
    rows = []
    for name in known_metrics():
        found = [line.scores.summaries[name] for line in section.lines]
        best = _best(name, found)
        rows.append([f"`{name}`", *(_spelled(value, is_best=value == best) for value in found)])
    return _markdown(head, rows)


def _best(name: str, found: list[float | None]) -> float | None:
    there = [value for value in found if value is not None]
    return (max if known_metrics()[name].more_is_better else min)(there, default=None)


def _spelled(value: float | None, *, is_best: bool) -> str:
    if value is None:
        return "-"
    return f"**{value:.4f}**" if is_best else f"{value:.4f}"


def _verdict(ours: Line, rival: Line) -> str:
    """Say who wins what, from the figures alone."""
    better = [name for name in known_metrics() if _wins(name, rival, ours)]
    targets = [name for name, a, b in zip(TARGETS, ours.scores.crps, rival.scores.crps, strict=True) if b < a]
    label = rival.case.label
    # By the clock nothing is compared: other work may have held one of them up.
    cpu = rival.cpu_seconds / ours.cpu_seconds
    won = ", ".join(f"`{name}`" for name in better) or f"none of the {len(known_metrics())} scores"
    return (
        f"**{label[0].upper()}{label[1:]}** takes {cpu:.1f} times the processor time of the default joint "
        f"forest (fits and one draw). It wins on: {won}. "
        f"It has the lower CRPS on {len(targets)} of {len(TARGETS)} targets"
        f"{': ' + ', '.join(targets) if targets else ''}.\n"
    )


def _wins(name: str, rival: Line, ours: Line) -> bool:
    """Tell whether a rival is better; one without a score is not."""
    theirs, mine = rival.scores.summaries[name], ours.scores.summaries[name]
    return theirs is not None and theirs != mine and _best(name, [theirs, mine]) == theirs


def _targets(ours: Line, rivals: list[Line]) -> str:
    lines = [ours, *rivals]
    parts = ["Target by target, in the order of the methods above (the forest of the other seed left out):\n"]
    for score, said in (("crps", "CRPS"), ("zero_share", "zeros"), ("total", "totals")):
        head = [said, *(line.case.label for line in lines)]
        rows = [
            [name, *(f"{getattr(line.scores, score)[row]:.4f}" for line in lines)]
            for row, name in enumerate(TARGETS)
        ]
        parts.append(_markdown(head, rows))
    return "\n".join(parts)


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [head, rule, *rows])
