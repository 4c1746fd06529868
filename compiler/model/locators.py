"""Which locators a spec may name: a file of a published wheel, an https address, a file of the bundle.

Where that is a zip archive, also a member of it; where it is a SQLite database, one of its tables or views.
"""

from __future__ import annotations

import re

_WHEEL = re.compile(r"pypi:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?==[0-9][0-9A-Za-z.!+_-]*/(?P<path>.+)")
_WEB = re.compile(r"https://[^/?#\s]+/[^\s]*[^/\s]")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")
_MEMBER = re.compile(r"(?P<archive>[^!]+\.(?:zip|db|sqlite|sqlite3))!(?P<member>.+)", re.IGNORECASE)


def member_of(locator: str) -> str | None:
    """Return which member of an archive, or table of a database, a locator means; None for the whole file."""
    inside = _MEMBER.fullmatch(locator)
    return None if inside is None else inside["member"]


def archive_of(locator: str) -> str:
    """Return where the file is whose bytes are pinned: the archive, of a member of one."""
    inside = _MEMBER.fullmatch(locator)
    return locator if inside is None else inside["archive"]


def in_bundle(locator: str) -> bool:
    """Tell whether a locator is a path inside the bundle."""
    return _SCHEME.match(locator) is None


def checked_locator(locator: str) -> str:
    """Return a locator that may be fetched.

    Raises:
        ValueError: it is malformed, insecure, of an unknown scheme, or leaves the bundle.
    """
    inside = _MEMBER.fullmatch(locator)
    if inside is not None:
        _plain_path(inside["member"], locator)
        checked_locator(inside["archive"])
        return locator
    scheme = _SCHEME.match(locator)
    if scheme is None:
        return _plain_path(locator, locator)
    name = scheme["scheme"].lower()
    if name == "pypi":
        wheel = _WHEEL.fullmatch(locator)
        if wheel is None:
            raise _refused(locator, "it is not of the form pypi:NAME==VERSION/PATH", "name one exact version")
        _plain_path(wheel["path"], locator)
    elif name == "http":
        raise _refused(locator, "plain http can be changed on the way", "use the https: address")
    elif name != "https":
        remedy = "use pypi:NAME==VERSION/PATH, an https: address or a path inside the bundle"
        raise _refused(locator, f"nobody fetches `{name}:`", remedy)
    elif _WEB.fullmatch(locator) is None:
        raise _refused(locator, "it names no file of a host", "write https://HOST/PATH/FILE")
    return locator


def _plain_path(path: str, locator: str) -> str:
    """Refuse what a file system could understand as a way out: roots, `..`, backslashes, empty parts."""
    if "\\" in path or any(part in {"", ".", ".."} for part in path.split("/")):
        raise _refused(
            locator, "its path could leave the folder", "use names joined by /, without .. or a root"
        )
    return locator


def _refused(locator: str, why: str, remedy: str) -> ValueError:
    return ValueError(f"the locator `{locator}` is refused: {why}; {remedy}")
