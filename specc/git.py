"""Reads files of a folder as they stood at a git ref: only `git` that reads, no hooks, network, checkout."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from compiler.catalog.lock import LOCK_NAME
from compiler.references import references_of
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
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
    if not _specs_at(folder, ref, into, ""):
        message, remedy = f"{folder} holds no bundle at {ref}", "name a later ref, or a saved file"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)


def beside_at(folder: Path, name: str, ref: str, into: Path) -> None:
    """Write the files of the bundle `name` beside a bundle, as they stood at a ref.

    Raises:
        CommandFault: as for the bundle itself.
    """
    _specs_at(folder, ref, into, name)


def _specs_at(folder: Path, ref: str, into: Path, beside: str) -> bool:
    wanted = files_at(folder, ref, into, lambda n: n.endswith(".yaml") or n == LOCK_NAME, beside=beside)
    # Of what lies deeper, only what the spec files name. What leads through a link is not there for git.
    named = references_of(into) if wanted else ()
    if named:
        files_at(folder, ref, into, named.__contains__, deeper=named, beside=beside)
    return bool(wanted)


def files_at(
    folder: Path,
    ref: str,
    into: Path,
    wanted: Callable[[str], bool],
    *,
    deeper: Sequence[str] = (),
    beside: str = "",
) -> list[str]:
    """Write the files of a folder that are wanted, as they stood at a ref, into a folder; name them.

    `deeper` are the paths below the folder to look at, without any what stands in the folder itself;
    `beside` is the name of the folder beside it that is meant instead.

    Raises:
        CommandFault: git is missing, there is no repository or no such ref, or a file was a link then.
    """
    commit = _commit(folder, ref)
    prefix = _beside(_prefix(folder), beside) if beside else _prefix(folder)
    if prefix is None:
        return []
    paths = [f"{prefix}{path}" for path in deeper] or ([prefix] if prefix else [])
    there = [file for file in _files(folder, commit, prefix, paths) if wanted(file[0])]
    for name, mode, blob in there:
        if mode not in _REGULAR:
            message, remedy = f"{name} is no plain file at {ref}", "compare with a saved file instead"
            raise CommandFault(Exit.USAGE, message, place=str(folder / name), remedy=remedy)
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(_git(folder, "cat-file", "blob", blob))
    return [name for name, _, _ in there]


def _prefix(folder: Path) -> str:
    return _git(folder, "rev-parse", "--show-prefix").decode().rstrip("\n")


def _beside(prefix: str, name: str) -> str | None:
    """Return the prefix of a folder beside; beside the top of a repository there is nothing of it."""
    above, _, own = prefix.rstrip("/").rpartition("/")
    if not own:
        return None
    return f"{above}/{name}/" if above else f"{name}/"


def _commit(folder: Path, ref: str) -> str:
    _git(folder, "rev-parse", "--git-dir")
    missing = CommandFault(
        Exit.USAGE,
        f"`{ref}` is neither a file, nor a folder, nor a git ref of the repository of {folder}",
        remedy="`git fetch` brings refs (`git fetch --unshallow` older commits); "
        "a saved file (`specc plan BUNDLE --out plan.json`) can be compared with too",
    )
    if ref.startswith("-"):
        raise missing
    try:
        return _git(folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
    except CommandFault as error:
        raise missing from error


def _files(folder: Path, commit: str, prefix: str, paths: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield name, mode and object of the files at paths: those of a folder, or single ones."""
    listed = _git(folder, "ls-tree", "-z", "--full-tree", commit, "--", *paths)
    for entry in listed.decode(errors="surrogateescape").split("\0")[:-1]:
        facts, _, path = entry.partition("\t")
        mode, kind, blob = facts.split()
        name = path.removeprefix(prefix)
        if kind == "blob":
            yield name, mode, blob


def _git(folder: Path, *words: str) -> bytes:
    environment = {k: v for k, v in os.environ.items() if k not in OF_A_HOOK} | _READ_ONLY
    command = ["git", *_SAFE, "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
    except FileNotFoundError as error:
        remedy = "install git, or compare with a saved file"
        raise CommandFault(Exit.USAGE, "there is no `git` on this machine", remedy=remedy) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or "it says nothing more"
        raise CommandFault(
            Exit.USAGE,
            f"git cannot read the history of {folder}: {said}",
            remedy="run it in a repository (`git fetch` brings missing refs), or compare with a saved file",
        )
    return done.stdout
