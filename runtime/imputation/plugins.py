"""Methods of somebody's own, which installed packages offer as entry points of the group `specc.imputers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime import entry_points
from runtime.imputation.inputs import check_capabilities

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.imputation.protocol import Imputer

GROUP = "specc.imputers"


def plugin(name: str, version: str) -> Callable[..., Imputer]:
    """Load what a package offers under a name: a class of imputers, or a function that makes them.

    Raises:
        NodeFailed: as `entry_points.plugin`.
    """
    return entry_points.plugin(GROUP, "imputer", name, version)


def made_by(name: str, make: Callable[[], Imputer]) -> Imputer:
    """Build a plugin's method.

    Raises:
        NodeFailed: the method does not take the parameters, or is none.
    """
    page, where = "docs/imputation.md", "model"
    return entry_points.made_by("imputer", name, make, check_capabilities, page=page, where=where)
