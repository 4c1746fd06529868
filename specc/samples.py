"""`--sample 5%`: the share of households a build keeps."""

from __future__ import annotations

import math
import re

_SHARE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?P<percent> ?%)?")
HELP = "write a share such as `5%` or `0.05`; `100%` is the whole"


def parse_sample(text: str) -> float | None:
    """Return the share in (0, 1) that a text such as `5%` or `0.05` says; None for the whole.

    Raises:
        ValueError: it says no share, or one that is not above 0 and at most the whole.
    """
    match = _SHARE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"`{text}` is not a share of households; {HELP}")
    share = float(match["number"]) / (100 if match["percent"] else 1)
    # Divided once, so that `5%` and `0.05` are the same number and give the same plan.
    if not 0 < share <= 1 or not math.isfinite(share):
        raise ValueError(f"`{text}` is not above 0 and at most the whole; {HELP}")
    return None if share == 1 else share


def sample_text(share: float | None) -> str:
    """Return a share as people read it, and what such a sample does not promise."""
    if share is None:
        return "all households"
    return f"{share * 100:g} % of households, drawn evenly: the top is not kept"
