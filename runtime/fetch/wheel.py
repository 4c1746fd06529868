"""Wheels from the package registry the user's pip is set up for: downloaded, never installed, never run."""

from __future__ import annotations

import re
import subprocess
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from runtime.errors import FetchError
from runtime.store import locks

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.fetch.cache import Cache
    from runtime.fetch.locator import WheelFile

TIMEOUT_SECONDS = 1800
BY_HAND = "or put the file in a folder and give it with `--sources DIR`"
_UNREACHABLE = ("Retrying (Retry(", "connection error", "Temporary failure in name resolution", "timed out")


def cached_wheel(wanted: WheelFile, cache: Cache) -> Path:
    """Return the wheel of a release, from the cache or the registry; concurrent callers download it once.

    Raises:
        FetchError: no registry answers, there is no such release, or it has no wheel.
    """
    folder = cache.wheels(wanted.requirement)
    with locks.held(folder.with_name(f"{folder.name}.lock")):
        kept = sorted(folder.glob("*.whl"))
        return kept[0] if kept else _download(wanted, folder, cache)


def forget(wanted: WheelFile, cache: Cache) -> None:
    """Drop a cached wheel that turned out to be broken."""
    for path in cache.wheels(wanted.requirement).glob("*.whl"):
        path.unlink(missing_ok=True)


def _download(wanted: WheelFile, folder: Path, cache: Cache) -> Path:
    with cache.aside() as aside:
        _ask_pip(wanted, aside)
        (wheel,) = aside.glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        return wheel.replace(folder / wheel.name)


def _ask_pip(wanted: WheelFile, aside: Path) -> None:
    """Download for this Python, or for the next three if the release wants one: nothing is run anyway."""
    refusal = _pip(wanted, aside, ())
    if refusal is not None and _wants_other_python(refusal, wanted.version):
        for minor in range(sys.version_info.minor + 1, sys.version_info.minor + 4):
            refusal = _pip(wanted, aside, ("--python-version", f"3.{minor}"))
            if refusal is None:
                break
    if refusal is not None:
        raise _explained(wanted, refusal)


def _pip(wanted: WheelFile, aside: Path, extra: tuple[str, ...]) -> str | None:
    """Return None when the wheel is there, else what pip said. Its configuration is the user's own."""
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--progress-bar=off", "-d", str(aside)]
    command = [sys.executable, "-m", "pip", "download", *options, *extra, "--", wanted.requirement]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _unreachable(wanted, f"pip gave up after {TIMEOUT_SECONDS} s") from error
    return None if done.returncode == 0 else done.stdout + done.stderr


def _wants_other_python(refusal: str, version: str) -> bool:
    """Know the two ways pip says it: of a version left out of an index, and of a wheel in a folder."""
    left_out = rf"require a different python version.*[ ;]{re.escape(version)} Requires-Python"
    return re.search(f"{left_out}|requires a different Python:", refusal) is not None


def _explained(wanted: WheelFile, refusal: str) -> FetchError:
    """Tell pip's refusals apart: it spells them only in prose."""
    if "No module named pip" in refusal:
        return _fault(wanted, "pip is not installed", "run `python -m ensurepip`", "no-pip")
    if any(sign in refusal for sign in _UNREACHABLE):
        return _unreachable(wanted, _last_error(refusal))
    versions = re.search(r"\(from versions: (.*?)\)", refusal)
    if versions is None:
        return _fault(wanted, _last_error(refusal), "see what pip says", "registry-failed")
    if versions[1] == "none":
        why = f"no registry has a wheel of `{wanted.project}` for this machine, or none answers"
        return _fault(wanted, why, "check the name, the network and `pip config list`", "no-such-project")
    near = get_close_matches(wanted.version, versions[1].split(", "), n=3, cutoff=0.4)
    known = f"; near ones: {', '.join(near)}" if near else ""
    return _fault(wanted, f"there is no such version{known}", "correct the version", "no-such-version")


def _unreachable(wanted: WheelFile, why: str) -> FetchError:
    remedy = "check the network and `pip config list`"
    return _fault(wanted, f"the package registry does not answer ({why})", remedy, "registry-unreachable")


def _fault(wanted: WheelFile, why: str, remedy: str, kind: str) -> FetchError:
    message = f"cannot get the wheel of {wanted.requirement}: {why}"
    return FetchError(message, place=f"pypi:{wanted.requirement}", remedy=f"{remedy}, {BY_HAND}", kind=kind)


def _last_error(refusal: str) -> str:
    lines = [line for line in refusal.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["pip said nothing"])[-1]
