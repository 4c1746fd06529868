"""The memory that a step takes at its peak, and its processor time, its child processes included."""

from __future__ import annotations

import math
import os
import resource
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from runtime.device import DevicePeak
from runtime.running.tree import descendants, resident

if TYPE_CHECKING:
    from types import TracebackType

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_SECONDS = 0.25
_CHILDREN_SECONDS = 1.0


class Peak:
    """Measures resident memory while a block runs; `bytes` says afterwards what was the most.

    `cpu_seconds` is the time of all processors, user and system, of this process and of children that ended,
    `device_bytes` the most that was held on CUDA devices, None where none was used.

    A thread adds up this process and its children a few times a second, and looks for new children every
    second; those that were there before the block are not its own. On Linux the kernel's own high-water mark
    of this process is used too, which misses no spike. What a child takes between two samples goes unseen:
    the figure is never too high, and may be too low.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self.cpu_seconds = 0.0
        self._device = DevicePeak()
        self._before: set[int] = set()
        self._children: list[int] = []
        self._looked = -math.inf
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="specc-peak", daemon=True)

    @property
    def device_bytes(self) -> dict[str, int] | None:
        """What PyTorch had in use (`allocated`) and kept for it (`reserved`) at the most."""
        return self._device.found

    def __enter__(self) -> Self:
        """Start watching."""
        self._device.begin()
        self._before = set(descendants(os.getpid()))
        self._marked, self._begun = _reset_mark(), _cpu_seconds()
        self._sample()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._device.end()
        self.cpu_seconds = round(_cpu_seconds() - self._begun, 3)
        self._over.set()
        self._thread.join()
        self._sample()
        if self._marked:
            self.bytes = max(self.bytes, _mark())

    def _watch(self) -> None:
        while not self._over.wait(_SECONDS):
            self._sample()

    def _sample(self) -> None:
        now = time.monotonic()
        if now - self._looked > _CHILDREN_SECONDS:
            self._children = [pid for pid in descendants(os.getpid()) if pid not in self._before]
            self._looked = now
        self.bytes = max(self.bytes, resident(os.getpid()) + sum(map(resident, self._children)))


def _cpu_seconds() -> float:
    own, children = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _reset_mark() -> bool:
    """Start the kernel's high-water mark again; False where there is none to reset."""
    try:
        _RESET.write_text("5")  # proc(5): 5 resets VmHWM to the current resident size
    except OSError:
        return False
    return True


def _mark() -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
