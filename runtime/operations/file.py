"""`file`: a source's bytes, fetched from where its locator says and held to their digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.content import sha256_file
from runtime.fetch.parts import Part, absent, bring, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from compiler.plan import Node
    from runtime.task import Surroundings, Task

DATA = "data"


def run(task: Task) -> None:
    """Fetch the file into the store; several files become one table.

    Raises:
        FetchError: it cannot be had, or its bytes are not the pinned ones.
    """
    where = task.surroundings
    bring(_parts(task.parameters, where), where.cache, where.overrides, task.folder / DATA)


def stand_ins(nodes: Iterable[Node], where: Surroundings) -> dict[str, dict[str, str]]:
    """Return, by node, the digests of the user's files that stand for what nothing pins.

    Raises:
        FetchError: some of them are not there; all are named.
    """
    found: dict[str, dict[str, str]] = {}
    missing: list[Part] = []
    for node in nodes:
        parts = _parts(node.parameters, where) if node.operation == "file" else []
        for part in (part for part in parts if part.sha256 is None):
            path = stand_in(part, where.overrides)
            if path is None:
                missing.append(part)
            else:
                found.setdefault(node.address, {})[part.name] = sha256_file(path)
    if missing:
        raise absent(missing)
    return found


def _parts(parameters: dict[str, Any], where: Surroundings) -> list[Part]:
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
