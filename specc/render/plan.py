"""A plan as people read it: what is done in which order, how long it takes, how much memory it needs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from compiler.plan.addresses import draw_of, in_first_draw
from compiler.plan.draws import number_of_draws
from compiler.wording import listed
from specc.render.columns import count, duration, indented, size, table
from specc.samples import sample_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.plan import Estimate, Node, Plan


class Priced(Protocol):
    """What has a price: a node, or what happens to one."""

    @property
    def estimate(self) -> Estimate:
        """The price."""


_PLURAL = {"person": "person", "household": "household", "tax_unit": "tax unit", "spm_unit": "SPM unit",
           "family": "family", "marital_unit": "marital unit"}  # fmt: skip
_KEY_DIGITS = 12


def plan_text(plan: Plan) -> str:
    """Return header, one line a node in the order they run, and totals.

    Nodes that several draws have for themselves share the line of the first, with how many there are.
    """
    times = Counter(in_first_draw(node.address) for node in plan.nodes)
    shown = [node for node in plan.nodes if draw_of(node.address) == 1]
    rows = [_row(number, node, times[node.address]) for number, node in enumerate(shown, 1)]
    head = ["#", "node", "operation", "writes", "stream", "time", "memory", "price", "key"]
    if not _measured(plan):  # then all are the model's, as the totals say
        price = head.index("price")
        head, rows = _without(head, price), [_without(row, price) for row in rows]
    nodes = table(head, rows, ["#", "time", "memory"])
    return "\n".join([*header(plan), "", *indented(nodes), "", *totals(plan)])


def header(plan: Plan) -> list[str]:
    """Return what is planned: bundle, period, engine, seed, sample."""
    draws = number_of_draws(plan)
    several = [f"  {draws} draws: steps with x {draws} are taken once a draw"] if draws > 1 else []
    variant = [f"  without {', '.join(plan.without)}: what is copied there is not"] if plan.without else []
    return [
        f"plan of {plan.bundle} for {plan.period}, key {plan.key[:_KEY_DIGITS]}",
        f"  engine {plan.engine} {plan.engine_version}, seed {plan.seed}, {sample_text(plan.sample)}",
        *several,
        *variant,
        *_donors(plan),
    ]


def _donors(plan: Plan) -> list[str]:
    """Return the donors in the order in which they give, where a clone makes the order matter."""
    if not plan.metadata.get("clone_source_order"):
        return []
    steps: dict[str, list[str]] = {}
    for each in plan.metadata["donor_order"]:
        steps.setdefault(", ".join(each["sources"]), []).append(each["step"])
    told = "; ".join(f"{name} ({', '.join(of)})" for name, of in steps.items())
    return [f"  donors, in order: {told}"]


def totals(plan: Plan) -> list[str]:
    """Return how many nodes there are, and what they are expected to take."""
    seconds = sum(node.estimate.seconds for node in plan.nodes)
    peak = max(plan.nodes, key=lambda node: node.estimate.memory)
    need, budget = size(peak.estimate.memory), size(plan.memory)
    whole = f"{count(len(plan.nodes), 'node')}, about {duration(seconds)} when nothing is in the store yet"
    return [
        f"{whole} ({composition(plan.nodes)})",
        f"peak memory about {need} (at {peak.address}) of a budget of {budget}",
    ]


def composition(nodes: Sequence[Priced]) -> str:
    """Return how the price of some nodes is known: `18 measured: 2 min, 4 by the model: 11 s`."""
    words = {"measured": "measured", "model": "by the model"}
    of = {basis: [node.estimate for node in nodes if node.estimate.basis == basis] for basis in words}
    if not of["measured"]:
        return "by the model"
    parts = [
        f"{len(found)} {words[basis]}: {duration(sum(each.seconds for each in found))}"
        for basis, found in of.items()
        if found
    ]
    return ", ".join(parts)


def _measured(plan: Plan) -> bool:
    return any(node.estimate.basis == "measured" for node in plan.nodes)


def _without(row: list[str], place: int) -> list[str]:
    return [*row[:place], *row[place + 1 :]]


def _row(number: int, node: Node, times: int) -> list[str]:
    return [
        str(number),
        node.address if times == 1 else f"{node.address} x {times}",
        node.operation,
        writes(node.outputs),
        "own" if node.stream == node.address else node.stream or "-",
        duration(node.estimate.seconds),
        size(node.estimate.memory),
        node.estimate.basis,
        node.key[:_KEY_DIGITS],
    ]


def writes(outputs: Mapping[str, tuple[str, ...]]) -> str:
    """Return in brief what a node writes: `21 person columns`; a name where it is no column."""
    parts = [
        count(len(names), f"{_PLURAL[entity]} column") if entity in _PLURAL else ", ".join(names) or entity
        for entity, names in outputs.items()
    ]
    return listed(parts, 2) or "rows"
