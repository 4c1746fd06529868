"""Reads a bundle as it stood at a git ref: only `git` that reads, no hooks, no network, no checkout."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from compiler.catalog.lock import LOCK_NAME
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_READ_ONLY = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
# A hook that calls specc has these set to its own repository, which need not be the bundle's.
OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_SAFE = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_REGULAR = ("100644", "100755")


def bundle_at(folder: Path, ref: str, into: Path) -> None:
    """Write the files that lint reads of a bundle, as they stood at a ref, into a folder made for them.

    Raises:
        CommandFault: git is missing, there is no repository or no such ref, or the bundle was not there yet.
    """
    commit = _commit(folder, ref)
    if not _write(folder, commit, _prefix(folder), ref, into):
        message, remedy = f"{folder} holds no bundle at {ref}", "name a later ref, or a plan.json"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)


def beside_at(folder: Path, name: str, ref: str, into: Path) -> None:
    """Write the files of the bundle `name` beside a bundle, as they stood at a ref.

    Raises:
        CommandFault: as for the bundle itself.
    """
    above, _, own = _prefix(folder).rstrip("/").rpartition("/")
    # Beside the top of a repository there is nothing of it.
    if own:
        prefix = f"{above}/{name}/" if above else f"{name}/"
        _write(folder, _commit(folder, ref), prefix, ref, into)


def _prefix(folder: Path) -> str:
    return _git(folder, "rev-parse", "--show-prefix").decode().rstrip("\n")


def _write(folder: Path, commit: str, prefix: str, ref: str, into: Path) -> bool:
    written = False
    for name, mode, blob in _files(folder, commit, prefix):
        if mode not in _REGULAR:
            message, remedy = f"{name} is no plain file at {ref}", "compare with a plan.json instead"
            raise CommandFault(Exit.USAGE, message, place=f"{prefix}{name}", remedy=remedy)
        into.mkdir(exist_ok=True)
        (into / name).write_bytes(_git(folder, "cat-file", "blob", blob))
        written = True
    return written


def _commit(folder: Path, ref: str) -> str:
    _git(folder, "rev-parse", "--git-dir")
    missing = CommandFault(
        Exit.USAGE,
        f"`{ref}` is neither a file nor a git ref of the repository of {folder}",
        remedy="`git fetch` brings refs (`git fetch --unshallow` older commits); "
        "`specc plan BUNDLE --out plan.json` writes a plan to compare with",
    )
    if ref.startswith("-"):
        raise missing
    try:
        return _git(folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
    except CommandFault as error:
        raise missing from error


def _files(folder: Path, commit: str, prefix: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, mode and object of the spec files and the lock that stand in the bundle's folder itself."""
    listed = _git(folder, "ls-tree", "-z", "--full-tree", commit, *([prefix] if prefix else []))
    for entry in listed.decode(errors="surrogateescape").split("\0")[:-1]:
        facts, _, path = entry.partition("\t")
        mode, kind, blob = facts.split()
        name = path.removeprefix(prefix)
        if kind == "blob" and (name.endswith(".yaml") or name == LOCK_NAME):
            yield name, mode, blob


def _git(folder: Path, *words: str) -> bytes:
    environment = {k: v for k, v in os.environ.items() if k not in OF_A_HOOK} | _READ_ONLY
    command = ["git", *_SAFE, "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
    except FileNotFoundError as error:
        remedy = "install git, or compare with a plan.json"
        raise CommandFault(Exit.USAGE, "there is no `git` on this machine", remedy=remedy) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or "it says nothing more"
        raise CommandFault(
            Exit.USAGE,
            f"git cannot read the history of {folder}: {said}",
            remedy="run it in a repository (`git fetch` brings missing refs), or compare with a plan.json",
        )
    return done.stdout
