"""Named random streams: the same name gives the same numbers, whatever else runs, in whatever order."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Words = npt.NDArray[np.uint64]


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


def uniform(random: np.random.Generator, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return a number in [0, 1) for each id: two keys of the stream and the id, mixed.

    Neither the order of the ids nor which others there are changes the number of one.

    The mixing is the finalizer of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA, section 5), once a key.
    """
    first, second = random.integers(0, 2**64, size=2, dtype=np.uint64)
    mixed = _mixed(_mixed(ids.astype(np.uint64) + first) ^ second)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mixed(words: Words) -> Words:
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
