"""A process with all its descendants: what they hold, and ending them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants(pid: int) -> list[int]:
    """Return the children of a process, their children, and so on; none where it is gone."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def resident(pid: int) -> int:
    """Return the bytes that a process holds in memory; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
    except (OSError, IndexError):
        return _asked(pid)


def kill(pid: int) -> None:
    """End a process, the group that it leads and all its descendants, at once; gone ones are fine."""
    below = descendants(pid)
    for each in below:
        _signalled(os.kill, each)
    _signalled(os.killpg, pid)
    _signalled(os.kill, pid)


def ending(code: int | None) -> str:
    """Return in words how a process ended."""
    if code is None:
        return "a way that nobody saw"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _signalled(send: Callable[[int, int], None], pid: int) -> None:
    try:
        send(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _asked(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
