"""The folder of results while it is filled: what is there already in its place is taken over, not written."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.digests import sha256_file
from runtime.durable import sync_file, sync_folder
from runtime.store import Output

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder that takes the place of `earlier`; files of that whose bytes are the same get a second name.

    Such a file is read, compared and linked: it is on the disk already, and need not get there again.
    """

    folder: Path
    earlier: Path

    def write(self, name: str, content: bytes) -> Output:
        """Put bytes there under a name."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self._taken_over(name, sha256, len(content)):
            target = self._target(name)
            target.write_bytes(content)
            sync_file(target)
        return Output(name, sha256, f"sha256:{sha256}", len(content))

    def copy(self, source: Path, output: Output) -> None:
        """Put a file there; `output` is what is known of it, under the name that it gets."""
        if not self._taken_over(output.name, output.sha256, output.size):
            target = self._target(output.name)
            shutil.copyfile(source, target)
            sync_file(target)

    def finish(self) -> None:
        """Push the names of the files below to the disk; those of the folder itself are its owner's part."""
        for path in self.folder.rglob("*/"):
            sync_folder(path)

    def _target(self, name: str) -> Path:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _taken_over(self, name: str, sha256: str, size: int) -> bool:
        there = self.earlier / name
        if there.is_symlink() or not there.is_file() or there.stat().st_size != size:
            return False
        if sha256_file(there) != sha256:
            return False
        try:
            os.link(there, self._target(name))
        except OSError:  # not every disk has second names; what is wrong besides shows when it is written
            return False
        return True
