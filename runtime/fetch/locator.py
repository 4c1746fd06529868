"""What a source locator says, taken apart and refused where it could reach what it should not.

pypi:NAME==VERSION/PATH/IN/WHEEL    one file out of a published wheel
https://HOST/PATH                   one file of the web
PATH/IN/BUNDLE                      one file beside the spec
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from runtime.errors import FetchError

# A name can never start with a dash, so it is never an option of the command it is given to.
_WHEEL = re.compile(
    r"pypi:(?P<project>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
    r"==(?P<version>[0-9][0-9A-Za-z.!+_-]*)/(?P<path>.+)"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class WheelFile:
    """A file at `path` inside the wheel of one release."""

    project: str
    version: str
    path: str

    @property
    def requirement(self) -> str:
        """The release, as pip spells it."""
        return f"{self.project}=={self.version}"


@dataclass(frozen=True)
class WebFile:
    """A file behind an https URL."""

    url: str


@dataclass(frozen=True)
class BundleFile:
    """A file in the bundle's folder, by relative POSIX path."""

    path: str


Locator = WheelFile | WebFile | BundleFile


def parse(locator: str) -> Locator:
    """Return what a locator points at.

    Raises:
        FetchError: it is malformed, insecure (http), of an unknown scheme, or leaves the bundle.
    """
    if locator.startswith("pypi:"):
        return _wheel_file(locator)
    if locator.startswith("https://"):
        return _web_file(locator)
    if locator.startswith("http://"):
        raise _refused(locator, "plain http can be changed on the way", "use the https: address")
    if _SCHEME.match(locator):
        remedy = "use pypi:NAME==VERSION/PATH, an https: address or a path in the bundle"
        raise _refused(locator, "no fetcher knows its scheme", remedy)
    return BundleFile(_plain_path(locator, locator))


def basename(locator: Locator) -> str:
    """Return the file name a locator ends in."""
    path = unquote(urlsplit(locator.url).path) if isinstance(locator, WebFile) else locator.path
    return PurePosixPath(path).name


def _wheel_file(locator: str) -> WheelFile:
    match = _WHEEL.fullmatch(locator)
    if match is None:
        raise _refused(locator, "it is not pypi:NAME==VERSION/PATH/IN/WHEEL", "write it in that form")
    return WheelFile(match["project"], match["version"], _plain_path(match["path"], locator))


def _web_file(locator: str) -> WebFile:
    address = WebFile(locator)
    if not urlsplit(locator).hostname or basename(address) in ("", ".", ".."):
        raise _refused(locator, "it names no file of a host", "write https://HOST/PATH/FILE")
    return address


def _plain_path(path: str, locator: str) -> str:
    """Refuse what a file system could understand as a way out: roots, `..`, backslashes, empty parts."""
    parts = path.split("/")
    if "\\" in path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        remedy = "use names joined by /, without .. or a root"
        raise _refused(locator, f"`{path}` is not a plain relative path", remedy)
    return path


def _refused(locator: str, why: str, remedy: str) -> FetchError:
    return FetchError(f"locator `{locator}` is refused: {why}", remedy=remedy, kind="locator-refused")
