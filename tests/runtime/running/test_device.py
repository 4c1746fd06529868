"""Memory of a CUDA device: in the manifest of a step that used one, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from odd_runs import node, run

from runtime.peak import Peak
from runtime.running.crew import InProcess

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Cuda:
    """What stands in for `torch.cuda`: two devices, with the most that each held since it was last reset."""

    is_there: bool = True
    used: bool = True
    most: list[int] = field(default_factory=lambda: [500, 40])

    def is_available(self) -> bool:
        """Tell whether the machine has a device."""
        return self.is_there

    def is_initialized(self) -> bool:
        """Tell whether the process has used one."""
        return self.used

    def device_count(self) -> int:
        """Return how many there are."""
        if not self.is_available():
            raise RuntimeError("no device was to be asked for")
        return len(self.most)

    def max_memory_allocated(self, device: int) -> int:
        """Return the most that was in use."""
        return self.most[device]

    def max_memory_reserved(self, device: int) -> int:
        """Return the most that was kept for it."""
        return self.most[device] * 2

    def reset_peak_memory_stats(self, device: int) -> None:
        """Begin again."""
        self.most[device] = 0


def _load(monkeypatch: pytest.MonkeyPatch, torch: object) -> None:
    """Have PyTorch loaded as far as the measuring goes: other libraries look for it as well."""
    monkeypatch.setattr("runtime.device.sys", SimpleNamespace(modules={"torch": torch}))


def _took(folder: Path) -> dict[str, Any]:
    """Return what the manifest of a step says that it took."""
    going, _ = run(folder, node("it", "write"))
    going.crew = InProcess(going.store)
    manifest: Any = going.execute()["it"].artifact.manifest
    measured: dict[str, Any] = manifest["predicate"]["runDetails"]["metadata"]["x-specc"]
    return measured


def test_what_was_held_on_devices_is_in_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all devices together, from the step's own beginning."""
    cuda = Cuda()
    _load(monkeypatch, SimpleNamespace(cuda=cuda))
    with Peak() as peak:
        assert cuda.most == [0, 0]
        cuda.most = [7, 5]
    assert peak.device_bytes == {"allocated": 12, "reserved": 24}
    assert _took(tmp_path)["deviceBytes"] == {"allocated": 0, "reserved": 0}


def test_a_device_that_the_step_is_the_first_to_use_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch is loaded by the step itself, in a process that knew nothing of it before."""
    _load(monkeypatch, None)
    with Peak() as peak:
        _load(monkeypatch, SimpleNamespace(cuda=Cuda()))
    assert peak.device_bytes == {"allocated": 540, "reserved": 1080}


@pytest.mark.parametrize(
    "torch",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(cuda=Cuda(is_there=False)),
        SimpleNamespace(cuda=Cuda(used=False)),
    ],
    ids=["no torch", "half loaded", "no device", "not used"],
)
def test_without_a_device_the_field_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torch: object
) -> None:
    """Not zero: nothing was measured."""
    _load(monkeypatch, torch)
    took = _took(tmp_path)
    assert "deviceBytes" not in took
    assert took["peakBytes"] > 0
