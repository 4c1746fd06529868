"""Reads a bundle folder into a recipe. Everything wrong is collected; nothing outside the folder is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from compiler.diagnostics import Diagnostic, Related, Span
from compiler.model.base import FORMS, NAME, Spec
from compiler.model.bundle import Bundle
from compiler.model.errors import explain
from compiler.model.likeness import apply_like, likeness
from compiler.model.recipe import KINDS, Definition, Recipe
from compiler.suggest import did_you_mean
from compiler.syntax.document import Document, MapNode, Node, plain
from compiler.syntax.reader import MAX_BYTES, read_bytes

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a bundle gives: the recipe when it could be read, the documents, the findings."""

    recipe: Recipe | None
    documents: tuple[Document, ...]
    diagnostics: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One named thing as it is written. The node is None where what it inherits cannot be known."""

    kind: str
    name: str
    node: Node | None
    key: Span
    like: object = None


@dataclass(slots=True)
class _Reading:
    """What has been found so far. `partial`: some file or kind could not be read, so names may be missing."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    partial: bool = False

    def say(self, code: str, message: str, span: Span, help_: str, *related: Related) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, help_, related=related))


def load(folder: Path) -> Loaded:
    """Read every `.yaml` file of a bundle folder."""
    reading = _Reading()
    documents = _documents(folder, reading)
    entries = _inherited(_unique(documents, reading), reading)
    return Loaded(_recipe(entries, folder, reading), tuple(documents), reading.diagnostics)


def _documents(folder: Path, reading: _Reading) -> list[Document]:
    documents: list[Document] = []
    root = folder.resolve()
    for path in sorted(folder.glob("*.yaml")):
        place = Span(path.as_posix())
        if not path.resolve().is_relative_to(root):
            help_ = "put the file itself into the bundle"
            reading.say("SPC001", f"`{path.name}` is a link that leaves the bundle", place, help_)
        elif not path.is_file():
            reading.say("SPC001", f"`{path.name}` is not a file", place, "remove or rename it")
        else:
            with path.open("rb") as file:
                documents.append(read_bytes(file.read(MAX_BYTES + 1), path.as_posix()))
            reading.diagnostics += documents[-1].diagnostics
    # What is unreadable or was read past may have declared anything.
    reading.partial = any(d.code in {"SPC001", "SPC002", "SPC003"} for d in reading.diagnostics)
    if not documents and not reading.diagnostics:
        help_ = "name the folder of a bundle, such as specs/us_open"
        reading.say("SPC105", "the folder holds no .yaml file", Span(folder.as_posix()), help_)
    return documents


def _unique(documents: list[Document], reading: _Reading) -> list[_Entry]:
    seen: dict[tuple[str, str], _Entry] = {}
    for entry in (entry for document in documents for entry in _entries_of(document, reading)):
        first = seen.setdefault((entry.kind, entry.name), entry)
        if first is not entry:
            is_bundle = entry.kind == "bundle"
            what = "a second bundle" if is_bundle else f"`{entry.name}` is declared twice in `{entry.kind}`"
            related = Related(first.key, "first declared here")
            reading.say("SPC104", what, entry.key, "rename or remove one of the two", related)
    return list(seen.values())


def _entries_of(document: Document, reading: _Reading) -> list[_Entry]:
    root = document.root
    if root is None or (not isinstance(root, MapNode) and plain(root) is None):
        return []
    if not isinstance(root, MapNode):
        reading.partial = True
        reading.say(
            "SPC103", "a spec file is a mapping of kinds", root.span, "begin with a kind, as `sources:`"
        )
        return []
    return [
        entry
        for kind, node in root.entries.items()
        for entry in _of_kind(kind, node, root.keys[kind], reading)
    ]


def _of_kind(kind: str, node: Node, key: Span, reading: _Reading) -> list[_Entry]:
    if kind == "bundle":
        return [_Entry(kind, "bundle", node, key)]
    if kind in KINDS and isinstance(node, MapNode):
        return [_Entry(kind, name, child, node.keys[name]) for name, child in node.entries.items()]
    reading.partial = True
    if kind in KINDS:
        reading.say("SPC103", f"`{kind}` is a mapping of names", key, "write a name and a colon below it")
    else:
        help_ = did_you_mean(kind, [*KINDS, "bundle"]) or "kinds: bundle, " + ", ".join(KINDS)
        reading.say("SPC106", f"unknown kind `{kind}`", key, help_)
    return []


def _inherited(entries: list[_Entry], reading: _Reading) -> list[_Entry]:
    """Return the entries with what sources inherit, those that others are like first."""
    sources = {e.name: e.node for e in entries if e.kind == "sources" and e.node is not None}
    merged = apply_like(sources, reading.diagnostics)
    complete, inheriting = [], []
    for entry in entries:
        if entry.kind != "sources" or merged[entry.name] is entry.node:
            complete.append(entry)
        else:
            inheriting.append(replace(entry, node=merged[entry.name], like=likeness(entry.node)))
    return complete + inheriting


def _recipe(entries: list[_Entry], folder: Path, reading: _Reading) -> Recipe | None:
    definitions: dict[str, dict[str, Definition[Any]]] = {kind: {} for kind in KINDS}
    broken: set[tuple[str, str]] = set()
    bundle: Definition[Bundle] | None = None
    for entry in entries:
        spec = _validated(entry, reading, is_like_a_broken_one=("sources", entry.like) in broken)
        if spec is None or entry.node is None:
            broken.add((entry.kind, entry.name))
        elif isinstance(spec, Bundle):
            bundle = Definition("bundle", spec.name, spec, entry.node, entry.key)
        else:
            definitions[entry.kind][entry.name] = Definition(
                entry.kind, entry.name, spec, entry.node, entry.key
            )
    if bundle is not None:
        return Recipe(bundle, frozenset(broken), reading.partial, **definitions)
    if not any(entry.kind == "bundle" for entry in entries) and not reading.diagnostics:
        help_ = "add a bundle with name, language, engine, period and pipeline"
        reading.say("SPC105", "no file of the folder declares `bundle:`", Span(folder.as_posix()), help_)
    return None


def _validated(entry: _Entry, reading: _Reading, *, is_like_a_broken_one: bool) -> Spec | None:
    if entry.node is None:
        return None
    if re.match(NAME, entry.name) is None:
        # Whoever refers to it had to write something else.
        reading.partial = True
        reading.say("SPC103", f"`{entry.name}` is not {FORMS[NAME]}", entry.key, f"write {FORMS[NAME]}")
        return None
    model = Bundle if entry.kind == "bundle" else KINDS[entry.kind]
    try:
        return model.model_validate(plain(entry.node))
    except ValidationError as error:
        # What the reader has read past or objected to at the same place is one mistake, not two.
        said = {d.span for d in reading.diagnostics if d.code.startswith("SPC00")}
        found = [d for d in explain(error, model, entry.node, entry.key) if d.span not in said]
        if is_like_a_broken_one:
            found = [d for d in found if _lies_in(d, entry.node)]
        if not any(_lies_in(d, entry.node) for d in reading.diagnostics if d.code == "SPC003"):
            reading.diagnostics += found
        return None


def _lies_in(diagnostic: Diagnostic, node: Node) -> bool:
    place, whole = diagnostic.span, node.span
    start, end = (whole.line, whole.column), (whole.end_line, whole.end_column)
    return place.file == whole.file and start <= (place.line, place.column) < end
