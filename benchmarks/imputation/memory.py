"""What this process holds, from Linux: of the standard library alone, which rivals have too."""

from __future__ import annotations

from pathlib import Path


def reset_peak() -> None:
    """Reset the peak of this process's memory to what it holds now (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory_now() -> float:
    """Return what this process holds, in GB."""
    return _memory("VmRSS")


def memory_peak() -> float:
    """Return the most that this process held since the last reset, in GB."""
    return _memory("VmHWM")


def _memory(field: str) -> float:
    """Return a field of this process's memory in GB; VmHWM, unlike getrusage, starts with the process."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024 / 1e9
    raise LookupError(f"/proc/self/status has no {field}: peak memory is measured on Linux only")
