"""Where a run takes place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a run takes place. None of it may change a result, so none of it is in a key.

    Attributes:
        bundle: folder of the spec, for sources inside it.
        cache: downloads, by digest.
        overrides: a folder of files to take instead of downloads, by digest.
        files: what the plan says of each source file (`source`, `locator`, ...), by SHA-256.
        chunks: where unfinished engine work is kept between runs.
    """

    bundle: Path | None
    cache: Path
    overrides: Path | None
    files: Mapping[str, Mapping[str, str]]
    chunks: Path
