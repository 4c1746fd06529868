"""Reference files: lists of names in sub-folders of the bundle, read only where a spec names them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from compiler.diagnostics import Diagnostic, Span
from compiler.model.errors import explain
from compiler.model.recipe import Definition
from compiler.model.references import ReferenceList
from compiler.suggest import did_you_mean
from compiler.syntax.document import MapNode, Node, SequenceNode, plain
from compiler.syntax.reader import read_file, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.model.recipe import Recipe
    from compiler.syntax.document import Document

_REMEDY = "write a list of names, or a mapping with `names:`"


@dataclass(slots=True)
class References:
    """The lists that could be read, by path; the paths that are named; the documents; the findings."""

    lists: dict[str, Definition[ReferenceList]] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    documents: list[Document] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def read_references(folder: Path, recipe: Recipe) -> References:
    """Read every reference file that a surface or an export names."""
    named = _named(recipe)
    found = References(named=tuple(sorted(named)))
    for path, place in sorted(named.items()):
        definition = _read(folder, path, place, found)
        if definition is not None:
            found.lists[path] = definition
    return found


def with_references(recipe: Recipe, references: References) -> Recipe:
    """Return the recipe with its lists, less the surfaces that hold the rest of an unreadable one."""
    missing = {path for path in references.named if path not in references.lists}
    unknown = {
        n for n, s in recipe.surfaces.items() if s.spec.include == "rest" and s.spec.reference in missing
    }
    broken = recipe.broken | {("references", path) for path in missing} | {("surfaces", n) for n in unknown}
    surfaces = {name: surface for name, surface in recipe.surfaces.items() if name not in unknown}
    return replace(recipe, broken=frozenset(broken), surfaces=surfaces, references=references.lists)


def _named(recipe: Recipe) -> dict[str, Span]:
    """Return each path with the first place that names it."""
    named: dict[str, Span] = {}
    for surface in recipe.surfaces.values():
        if surface.spec.reference is not None:
            named.setdefault(surface.spec.reference, surface.at("reference"))
    for export in recipe.exports.values():
        for key, listed in (("require", export.spec.require), ("prohibit", export.spec.prohibit)):
            if isinstance(listed, str):
                named.setdefault(listed, export.at(key))
    return named


def _read(folder: Path, path: str, place: Span, found: References) -> Definition[ReferenceList] | None:
    file = folder / path
    if refused := refusal(file, folder.resolve()):
        why, help_ = refused if file.exists() else ("is not there", _nearby(folder, path))
        found.diagnostics.append(Diagnostic("SPC512", f"`{path}` {why}", place, help_))
        return None
    document = read_file(file)
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
