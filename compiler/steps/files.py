"""Files: one node a distinct file, however many sources read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.plan import Node, cost
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source

_MOST_COLUMNS = 10


def file_node(context: Context, source: Definition[Source]) -> str:
    """Add the node that fetches and checks a source's file; return its address."""
    return context.add(Node(
        address=f"file.{file_name(context, source)}", operation="file", version=1,
        parameters={"sha256": source.spec.sha256},
        outputs={"file": ("data",)}, estimate=cost.linear("file"), place=str(source.key),
    ))  # fmt: skip


def file_name(context: Context, source: Definition[Source]) -> str:
    """Return the name of a source's file: of the sources that read it, the first by its first name."""
    sources, sha256 = context.recipe.sources, source.spec.sha256
    same = (name for name, other in sources.items() if other.spec.sha256 == sha256)
    return min(same, key=lambda name: context.first_name("sources", name))


def locked(context: Context, source: Definition[Source]) -> LockedSource | None:
    """Return what is known of a source's columns; say so when nothing is, or the lock is of another file."""
    lock = context.locks.get(source.name)
    remedy = "run `specc sources lock` on the bundle and commit sources.lock"
    if lock is None:
        message, span = _unlocked(context, source)
        context.say("SPC701", message, span, remedy)
        return None
    if lock.sha256 != source.spec.sha256:
        context.say(
            "SPC702",
            f"`{source.name}` was locked as {lock.sha256[:12]}, the spec says {source.spec.sha256[:12]}",
            source.at("sha256"),
            remedy,
        )
        return None
    if lock.rows == 0:
        context.say("SPC703", f"`{source.name}` has no rows", source.key, remedy)
    return lock


def _unlocked(context: Context, source: Definition[Source]) -> tuple[str, Span]:
    """Return what to say of a source that is not locked: of all of its bundle at once where none is."""
    beside = [each for each in context.recipe.sources.values() if each.bundle == source.bundle]
    if len(beside) > 1 and not any(each.name in context.locks for each in beside):
        first = min(each.key for each in beside)
        return f"nothing is locked: nothing is known of the columns of {len(beside)} sources", first
    return f"nothing is known of the columns of `{source.name}`: it is not locked", source.key


def known_column(
    context: Context, source: Definition[Source], lock: LockedSource, column: str, span: Span
) -> bool:
    """Tell whether a raw column exists; say so when it does not."""
    if column in lock.columns:
        return True
    # By the file's name, so that a line that two sources share is reported once.
    name = file_name(context, source)
    help_ = did_you_mean(column, lock.columns) or _columns(lock)
    context.say("SPC203", f"the file of `{name}` has no column `{column}`", span, help_)
    return False


def _columns(lock: LockedSource) -> str:
    if len(lock.columns) > _MOST_COLUMNS:
        return f"it has {len(lock.columns)} columns; see sources.lock"
    return "its columns: " + ", ".join(lock.columns)


def raw_types(lock: LockedSource, columns: set[str]) -> dict[str, str]:
    """Return the locked SQL type of each raw column, in the order of the names."""
    return {name: lock.columns[name].type for name in sorted(columns) if name in lock.columns}
