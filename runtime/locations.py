"""Where a store is, as people say it: a folder, or a URL. Light: nothing of a store is loaded for it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from runtime.errors import StoreError

CACHE = "SPECC_CACHE"
_URL = re.compile(r"[a-zA-Z0-9_+.-]+(::|://)")
_PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")


def is_elsewhere(location: str | Path) -> bool:
    """Tell whether a location is reached through fsspec; a path and a `file://` URL are not."""
    return isinstance(location, str) and _URL.match(location) is not None and not _is_file(location)


def local_folder(location: str | Path) -> Path:
    """Return the folder of this machine in which what a store holds is read.

    Raises:
        StoreError: there can be no store at such a location.
    """
    if is_elsewhere(location):
        return cache_folder(str(location)) / "store"
    if not _is_file(location):
        return Path(location)
    url = urlsplit(str(location))
    if not url.netloc and url.path:
        return Path(unquote(url.path))
    raise StoreError(f"there can be no store at {location}", remedy="name a folder, or its `file:///...`")


def cache_folder(location: str) -> Path:
    """Return where this user keeps copies of what a store elsewhere holds: one folder a location."""
    chosen = os.environ.get(CACHE)
    shared = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "specc"
    name = hashlib.sha256(tidy(location).encode()).hexdigest()[:16]
    return (Path(chosen) if chosen else shared).absolute() / name


def tidy(location: str) -> str:
    """Return the one spelling of the location of a store elsewhere."""
    return location if location.endswith("://") else location.rstrip("/")


def shown(location: str) -> str:
    """Return a location as it may be told: without a password."""
    return _PASSWORD.sub(r"\1:***@", location)


def _is_file(location: str | Path) -> bool:
    return isinstance(location, str) and location.startswith("file://")
