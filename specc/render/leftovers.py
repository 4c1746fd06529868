"""What lies beside a store, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.render.columns import count, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.leftovers import Leftover

_KINDS = ("fetched file", "unfinished step")


def leftovers_text(found: Sequence[Leftover]) -> str:
    """Return how many there are of each kind, and how large they are."""
    return " and ".join(_said(kind, [each for each in found if each.kind == kind]) for kind in _KINDS)


def _said(kind: str, found: Sequence[Leftover]) -> str:
    return f"{count(len(found), kind)} of {size(sum(each.size for each in found))}"
