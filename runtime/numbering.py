"""Counts what is told of finished nodes while others still run: a run waits most of its time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from runtime.after import frames_after
from runtime.coverage import coverage, covering
from runtime.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from runtime.after import After
    from runtime.execute import Run
    from runtime.store import Artifact

_SECONDS = 0.5


@contextmanager
def counted_meanwhile(run: Run) -> Iterator[None]:
    """Count while the block carries the run out; what is not counted when it ends is left to who needs it."""
    over = threading.Event()
    thread = threading.Thread(target=_count, args=(run, over), name="specc-numbers", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@dataclass(frozen=True)
class _Counting:
    """Something to count, and the nodes that have to be there before."""

    needs: frozenset[str]
    count: Callable[[Mapping[str, Artifact]], object]


def _all_of(run: Run) -> list[_Counting]:
    plan, store = run.plan, run.store
    frames = [
        _Counting(_needs(after), partial(numbers_of, address, after, store=store))
        for address, after in frames_after(plan).items()
    ]
    facts = frozenset(node.address for node in covering(plan))
    return [*frames, _Counting(facts, partial(coverage, plan, store=store))] if facts else frames


def _needs(after: After) -> frozenset[str]:
    written = (ref.node for refs in after.frame.columns.values() for ref in refs.values())
    return frozenset(after.frame.rows).union(written)


def _count(run: Run, over: threading.Event) -> None:
    waiting = _all_of(run)
    while waiting and not over.wait(_SECONDS):
        done = dict(run.done)
        if all(each.action == "reused" for each in done.values()):
            continue  # what was there has its numbers there too
        artifacts = {address: each.artifact for address, each in done.items()}
        for each in [each for each in waiting if each.needs <= artifacts.keys()]:
            if over.is_set():
                return
            waiting.remove(each)
            try:
                each.count(artifacts)
            except Exception:  # noqa: BLE001 - it comes again, and is told, when the run is published
                return
