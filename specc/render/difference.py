"""What differs between two plans, as people read it: summary, attributes of what changed, totals."""

from __future__ import annotations

import textwrap

from compiler.plan.diff import Action, NodeDiff, PlanDiff
from specc.render.attributes import attribute_lines, surface_lines, target_lines
from specc.render.columns import aligned, count, duration, indented
from specc.render.findings import clean
from specc.render.folded import folded
from specc.render.plan import composition

NO_CHANGES = "No changes. Building it gives what it gave."
_SYMBOL = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-", Action.RERUN: ">"}
_LEGEND = {Action.ADD: "added", Action.CHANGE: "changed", Action.REMOVE: "removed"} | {
    Action.RERUN: "reads what changed"
}
_WIDE = 110
_MOST_NAMES = 40


def difference_text(diff: PlanDiff, against: str, *, details: bool = True) -> str:
    """Return summary, attributes (unless without details) and totals; one sentence when nothing differs."""
    head = clean(f"plan of {diff.bundle} against {against}")
    if diff.empty:
        return f"{head}\n{NO_CHANGES}"
    shown = folded(diff)
    summary = [f"  {line}" for line in summary_lines(shown)]
    blocks = detail_blocks(shown) if details else []
    parts = [[f"{head}: {headline(diff)}", *summary], *blocks, [totals_line(diff), legend(diff)]]
    return "\n\n".join("\n".join(filter(None, lines)) for lines in parts)


def headline(diff: PlanDiff) -> str:
    """Return the worst class in words."""
    return words(diff.change_class) + (" changes" if diff.change_class == "surface" else " change")


def words(name: str | None) -> str:
    """Return the name of an enum's member as it is read."""
    return (name or "none").replace("_", " ")


def summary_lines(diff: PlanDiff) -> list[str]:
    """Return a line a node that is added, changed or removed; those that only run again share theirs."""
    direct = diff.having(Action.ADD, Action.CHANGE, Action.REMOVE)
    rows = [[f"{_SYMBOL[n.action]} {n.address}", words(n.change_class), reasons(n), n.place] for n in direct]
    return [clean(line) for line in aligned(rows)] + move_lines(diff) + rerun_lines(diff)


def move_lines(diff: PlanDiff) -> list[str]:
    """Return a line a node that has another address, and one a definition that seems to have another name."""
    moved = [clean(f"= {move.before} is now {move.after}") for move in diff.moves]
    return moved + [
        clean(f"? `{each.after}` equals the removed `{each.before}`, which looks like a rename: ")
        + clean(f"write `moved: {{{each.kind}: {{{each.before}: {each.after}}}}}`")
        for each in diff.renames
    ]


def reasons(node: NodeDiff) -> str:
    """Return why a node does not stay as it is."""
    return ", ".join(words(reason) for reason in node.reasons)


def rerun_lines(diff: PlanDiff) -> list[str]:
    """Return the nodes that run again only because of what they read."""
    names = [node.address for node in diff.having(Action.RERUN)]
    if not names:
        return []
    more = [f"and {len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    number = diff.totals.actions[Action.RERUN]
    verb = "runs" if number == 1 else "run"
    text = f"{count(number, 'node')} {verb} again, values unless equal: "
    text += clean(", ".join([*names[:_MOST_NAMES], *more]))
    return textwrap.wrap(
        text,
        _WIDE,
        initial_indent="> ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def detail_blocks(diff: PlanDiff) -> list[list[str]]:
    """Return a block of lines for the surface, for targets, for every changed node, settings and metadata."""
    blocks = [surface_lines(diff.surface), target_lines(diff.targets)]
    blocks += [_node_block(node) for node in diff.having(Action.CHANGE)]
    for title, changes in (("settings", diff.settings), ("metadata, no result depends on it", diff.metadata)):
        blocks.append([title, *indented(attribute_lines(changes), 4)] if changes else [])
    return [block for block in blocks if block]


def _node_block(node: NodeDiff) -> list[str]:
    lines = attribute_lines(node.attributes)
    return [f"~ {clean(node.address)}", *indented(lines, 4)] if lines else []


def totals_line(diff: PlanDiff) -> str:
    """Return how many nodes there are of each action, and what they are expected to take."""
    verbs = {
        Action.ADD: "added",
        Action.CHANGE: "changed",
        Action.REMOVE: "removed",
        Action.RERUN: "run again",
    }
    counts = diff.totals.actions
    said = [f"{counts[action]} {verb}" for action, verb in verbs.items() if counts[action]]
    reused = f"{counts[Action.REUSE]} reused (about {duration(diff.totals.seconds_reused)})"
    runs = diff.having(Action.ADD, Action.CHANGE, Action.RERUN)
    run = f"about {duration(diff.totals.seconds_run)} to run" if runs else "nothing to run"
    if any(node.estimate.basis == "measured" for node in runs):
        run += f" ({composition(runs)})"
    return f"{', '.join([*said, reused])}; {run}"


def legend(diff: PlanDiff) -> str:
    """Return what the symbols mean that occur."""
    counts = diff.totals.actions
    said = [f"{_SYMBOL[action]} {text}" for action, text in _LEGEND.items() if counts[action]]
    return ", ".join([*said, *(["= moved"] if diff.moves else [])])
