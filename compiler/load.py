"""Reads a bundle folder into a recipe. Everything wrong is collected; nothing outside the folder is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compiler.diagnostics import Diagnostic, Related, Span
from compiler.model.base import Spec
from compiler.model.bundle import Bundle
from compiler.model.errors import explain
from compiler.model.likeness import apply_like
from compiler.model.recipe import KINDS, Definition, Recipe
from compiler.suggest import did_you_mean
from compiler.syntax.document import Document, MapNode, Node, plain
from compiler.syntax.reader import MAX_BYTES, read_bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a bundle gives: the recipe when it could be read, the documents, the findings."""

    recipe: Recipe | None
    documents: tuple[Document, ...]
    diagnostics: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    name: str
    node: Node
    key: Span


def load(folder: Path) -> Loaded:
    """Read every `.yaml` file of a bundle folder."""
    documents, diagnostics = _documents(folder)
    entries = _entries(documents, diagnostics)
    apply = apply_like({e.name: (e.node, e.key) for e in entries if e.kind == "sources"}, diagnostics)
    recipe = _recipe([_Entry(e.kind, e.name, apply.get(e.name, e.node) if e.kind == "sources" else e.node, e.key)
                      for e in entries], folder, diagnostics)
    return Loaded(recipe, tuple(documents), diagnostics)


def _documents(folder: Path) -> tuple[list[Document], list[Diagnostic]]:
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    root = folder.resolve()
    for path in sorted(folder.glob("*.yaml")):
        shown = path.as_posix()
        if not path.resolve().is_relative_to(root):
            diagnostics.append(Diagnostic("SPC001", f"`{path.name}` is a link that leaves the bundle", Span(shown),
                                          "put the file itself into the bundle"))
            continue
        with path.open("rb") as file:
            document = read_bytes(file.read(MAX_BYTES + 1), shown)
        documents.append(document)
        diagnostics += document.diagnostics
    if not documents and not diagnostics:
        diagnostics.append(Diagnostic("SPC105", "the folder holds no .yaml file", Span(folder.as_posix()),
                                      "name the folder of a bundle, such as specs/us_open"))
    return documents, diagnostics


def _entries(documents: list[Document], diagnostics: list[Diagnostic]) -> list[_Entry]:
    seen: dict[tuple[str, str], Span] = {}
    entries: list[_Entry] = []
    for entry in (entry for document in documents for entry in _entries_of(document, diagnostics)):
        first = seen.setdefault((entry.kind, entry.name), entry.key)
        if first != entry.key:
            what = "a second bundle" if entry.kind == "bundle" else f"`{entry.name}` is declared twice in `{entry.kind}`"
            diagnostics.append(Diagnostic("SPC104", what, entry.key, "rename or remove one of the two",
                                          related=(Related(first, "first declared here"),)))
        else:
            entries.append(entry)
    return entries


def _entries_of(document: Document, diagnostics: list[Diagnostic]) -> list[_Entry]:
    root = document.root
    if root is None or (not isinstance(root, MapNode) and plain(root) is None):
        return []
    if not isinstance(root, MapNode):
        diagnostics.append(Diagnostic("SPC103", "a spec file is a mapping of kinds", root.span, "begin with a kind such as `sources:`"))
        return []
    entries: list[_Entry] = []
    for kind, node in root.entries.items():
        key = root.keys[kind]
        if kind == "bundle":
            entries.append(_Entry(kind, "bundle", node, key))
        elif kind not in KINDS:
            help_ = did_you_mean(kind, [*KINDS, "bundle"]) or "kinds: bundle, " + ", ".join(KINDS)
            diagnostics.append(Diagnostic("SPC106", f"unknown kind `{kind}`", key, help_))
        elif not isinstance(node, MapNode):
            diagnostics.append(Diagnostic("SPC103", f"`{kind}` is a mapping of names", key, "write a name and a colon below it"))
        else:
            entries += [_Entry(kind, name, child, node.keys[name]) for name, child in node.entries.items()]
    return entries


def _recipe(entries: list[_Entry], folder: Path, diagnostics: list[Diagnostic]) -> Recipe | None:
    definitions: dict[str, dict[str, Definition[Any]]] = {kind: {} for kind in KINDS}
    bundle: Definition[Bundle] | None = None
    for entry in entries:
        model = Bundle if entry.kind == "bundle" else KINDS[entry.kind]
        spec = _validated(model, entry, diagnostics)
        if isinstance(spec, Bundle):
            bundle = Definition("bundle", spec.name, spec, entry.node, entry.key)
        elif spec is not None:
            definitions[entry.kind][entry.name] = Definition(entry.kind, entry.name, spec, entry.node, entry.key)
    if bundle is None:
        if not any(entry.kind == "bundle" for entry in entries) and not diagnostics:
            diagnostics.append(Diagnostic("SPC105", "no file of the folder declares `bundle:`", Span(folder.as_posix()),
                                          "add a bundle with name, engine, period, seed and pipeline"))
        return None
    return Recipe(bundle, **definitions)


def _validated(model: type[Spec], entry: _Entry, diagnostics: list[Diagnostic]) -> Spec | None:
    try:
        return model.model_validate(plain(entry.node))
    except ValidationError as error:
        diagnostics += explain(error, model, entry.node, entry.key)
        return None
