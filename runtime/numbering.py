"""Counts the numbers of nodes that are finished while others still run: a run waits most of its time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runtime.after import frames_after
from runtime.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runtime.after import After
    from runtime.execute import Run
    from runtime.store import Artifact

_SECONDS = 0.5


@contextmanager
def counted_meanwhile(run: Run) -> Iterator[None]:
    """Count while the block carries the run out; what is not counted when it ends is left to `numbers`."""
    over = threading.Event()
    thread = threading.Thread(target=_count, args=(run, over), name="specc-numbers", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _count(run: Run, over: threading.Event) -> None:
    waiting = frames_after(run.plan)
    while waiting and not over.wait(_SECONDS):
        done = dict(run.done)
        if all(each.action == "reused" for each in done.values()):
            continue  # what was there has its numbers there too
        artifacts = {address: each.artifact for address, each in done.items()}
        for address in [each for each, after in waiting.items() if _is_ready(after, artifacts)]:
            if over.is_set():
                return
            try:
                numbers_of(address, waiting.pop(address), artifacts, run.store)
            except Exception:  # noqa: BLE001 - it comes again, and is told, when the run is published
                return


def _is_ready(after: After, artifacts: Mapping[str, Artifact]) -> bool:
    """Tell whether all that is counted is there: of an export that is so before it has written its files."""
    written = {ref.node for refs in after.frame.columns.values() for ref in refs.values()}
    return {*after.frame.rows, *written} <= artifacts.keys()
