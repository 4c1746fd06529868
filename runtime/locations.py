"""Where a store is, as people say it: a folder, or a URL. Light: nothing of a store is loaded for it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from runtime.errors import StoreError

_URL = "://"


def local_folder(location: str | Path) -> Path:
    """Return the folder of this machine in which what a store holds is read.

    Raises:
        StoreError: there can be no store at such a location.
    """
    text = str(location)
    if _URL not in text:
        return Path(location)
    url = urlsplit(text)
    if url.scheme == "file" and not url.netloc and url.path:
        return Path(unquote(url.path))
    raise StoreError(f"there can be no store at {text}", remedy="name a folder, or its `file:///...`")
