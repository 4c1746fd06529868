"""`--memory 8GiB`: sizes as people write them."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<unit>[KMGT])(?:iB)?", re.IGNORECASE)
_UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


def parse_size(text: str) -> int:
    """Return the bytes that a text such as `8 GiB`, `8GiB` or `900M` says.

    Raises:
        ValueError: it says no size, or none above 0.
    """
    match = _SIZE.fullmatch(text.strip())
    size = 0 if match is None else int(float(match["number"]) * _UNITS[match["unit"].upper()])
    if size <= 0:
        raise ValueError(f"`{text}` is not a size; write one such as `8 GiB` or `900 MiB`")
    return size
