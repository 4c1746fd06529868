"""The files a plan was made from: their digests go into its metadata, and tell later whether it is stale."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.catalog.lock import LOCK_NAME
from compiler.load import load
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from compiler.plan import Plan

SPECS = "specs"


@dataclass(frozen=True, slots=True)
class Specs:
    """Where a plan comes from: the bundle's folder, relative to the working folder, and SHA-256 by file."""

    bundle: str
    files: dict[str, str]

    def as_json(self) -> dict[str, object]:
        """Return what the plan's metadata says."""
        return {"bundle": self.bundle, "files": self.files}


def specs_of(folder: Path) -> Specs:
    """Return the digests of what lint reads in a bundle: its spec files, what they name, and its lock."""
    paths = [*sorted(folder.glob("*.yaml")), *(folder / name for name in load(folder).references)]
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [*paths, folder / LOCK_NAME]
        if path.is_file()
    }
    return Specs(Path(os.path.relpath(folder)).as_posix(), files)


def with_specs(plan: Plan, folder: Path) -> Plan:
    """Return the plan with where it comes from in its metadata, which no key depends on."""
    return replace(plan, metadata={**plan.metadata, SPECS: specs_of(folder).as_json()})


def specs_in(plan: Plan) -> Specs:
    """Return where a plan that was read from a file comes from.

    Raises:
        CommandFault: it does not say so.
    """
    match plan.metadata.get(SPECS):
        case {"bundle": str(bundle), "files": dict(files)}:
            return Specs(bundle, files)
    raise CommandFault(
        Exit.USAGE,
        "the plan does not say which bundle it was made from",
        remedy="write it again with `specc plan BUNDLE --out plan.json`",
    )


def changes(before: Specs, after: Specs) -> list[str]:
    """Return the names of the files that were added, removed or changed."""
    names = sorted({*before.files, *after.files})
    return [name for name in names if before.files.get(name) != after.files.get(name)]
