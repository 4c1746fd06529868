"""The files of a source as a plan tells of them, and the user's own that stand for what nothing pins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.digests import sha256_file
from runtime.fetch.locator import BundleFile, parse
from runtime.fetch.parts import Part, absent, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from compiler.plan import Node
    from runtime.surroundings import Surroundings


def stand_ins(nodes: Iterable[Node], where: Surroundings) -> dict[str, dict[str, str]]:
    """Return, by node, the digests of the user's files that stand for what nothing pins.

    Raises:
        FetchError: some of them are not there; all are named.
    """
    found: dict[str, dict[str, str]] = {}
    missing: list[Part] = []
    for node in nodes:
        parts = parts_of(node.parameters, where) if node.operation == "file" else []
        for part in (part for part in parts if part.sha256 is None):
            path = stand_in(part, where.overrides)
            if path is None:
                missing.append(part)
            else:
                found.setdefault(node.address, {})[part.name] = sha256_file(path)
    if missing:
        raise absent(missing)
    return found


def changed(nodes: Iterable[Node], where: Surroundings) -> list[Part]:
    """Return the files of the bundle that are there and are not what the plan pins."""
    parts = [part for n in nodes if n.operation == "file" for part in parts_of(n.parameters, where)]
    return [part for part in parts if stand_in(part, where.overrides) is None and _is_other(part)]


def _is_other(part: Part) -> bool:
    locator = parse(part.file)
    if part.sha256 is None or part.bundle is None or not isinstance(locator, BundleFile):
        return False
    path = part.bundle / locator.path
    return path.is_file() and sha256_file(path) != part.sha256.removeprefix("sha256:").lower()


def parts_of(parameters: dict[str, Any], where: Surroundings) -> list[Part]:
    """Return the files that a node `file` brings together."""
    return [_part(each, where) for each in parameters.get("files", [parameters])]


def _part(parameters: dict[str, str], where: Surroundings) -> Part:
    """Return a file as the plan's prose tells of it; it is found there by what tells files apart."""
    sha256 = parameters.get("sha256")
    content = f"none:{parameters['locator']}" if sha256 is None else sha256
    comment, inside = parameters.get("comment"), [parameters["member"]] if "member" in parameters else []
    about = where.files["!".join([content, *inside]) + (comment or "")]
    folder = _folder(where.bundle, about.get("bundle"))
    return Part(about["source"], about["locator"], sha256, folder, comment)


def _folder(bundle: Path | None, beside: str | None) -> Path | None:
    """Return the folder that a path of the spec starts from: the bundle's, or that of one beside it."""
    return bundle if bundle is None or beside is None else bundle.parent / beside
