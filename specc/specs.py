"""The files a plan was made from: their digests go into its metadata, and tell later whether it is stale."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.beside import place_of
from compiler.catalog.lock import LOCK_NAME
from compiler.model.base import NAME
from compiler.references import references_of
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.plan import Plan

SPECS, USES = "specs", "uses"


@dataclass(frozen=True, slots=True)
class Specs:
    """Where a plan comes from: the bundle's folder, relative to the working folder, and SHA-256 by file."""

    bundle: str
    files: dict[str, str]

    def as_json(self) -> dict[str, object]:
        """Return what the plan's metadata says."""
        return {"bundle": self.bundle, "files": self.files}


def specs_of(folder: Path, uses: Iterable[str] = ()) -> Specs:
    """Return the digests of what lint reads of a bundle and of those it uses: specs, lists and locks."""
    files = _digests(folder, "")
    for name in uses:
        # A saved plan may say anything; only a name leads to a folder beside the bundle's.
        if re.match(NAME, name):
            files |= _digests(place_of(folder, name), f"{name}/")
    return Specs(Path(os.path.relpath(folder)).as_posix(), files)


def _digests(folder: Path, prefix: str) -> dict[str, str]:
    named = [folder / name for name in references_of(folder)]
    there = [path for path in (*sorted(folder.glob("*.yaml")), *named, folder / LOCK_NAME) if path.is_file()]
    return {
        prefix + path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in there
    }


def used_folders(plan: Plan, folder: Path) -> list[Path]:
    """Return the folders of the bundles that a plan's bundle uses."""
    return [place_of(folder, name) for name in plan.metadata.get(USES, ())]


def with_specs(plan: Plan, folder: Path) -> Plan:
    """Return the plan with where it comes from in its metadata, which no key depends on."""
    return replace(
        plan, metadata={**plan.metadata, SPECS: specs_of(folder, plan.metadata.get(USES, ())).as_json()}
    )


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
