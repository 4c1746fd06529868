"""Methods of somebody's own, which installed packages offer as entry points of the group `specc.imputers`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed
from runtime.imputation.inputs import check_capabilities

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

    from runtime.imputation.protocol import Imputer

GROUP = "specc.imputers"


def plugin(name: str, version: str) -> Callable[..., Imputer]:
    """Load what a package offers under a name: a class of imputers, or a function that makes them.

    Nothing of the package is imported before it is known to be the one that the plan wants.

    Args:
        name: of the entry point.
        version: of the package that offers it.

    Raises:
        NodeFailed: no package offers it, or two do, or it is of another version, or it cannot be imported.
    """
    found = _found(name, version)
    package = "a package without a name" if found.dist is None else found.dist.name
    installed = "no version" if found.dist is None else found.dist.version
    if installed != version:
        raise NodeFailed(
            f"the imputer {name} comes from {package} {installed}, the plan wants {version}",
            remedy=f"install version {version} of {package}, or write the installed one under `version:`",
        )
    try:
        made: Callable[..., Imputer] = found.load()
    except (ImportError, AttributeError) as error:
        raise NodeFailed(
            f"the imputer {name} cannot be loaded from {found.value}: {error}",
            remedy="repair the package, or its entry point",
        ) from error
    return made


def made_by(name: str, make: Callable[[], Imputer]) -> Imputer:
    """Build a plugin's method.

    Raises:
        NodeFailed: the method does not take the parameters, or is none.
    """
    try:
        method: Any = make()
    except (TypeError, ValueError) as error:
        remedy = "correct `parameters:` of the model"
        raise NodeFailed(
            f"the imputer {name} does not take its parameters: {error}", remedy=remedy
        ) from error
    try:
        check_capabilities(method)
    except TypeError as error:
        remedy = "run the conformance suite on it: docs/imputation.md"
        raise NodeFailed(f"{name} is no imputer: {error}", remedy=remedy) from error
    built: Imputer = method
    return built


def _found(name: str, version: str) -> EntryPoint:
    offered = entry_points(group=GROUP)
    found = list(offered.select(name=name))
    if not found:
        known = ", ".join(sorted({entry.name for entry in offered})) or "none"
        raise NodeFailed(
            f"no installed package offers the imputer {name} (offered: {known})",
            remedy=f"install the package that offers it, in version {version}",
        )
    if len(found) > 1:
        offering = sorted(f"{entry.dist.name} {entry.dist.version}" for entry in found if entry.dist)
        packages = ", ".join(offering)
        raise NodeFailed(
            f"{len(found)} packages offer the imputer {name}: {packages}", remedy="uninstall all but one"
        )
    return found[0]
