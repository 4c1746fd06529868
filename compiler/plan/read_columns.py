"""Which columns of files and tables a node reads, under the names that its expressions call them by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.plan.document import Node

_TABLES = ("file", "table", "factors")


def columns_read(node: Node) -> dict[str, tuple[str, str]]:
    """Return the node of the file and the column in it, by name; of two of one name the first counts."""
    found: dict[str, tuple[str, str]] = {}
    for role, name, column in _read(node):
        if role in node.inputs.artifacts:
            found.setdefault(name, (node.inputs.artifacts[role], column))
    return found


def _read(node: Node) -> Iterator[tuple[str, str, str]]:
    role = next((role for role in _TABLES if role in node.inputs.artifacts), "")
    for columns in _reads({name: value for name, value in node.parameters.items() if name != "join"}):
        yield from ((role, name, name) for name in columns)
    for join in node.parameters.get("join", ()):
        yield from ((f"join.{join['name']}", alias, column) for column, alias in join["as"].items())
    given = node.parameters["units"]["gives"] if "units" in node.inputs.artifacts else {}
    yield from (("units", name, what) for name, what in given.items())


def _reads(value: Any) -> Iterator[dict[str, str]]:  # noqa: ANN401 - parameters are any JSON
    """Yield every `read` in parameters, at whatever depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "read" and isinstance(inner, dict):
                yield inner
            else:
                yield from _reads(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _reads(inner)
