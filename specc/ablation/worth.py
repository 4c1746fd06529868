"""The whole recipe beside a variant: refitted to what both carry, scored on everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.operations.fits import FEW
from runtime.operations.stages import families_of
from runtime.others.sound import Rules, refitted
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from compiler.plan import Node
    from runtime.others.sound import Compared
    from specc.ablation.variants import Built

    Booleans = npt.NDArray[np.bool_]
    Texts = npt.NDArray[np.str_]

Json = dict[str, Any]
# What scored facts are to the recipe, in the order in which they are told.
HELD, AUDIT = "holdout", "audit"
KINDS = (HELD, AUDIT, FEW)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Samples:
    """How many households each sample has, and how many samples are drawn."""

    records: int
    seeds: int


def samples_of(variants: Sequence[Built], records: int | None, seeds: int) -> Samples:
    """Return how variants are sampled: by default half as many households as the smallest has with weight.

    Raises:
        CommandFault: a variant has fewer households than are asked for (3).
    """
    smallest = min(each.side.records for each in variants)
    chosen = records or smallest // 2
    if not 1 < chosen <= smallest:
        message = f"samples of {chosen:,} households cannot be drawn from {smallest:,}"
        raise CommandFault(Exit.USAGE, message, remedy="name fewer with --records")
    return Samples(chosen, seeds)


def worth(
    whole: Built, other: Built, node: Node, samples: Samples, progress: Callable[[int, int], None]
) -> Json:
    """Compare the whole recipe with a variant of it.

    Trained is what both were trained on; scored is everything else whose value is not zero: what is held out,
    what is audited, and what one of them or both have too few records for.

    Raises:
        CommandFault: every fact is trained on by both (3).
    """
    trained, scored, kind = _parts((whole, other))
    if not len(scored):
        remedy = "give a family of the targets `role: holdout`: trained facts prove nothing"
        raise CommandFault(Exit.USAGE, "every fact is trained on, and none is left to score", remedy=remedy)
    minimum = max(int(node.parameters["minimum_carriers"]), 1)
    rules = Rules(
        node.parameters,
        trained,
        scored,
        samples.records,
        tuple(range(1, samples.seeds + 1)),
        minimum,
        paired=True,
    )
    found = refitted((whole.side, other.side), rules, progress)
    names = whole.fits["name"].to_numpy()[scored]
    return {
        "without": list(other.without),
        "trained": {"asked": len(trained), "fewest": min(found.trained)},
        "carried": _carried(whole, other, minimum),
        "lines": _lines(found, families_of(whole.side.facts.ledger)[scored], kind[scored]),
        "facts": _facts(found, names, kind[scored]),
    }


def _parts(pair: tuple[Built, Built]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Texts]:
    """Return the numbers of the facts that are trained on, of those that are scored, and what each is."""
    facts = pair[0].side.facts
    role = facts.ledger["role"].to_numpy().astype(str)
    status = np.stack([each.side.facts.status for each in pair])
    trained = (status == "train").all(axis=0)
    unmet = np.where((status == FEW).any(axis=0), FEW, AUDIT)
    kind = np.where(role == "train", unmet, role)
    return np.flatnonzero(trained), np.flatnonzero(~trained & (facts.values != 0)), kind


def _carried(whole: Built, other: Built, minimum: int) -> Json:
    """Return how many facts enough records carry: in both, in one alone, in neither."""
    ours, theirs = (each.fits["carriers"].to_numpy() >= minimum for each in (whole, other))
    return {
        "minimum": minimum,
        "both": int((ours & theirs).sum()),
        "whole_only": int((ours & ~theirs).sum()),
        "variant_only": int((~ours & theirs).sum()),
        "neither": int((~ours & ~theirs).sum()),
    }


def _lines(found: Compared, family: Texts, kind: Texts) -> list[Json]:
    """Return a line a kind of fact, and then one for each of its families."""
    lines: list[Json] = []
    for each in KINDS:
        own = kind == each
        if own.any():
            lines.append({"scored": each, **found.line(ALL, own)})
            lines += [
                {"scored": each, **found.line(str(name), own & (family == name))}
                for name in np.unique(family[own])
            ]
    return lines


def _facts(found: Compared, names: Texts, kind: Texts) -> list[Json]:
    """Return every scored fact, first those that the whole recipe misses by more than the variant."""
    each = np.eye(len(names), dtype=np.bool_)
    rows = [
        {"fact": str(name), "scored": str(of), **_of_fact(found.line("", own))}
        for name, of, own in zip(names, kind, each, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["difference"], row["fact"]))


def _of_fact(line: Json) -> Json:
    return {name: line[name] for name in ("refitted", "difference", "interval", "winner")}
