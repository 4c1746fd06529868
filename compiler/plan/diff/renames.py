"""What looks like a rename that nobody has declared: a definition goes, and an equal one comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.plan.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.plan.document import Node, Plan

# The kinds whose nodes say all of a definition, by the first word of their addresses.
_KINDS = {"impute": "imputations", "source": "sources", "facts": "targets"}
# Made of the name of the definition.
_NAMED = frozenset({"donor_column"})


@dataclass(frozen=True, slots=True)
class Rename:
    """A definition that left, and one that came and is equal but for its name."""

    kind: str
    before: str
    after: str


def likely_renames(before: Plan, after: Plan) -> tuple[Rename, ...]:
    """Return what looks like a rename: one definition only that went, and one only that came, are equal."""
    old, new = _definitions(before), _definitions(after)
    gone = _by_content({key: said for key, said in old.items() if key not in new})
    came = _by_content({key: said for key, said in new.items() if key not in old})
    pairs = (
        (gone[said][0], came[said][0])
        for said in gone.keys() & came.keys()
        if len(gone[said]) == len(came[said]) == 1
    )
    return tuple(Rename(kind, name, now) for (kind, name), (_, now) in sorted(pairs))


def _definitions(plan: Plan) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return by kind and name what the nodes of a definition say and which files they read, less its name."""
    files = {node.address: digest(node.parameters) for node in plan.nodes if node.operation == "file"}
    found: dict[tuple[str, str], list[str]] = {}
    for node in plan.nodes:
        first, _, rest = node.address.partition(".")
        if first in _KINDS:
            name, _, part = rest.partition(".")
            found.setdefault((_KINDS[first], name), []).append(_said(node, part, files))
    return {key: tuple(sorted(said)) for key, said in found.items()}


def _said(node: Node, part: str, files: Mapping[str, str]) -> str:
    parameters: dict[str, Any] = {key: each for key, each in node.parameters.items() if key not in _NAMED}
    read = sorted(files[each] for each in node.inputs.artifacts.values() if each in files)
    return digest([part, node.operation, node.version, parameters, node.engine, read])


def _by_content(
    definitions: dict[tuple[str, str], tuple[str, ...]],
) -> dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]]:
    """Return the definitions of a kind that say the same, under what they say."""
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
    for key, said in definitions.items():
        found.setdefault((key[0], said), []).append(key)
    return found
