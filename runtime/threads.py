"""Work on many things in the threads of a few processors; what comes of it is in their order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from runtime.running.machine import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Given = TypeVar("Given")
    Found = TypeVar("Found")

_MOST = 4  # each holds a column


def in_threads(work: Callable[[Given], Found], of: Sequence[Given]) -> list[Found]:
    """Return what `work`, which lets other threads run most of its time, finds of each, in order."""
    if len(of) < 2:
        return [work(each) for each in of]
    with ThreadPoolExecutor(min(cores(), _MOST)) as pool:
        return list(pool.map(work, of))
