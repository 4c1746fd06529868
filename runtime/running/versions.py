"""What has a say in the bytes of a result beside the plan, and is equal on all machines of a run."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import runtime
from compiler.plan.document import PLAN_FORMAT
from runtime.errors import ClusterFault
from runtime.manifest import package_versions

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOUSE = Path(runtime.__file__).resolve().parents[1]


def versions() -> dict[str, str]:
    """Return the versions of Python, libraries, plan and specc: keys hold those of operations alone."""
    return package_versions() | {"plan format": str(PLAN_FORMAT), "source of specc": _source()}


def refuse_other_versions(ours: Mapping[str, str], theirs: Mapping[str, str], worker: str) -> None:
    """Refuse a worker that would carry nodes out with something else than the run.

    Raises:
        ClusterFault: it would; every difference is named, with both versions.
    """
    names = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    if names:
        said = [f"{name} {theirs.get(name, 'none')} (the run: {ours.get(name, 'none')})" for name in names]
        raise ClusterFault(
            f"worker {worker} has other versions than the run: {', '.join(said)}",
            remedy="install the same on both: with others, results may have other bytes",
            kind="other-versions",
        )


@functools.cache
def _source() -> str:
    """Return a digest of the code that carries nodes out: two checkouts of one version may differ."""
    digest = hashlib.sha256()
    for room in ("compiler/plan", "runtime"):
        for path in sorted((_HOUSE / room).rglob("*.py")):
            digest.update(f"{path.relative_to(_HOUSE).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
