"""The Markdown page of the benchmark, written from the figures: also what it says about who wins."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from .data import BLOCKS

if TYPE_CHECKING:
    from .methods import Case
    from .scores import Scores

_TARGETS = [name for block in BLOCKS.values() for name in block]
_PACKAGES = ("numpy", "scikit-learn", "quantile-forest")
_HEAD = """# Joint donor forest against chained quantile forest

Written by `python -m benchmarks.imputation`; do not edit. {cores} cores, {packages}.

Real tax units of `cps.csv.gz` (taxcalc 6.8.5, CC0); the recipients' targets are hidden from the methods and
used only to score them. 12 predictors; 13 targets in three blocks (capital 5, retirement 3, deductions 5),
later blocks conditioned on those drawn before. Design weights (`s006`) enter fits and scores. Both methods:
100 trees, 5 records a leaf, all cores; the chained forest remembers one donor a leaf (its package's default)
and draws a continuous uniform quantile a recipient and target. Every method runs in a process of its own.
Seconds: all fits, and one draw of all blocks for all recipients, by the clock, on a machine shared with other
work; CPU: the processor time of both together, which other work disturbs less. Memory: peak above the loaded
data. {draws} draws a recipient are scored. Lower is better everywhere:

- CRPS: weighted, fair form, over the target's weighted mean absolute deviation; mean over targets.
- zeros: |imputed - true| weighted share of exact zeros; mean over targets.
- totals: |imputed - true| / true weighted total; mean over targets.
- ranks: |imputed - true| weighted Spearman correlation; mean over the 78 pairs of targets.
- quantiles: |imputed - true| at 50, 75, 90, 95 and 99 %, over the mean absolute deviation; mean over targets.

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

    @property
    def figures(self) -> dict[str, float]:
        """The scores of the table, over all targets."""
        return {
            "CRPS": float(self.scores.crps.mean()),
            "zeros": float(self.scores.zero_share.mean()),
            "totals": float(self.scores.total.mean()),
            "ranks": self.scores.rank_correlation,
            "quantiles": float(self.scores.quantile.mean()),
        }


@dataclass(frozen=True, slots=True)
class Section:
    """Cases on the same data; the first is ours by default."""

    title: str
    lines: tuple[Line, ...]


def page(sections: tuple[Section, ...], draws: int, cores: int) -> str:
    """Return the whole page."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return _HEAD.format(cores=cores, packages=packages, draws=draws) + "".join(_section(s) for s in sections)


def _section(section: Section) -> str:
    donors, recipients = section.lines[0].sizes
    parts = [f"\n## {section.title}\n\n{donors:,} donors, {recipients:,} recipients.\n\n{_table(section)}"]
    rivals = [line for line in section.lines if line.case.kind != section.lines[0].case.kind]
    if rivals:
        parts += [_verdict(section.lines[0], rival) for rival in rivals] + [
            _targets(section.lines[0], rivals[0])
        ]
    return "\n".join(parts)


def _table(section: Section) -> str:
    head = ["method", "fit s", "draw s", "CPU s", "memory GB", *section.lines[0].figures]
    rows = [
        [
            line.case.label,
            f"{line.fit_seconds:.1f}",
            f"{line.draw_seconds:.2f}",
            f"{line.cpu_seconds:.1f}",
            f"{line.memory_gb:.2f}",
        ]
        + [f"{figure:.4f}" for figure in line.figures.values()]
        for line in section.lines
    ]
    return _markdown(head, rows)


def _verdict(ours: Line, rival: Line) -> str:
    """Say who wins what, from the figures alone."""
    worse = [name for name, figure in rival.figures.items() if figure < ours.figures[name]]
    targets = [
        name for name, a, b in zip(_TARGETS, ours.scores.crps, rival.scores.crps, strict=True) if b < a
    ]
    label = rival.case.label
    clock, cpu = rival.seconds / ours.seconds, rival.cpu_seconds / ours.cpu_seconds
    return (
        f"**{label[0].upper()}{label[1:]}** takes {clock:.1f} times the wall time and {cpu:.1f} times the "
        f"processor time of the default joint forest (fits and one draw). "
        f"It wins on: {', '.join(worse) or 'none of the five scores'}. "
        f"It has the lower CRPS on {len(targets)} of {len(_TARGETS)} targets"
        f"{': ' + ', '.join(targets) if targets else ''}.\n"
    )


def _targets(ours: Line, rival: Line) -> str:
    head = [
        "target",
        "CRPS forest",
        "CRPS chain",
        "zeros forest",
        "zeros chain",
        "total forest",
        "total chain",
    ]
    rows = [
        [name]
        + [
            f"{getattr(line.scores, score)[row]:.4f}"
            for score in ("crps", "zero_share", "total")
            for line in (ours, rival)
        ]
        for row, name in enumerate(_TARGETS)
    ]
    return f"Target by target, against {rival.case.label}:\n\n{_markdown(head, rows)}"


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [head, rule, *rows])
