"""The memory of a CUDA device that a step takes at its peak, as PyTorch counts it."""

from __future__ import annotations

import sys
from typing import Any


class DevicePeak:
    """Measures while a block runs; `found` says afterwards what was the most, None where no device was used.

    PyTorch alone is asked, and only where the step has loaded it and used a device through it: anything else
    would load a library, or make a context on the device, for every step that needs neither.
    """

    def __init__(self) -> None:
        self.found: dict[str, int] | None = None

    def begin(self) -> None:
        """Forget what was before: a step in a process of its own has nothing behind it, others may."""
        cuda = _used()
        for device in range(0 if cuda is None else cuda.device_count()):
            cuda.reset_peak_memory_stats(device)

    def end(self) -> None:
        """Take the most since the beginning, of all devices together."""
        cuda = _used()
        if cuda is None:
            return
        devices = range(cuda.device_count())
        self.found = {
            "allocated": sum(int(cuda.max_memory_allocated(device)) for device in devices),
            "reserved": sum(int(cuda.max_memory_reserved(device)) for device in devices),
        }


def _used() -> Any:  # noqa: ANN401 - a module that is not there when types are checked
    """Return `torch.cuda` where this process has used a device through it."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    return cuda if cuda is not None and cuda.is_available() and cuda.is_initialized() else None
