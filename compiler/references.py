"""Reference files: lists of names in sub-folders of the bundle, read only where a spec names them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from compiler.beside import place_of
from compiler.diagnostics import Diagnostic, Span
from compiler.model.base import LAYOUT, REFERENCE
from compiler.model.errors import explain
from compiler.model.recipe import Definition, reference_key
from compiler.model.references import ReferenceList
from compiler.suggest import did_you_mean
from compiler.syntax.document import MapNode, Node, ScalarNode, SequenceNode, children, plain, under
from compiler.syntax.reader import file_bytes, read_bytes, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.load import Read
    from compiler.model.recipe import Recipe
    from compiler.syntax.document import Document

_MAY_NAME = re.compile(rb"/[A-Za-z0-9_.-]+\.yaml|\blayout:")
_REMEDY = "write a list of names, or a mapping with `names:`"


@dataclass(slots=True)
class References:
    """The lists that could be read, by path; the paths that are named; the documents; the findings."""

    lists: dict[str, Definition[ReferenceList]] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    documents: list[Document] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def references_of(folder: Path) -> tuple[str, ...]:
    """Return the paths of lists and layouts that a folder's specs name, whatever else is wrong there."""
    read = {path: file_bytes(path) for path in sorted(folder.glob("*.yaml")) if path.is_file()}
    # Most files name none, and need not be read as YAML to say so.
    roots = [read_bytes(b, p.as_posix()).root for p, b in read.items() if _MAY_NAME.search(b)]
    kinds = (("surfaces", ("reference",)), ("exports", ("require", "prohibit")))
    named = [
        under(definition, key)
        for root in roots
        for kind, keys in kinds
        for definition in _entries(root, kind)
        for key in keys
    ]
    named += [under(table, "layout") for root in roots for table in _tables(root)]
    paths = {node.value for node in named if isinstance(node, ScalarNode) and isinstance(node.value, str)}
    return tuple(sorted(path for path in paths if re.match(REFERENCE, path) or re.match(LAYOUT, path)))


def _tables(root: Node | None) -> list[Node]:
    """Return the sources and what is joined to them."""
    return [table for s in _entries(root, "sources") for table in (s, *_entries(s, "join"))]


def _entries(node: Node | None, key: str) -> list[Node]:
    """Return what stands under a key, entry by entry."""
    found = under(node, key)
    return [] if found is None else [entry for _, entry in children(found)]


def read_references(recipe: Recipe, folder: Path, read: Read) -> References:
    """Read every reference file that a surface or an export names."""
    named = _named(recipe, folder)
    found = References(named=tuple(sorted(named)))
    for key, (place, base, path) in sorted(named.items()):
        definition = _read(base, path, place, read, found)
        if definition is not None:
            found.lists[key] = definition
    return found


def with_references(recipe: Recipe, references: References) -> Recipe:
    """Return the recipe with its lists, less the surfaces that hold the rest of an unreadable one."""
    missing = {key for key in references.named if key not in references.lists}
    unknown = {
        n for n, s in recipe.surfaces.items() if s.spec.include == "rest" and reference_key(s) in missing
    }
    broken = recipe.broken | {("references", path) for path in missing} | {("surfaces", n) for n in unknown}
    surfaces = {name: surface for name, surface in recipe.surfaces.items() if name not in unknown}
    return replace(recipe, broken=frozenset(broken), surfaces=surfaces, references=references.lists)


def _named(recipe: Recipe, folder: Path) -> dict[str, tuple[Span, Path, str]]:
    """Return, by what a recipe keeps a list under, the first place that names it, the folder and the path."""
    named: dict[str, tuple[Span, Path, str]] = {}
    for surface in recipe.surfaces.values():
        if surface.spec.reference is not None:
            base = place_of(folder, surface.bundle) if surface.bundle else folder
            named.setdefault(reference_key(surface), (surface.at("reference"), base, surface.spec.reference))
    for export in recipe.exports.values():
        for key, listed in (("require", export.spec.require), ("prohibit", export.spec.prohibit)):
            if isinstance(listed, str):
                named.setdefault(listed, (export.at(key), folder, listed))
    return named


def _read(
    folder: Path, path: str, place: Span, read: Read, found: References
) -> Definition[ReferenceList] | None:
    file = folder / path
    if refused := refusal(file, folder.resolve()):
        why, help_ = refused if file.exists() else ("is not there", _nearby(folder, path))
        found.diagnostics.append(Diagnostic("SPC512", f"`{path}` {why}", place, help_))
        return None
    document = read_bytes(read(file), file.as_posix())
    found.documents.append(document)
    found.diagnostics += document.diagnostics
    if document.root is None or document.diagnostics:
        # What the reader objects to has been said, with its place.
        if not document.diagnostics:
            found.diagnostics.append(Diagnostic("SPC512", f"`{path}` is empty", place, _REMEDY))
        return None
    return _validated(path, _as_mapping(document.root), Span(file.as_posix()), found)


def _nearby(folder: Path, path: str) -> str:
    # Links are not followed: nothing outside the bundle is looked at.
    there = [other for other in folder.glob("*/*.yaml") if not other.parent.is_symlink()]
    known = [other.relative_to(folder).as_posix() for other in there]
    return did_you_mean(path, known) or "put the list there, in the bundle"


def _as_mapping(root: Node) -> Node:
    if isinstance(root, SequenceNode):
        return MapNode({"names": root}, {"names": root.span}, root.span)
    return root


def _validated(path: str, node: Node, key: Span, found: References) -> Definition[ReferenceList] | None:
    if not isinstance(node, MapNode):
        found.diagnostics.append(Diagnostic("SPC512", f"`{path}` holds no list of names", node.span, _REMEDY))
        return None
    try:
        spec = ReferenceList.model_validate(plain(node))
    except ValidationError as error:
        found.diagnostics += explain(error, ReferenceList, node, key)
        return None
    return Definition("references", path, spec, node, key)
