"""Puts the results of a run into a folder: whole or not at all, and never over what somebody else put there."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.manifest import Attempt, NodeOutcome, canonical_json, run_manifest
from runtime.store.durable import disk_full_as_fault, sync_file, sync_folder
from runtime.store.outputs import Output, describe

from specc.exits import Exit
from specc.faults import CommandFault
from specc.results import FITS
from specc.specs import specs_in

if TYPE_CHECKING:
    from compiler.plan import Plan
    from runtime.execute import Done, Run
    from runtime.store import Artifact, Store

    from specc.results import Results

RUN_MANIFEST, PLAN, REPORT, FACTS = "run.manifest.json", "plan.json", "report.json", "facts.parquet"
SIDECAR = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Published:
    """One file that was published, under its name in the folder, and the artifact it is from."""

    name: str
    stored: str
    artifact: Artifact

    @property
    def output(self) -> Output:
        """Return what is known of the file, under its published name."""
        return replace(self.artifact.outputs[self.stored], name=self.name)


def refuse_foreign(out: Path) -> None:
    """Refuse a place that holds something this command did not write.

    Raises:
        CommandFault: it is a file, a link, or a folder with other things in it.
    """
    if not out.exists() and not out.is_symlink():
        return
    if out.is_symlink() or not out.is_dir():
        raise CommandFault(Exit.USAGE, f"{out} is not a folder", remedy="name another one with --out")
    if any(out.iterdir()) and not (out / RUN_MANIFEST).is_file():
        raise CommandFault(
            Exit.USAGE,
            f"{out} holds files that no `specc run` wrote",
            remedy="name another folder with --out, or move them away",
        )


def publish(run: Run, results: Results, attempt: Attempt, out: Path) -> list[Output]:
    """Publish a finished run into the folder `out`, and return its files.

    Raises:
        CommandFault: `out` has been taken by something else, or cannot be written.
        DiskFull: there is no room; what was published before is untouched.
    """
    place = out.absolute()
    try:
        with _alone(run.store, place), disk_full_as_fault(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            _sweep(place)
            with _aside(place) as draft:
                outputs = _fill(draft, run, results, attempt)
                refuse_foreign(out)
                _swap(draft, place)
    except PermissionError as error:
        raise CommandFault(Exit.USAGE, f"{out} cannot be written: {error.strerror}") from error
    return outputs


def published(results: Results) -> list[Published]:
    """Return the files of a run; where a bundle has several exports, each has a folder of its name."""
    several = len(results.exports) > 1
    files = [
        Published(f"{name}/{stored}" if several else stored, stored, artifact)
        for name, artifact in results.exports.items()
        for stored in artifact.names
    ]
    one = len(results.fits) == 1
    return files + [
        Published(FACTS if one else f"facts.{name}.parquet", FITS, artifact) for name, artifact in results.fits.items()
    ]


def _alone(store: Store, place: Path) -> object:
    return store.lock(f"out.{hashlib.sha256(str(place).encode()).hexdigest()}")
