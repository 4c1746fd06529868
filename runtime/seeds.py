"""Named random streams: the same name gives the same numbers, whatever else runs, in whatever order."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(root: int, *names: str) -> np.random.Generator:
    """Return the generator of the stream `names` under the root seed of a bundle.

    The state is SHA-256 of the root and the length-prefixed names, so no two streams collide by concatenation
    and none depends on the process hash seed.
    """
    digest = hashlib.sha256(str(root).encode())
    for name in names:
        encoded = name.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest(), "big")))
