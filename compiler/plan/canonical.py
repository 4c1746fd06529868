"""Canonical JSON and its digest: equal values have equal bytes, whatever the order they were written in."""

from __future__ import annotations

import hashlib
import json


def canonical(value: object) -> bytes:
    """Return a value as JSON with sorted keys and no spaces.

    Raises:
        ValueError: the value holds NaN or an infinity, which have no JSON.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
