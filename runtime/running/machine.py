"""What this machine gives a run: processors and memory."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

_LIMIT = Path("/sys/fs/cgroup/memory.max")


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Return the bytes of memory that there are: the machine's, or the container's where that has less."""
    total = int(psutil.virtual_memory().total)
    try:
        return min(total, int(_LIMIT.read_text()))
    except (OSError, ValueError):  # no container, or `max`
        return total
