"""Why a node runs again, as people read it: at most a screenful, the node first, then back to the roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan.diff import Action
from compiler.wording import MOST_NAMES, listed
from specc.render.attributes import attribute_lines
from specc.render.difference import reasons
from specc.render.findings import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compiler.plan import Node
    from compiler.plan.diff import NodeDiff, PlanDiff
    from specc.causes import Cause
    from specc.standing import Standing

_MOST_LINES = 40
_MOST_CHANGES = 8
_SAID = {
    Action.ADD: "is new",
    Action.CHANGE: "runs again",
    Action.REMOVE: "is removed",
    Action.RERUN: "runs again, unless what it reads comes out equal",
}


def why_differs(diff: PlanDiff, node: Node | None, address: str, against: str) -> str:
    """Return why a node does not stay as it was in another plan; `node` is None where it is gone."""
    diffs = {each.address: each for each in diff.nodes}
    found = diffs[address]
    if found.action is Action.REUSE:
        return clean(f"{address} stays as it is against {against}: nothing it says or reads differs")
    lines = [f"{address} {_SAID[found.action]} against {against}: {reasons(found)}"]
    lines += _own(found)
    lines += [f"  reads {listed(names)} from {writer}" for writer, names in _read_from(node, found.via)]
    roots = [each for each in _chains(found, diffs) if each[-1] != address]
    for chain in roots:
        root = diffs[chain[-1]]
        lines += [f"because of {root.address}: {reasons(root)}  {root.place}".rstrip(), *_own(root)]
        lines += [f"  by way of {' <- '.join(_short_chain(chain))}"]
    return _screenful(lines)


def _own(found: NodeDiff) -> list[str]:
    """Return what a node itself says otherwise; what only follows from others is told by them."""
    if found.action is not Action.CHANGE:
        return []
    return [f"    {line}" for line in attribute_lines(found.attributes, _MOST_CHANGES)]


def _read_from(node: Node | None, via: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return by changed node what is read of it: columns, rows, or the whole."""
    if node is None:
        return []
    frames = node.inputs.frames.values()
    read = {
        writer: [
            n for f in frames for refs in f.columns.values() for n, r in refs.items() if r.node == writer
        ]
        + ["rows" for f in frames if writer in f.rows]
        + [role for role, artifact in node.inputs.artifacts.items() if artifact == writer]
        for writer in via
    }
    return [(writer, list(dict.fromkeys(names))) for writer, names in read.items()]


def _chains(found: NodeDiff, diffs: Mapping[str, NodeDiff]) -> list[list[str]]:
    """Return the shortest way from a node to each node that changed by itself."""
    ways: dict[str, list[str]] = {found.address: [found.address]}
    waiting = [found.address]
    for address in waiting:
        for upstream in diffs[address].via:
            if upstream not in ways:
                ways[upstream] = [*ways[address], upstream]
                waiting.append(upstream)
    return [way for address, way in ways.items() if diffs[address].action is not Action.RERUN]


def _short_chain(chain: Sequence[str]) -> list[str]:
    return [*chain[:2], "...", *chain[-2:]] if len(chain) > 2 * MOST_NAMES else list(chain)


def why_absent(address: str, known: Mapping[str, Standing], explained: Mapping[str, list[Cause]]) -> str:
    """Return how a node stands in a store, and why what has to be built first, or itself, is not there.

    `explained` holds the causes of each absent node whose inputs are there.
    """
    standing = known[address]
    if standing.record is not None:
        built = f"built {standing.record.finished[:19]}, key {standing.record.key[:12]}"
        return clean(f"{address} is in the store ({built}): nothing to run")
    lines = [f"{address} is not in the store"]
    if standing.document is None:
        others = listed(list(explained))
        lines = [f"{address} waits: its key is known when what it reads is built, first {others}"]
    for name, causes in explained.items():
        lines += _absent(name, causes, is_first=name == address)
    return _screenful(lines)


def _absent(address: str, causes: list[Cause], *, is_first: bool) -> list[str]:
    first, *others = causes
    if first.before is None:
        return [
            f"{'  it' if is_first else address} was never built in this store  {first.node.place}".rstrip()
        ]
    head = f"last built {first.before.finished[:19]}, key {first.before.key[:12]}; since then"
    lines = [f"  {head}" if is_first else f"{address} is not in the store; {head}", *_differences(first)]
    for cause in others:
        if cause.before is None:
            lines.append(f"{cause.node.address}: what it gave then is no longer in the store")
        elif cause.instead:
            lines.append(f"{cause.node.address}: {cause.instead} was read in its place then")
        elif cause.own or cause.inputs:
            lines += [f"{cause.node.address} gave something else  {cause.node.place}".rstrip()]
            lines += _differences(cause)
    return lines


def _differences(cause: Cause) -> list[str]:
    own = [f"    {line}" for line in attribute_lines(cause.own, _MOST_CHANGES)]
    read = [f"    > other content of {listed(names)} from {writer}" for writer, names in cause.inputs]
    return own + read or ["    nothing: its record was removed or damaged"]


def _screenful(lines: Iterable[str]) -> str:
    shown = [clean(line) for line in lines]
    hidden = len(shown) - _MOST_LINES
    return "\n".join([*shown[:_MOST_LINES], *([f"({hidden} more lines)"] if hidden > 0 else [])])
