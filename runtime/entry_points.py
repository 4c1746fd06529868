"""Methods of somebody's own, which installed packages offer as entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, TypeVar

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

_Made = TypeVar("_Made")


def plugin(group: str, what: str, name: str, version: str) -> Callable[..., Any]:
    """Load what a package offers under a name: a class, or a function that makes instances.

    Nothing of the package is imported before it is known to be the one that the plan wants.

    Args:
        group: of entry points, such as `specc.imputers`.
        what: what the group holds, in the singular, for messages.
        name: of the entry point.
        version: of the package that offers it.

    Raises:
        NodeFailed: no package offers it, or two do, or it is of another version, or it cannot be imported.
    """
    found = _found(group, what, name, version)
    package = "a package without a name" if found.dist is None else found.dist.name
    installed = "no version" if found.dist is None else found.dist.version
    if installed != version:
        raise NodeFailed(
            f"the {what} {name} comes from {package} {installed}, the plan wants {version}",
            remedy=f"install version {version} of {package}, or write the installed one under `version:`",
        )
    try:
        made: Callable[..., Any] = found.load()
    except (ImportError, AttributeError) as error:
        raise NodeFailed(
            f"the {what} {name} cannot be loaded from {found.value}: {error}",
            remedy="repair the package, or its entry point",
        ) from error
    return made


def made_by(
    what: str, name: str, make: Callable[[], _Made], check: Callable[[Any], None], *, page: str, where: str
) -> _Made:
    """Build what a package offers; `check` refuses what is none, `page` says how to try it.

    Raises:
        NodeFailed: it does not take its parameters (which stand at `where`), or `check` raises a TypeError.
    """
    try:
        made = make()
    except (TypeError, ValueError) as error:
        raise NodeFailed(
            f"the {what} {name} does not take its parameters: {error}",
            remedy=f"correct `parameters:` of the {where}",
        ) from error
    try:
        check(made)
    except TypeError as error:
        remedy = f"run the conformance suite on it: {page}"
        raise NodeFailed(f"{name} is no {what}: {error}", remedy=remedy) from error
    return made


def _found(group: str, what: str, name: str, version: str) -> EntryPoint:
    offered = entry_points(group=group)
    found = list(offered.select(name=name))
    if not found:
        known = ", ".join(sorted({entry.name for entry in offered})) or "none"
        raise NodeFailed(
            f"no installed package offers the {what} {name} (offered: {known})",
            remedy=f"install the package that offers it, in version {version}",
        )
    if len(found) > 1:
        offering = sorted(f"{entry.dist.name} {entry.dist.version}" for entry in found if entry.dist)
        packages = ", ".join(offering)
        raise NodeFailed(
            f"{len(found)} packages offer the {what} {name}: {packages}", remedy="uninstall all but one"
        )
    return found[0]
