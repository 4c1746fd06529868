"""Reads a bundle folder into a recipe. Everything wrong is collected; nothing outside the folder is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from compiler.ahead import parse_expressions_of
from compiler.diagnostics import Diagnostic, Related, Span
from compiler.model.base import FORMS, NAME, Spec
from compiler.model.bundle import Bundle
from compiler.model.errors import explain
from compiler.model.language import another_language
from compiler.model.likeness import apply_like, likeness
from compiler.model.moves import Moved
from compiler.model.recipe import KINDS, SINGLE, Definition, Recipe
from compiler.suggest import did_you_mean
from compiler.syntax.document import Document, MapNode, Node, ScalarNode, SequenceNode, plain, under
from compiler.syntax.reader import file_bytes, read_bytes, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compiler.model.sources import Source

    Read = Callable[[Path], bytes]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a bundle gives: the recipe when it could be read, the documents, the findings."""

    recipe: Recipe | None
    documents: tuple[Document, ...]
    diagnostics: list[Diagnostic]
    # Also of a library, which has no recipe because it declares no bundle.
    sources: dict[str, Definition[Source]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One named thing as it is written. The node is None where what it inherits cannot be known."""

    kind: str
    name: str
    node: Node | None
    key: Span
    like: object = None


@dataclass(slots=True)
class Reading:
    """What has been found so far. `partial`: some file or kind could not be read, so names may be missing."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    partial: bool = False

    def say(self, code: str, message: str, span: Span, help_: str, *related: Related) -> None:
        """Record a finding."""
        self.diagnostics.append(Diagnostic(code, message, span, help_, related=related))


def spec_files(folder: Path) -> tuple[list[Document], list[Diagnostic]]:
    """Return the documents of a folder as text, whatever they mean, with what is wrong about them as text."""
    reading = Reading()
    return documents_of(folder, reading, file_bytes), reading.diagnostics


def load(folder: Path, read: Read = file_bytes) -> Loaded:
    """Read every `.yaml` file of a bundle folder; `read` gives the bytes of a file."""
    reading = Reading()
    documents = documents_of(folder, reading, read)
    if (other := another_language(documents, folder.as_posix())) is not None:
        return Loaded(None, tuple(documents), [*reading.diagnostics, other])
    entries = inherited(unique(documents, reading), reading)
    definitions: dict[str, dict[str, Definition[Any]]] = {kind: {} for kind in KINDS}
    recipe = _recipe(entries, definitions, folder, reading)
    return Loaded(recipe, tuple(documents), reading.diagnostics, definitions["sources"])


def documents_of(folder: Path, reading: Reading, read: Read) -> list[Document]:
    """Read every `.yaml` file of a folder."""
    documents: list[Document] = []
    root = folder.resolve()
    for path in sorted(folder.glob("*.yaml")):
        if refused := refusal(path, root):
            reading.say("SPC001", f"`{path.name}` {refused[0]}", Span(path.as_posix()), refused[1])
        else:
            documents.append(read_bytes(read(path), path.as_posix()))
            reading.diagnostics += documents[-1].diagnostics
            # While the next file is read, the expressions of this one are parsed.
            parse_expressions_of(documents[-1])
    # What is unreadable or was read past may have declared anything.
    reading.partial = any(d.code in {"SPC001", "SPC002", "SPC003"} for d in reading.diagnostics)
    if not documents and not reading.diagnostics:
        help_ = "name the folder of a bundle, such as specs/us_open"
        reading.say("SPC105", "the folder holds no .yaml file", Span(folder.as_posix()), help_)
    return documents


def unique(documents: list[Document], reading: Reading) -> list[Entry]:
    """Return what the documents declare, each name once; say which stand there twice."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in (entry for document in documents for entry in _entries_of(document, reading)):
        first = seen.setdefault((entry.kind, entry.name), entry)
        if first is not entry:
            is_single = entry.kind in SINGLE
            what = (
                f"a second {entry.kind}"
                if is_single
                else f"`{entry.name}` is declared twice in `{entry.kind}`"
            )
            related = Related(first.key, "first declared here")
            reading.say("SPC104", what, entry.key, "rename or remove one of the two", related)
    return list(seen.values())


def _entries_of(document: Document, reading: Reading) -> list[Entry]:
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


def _of_kind(kind: str, node: Node, key: Span, reading: Reading) -> list[Entry]:
    if kind in SINGLE:
        return [Entry(kind, kind, node, key)]
    if kind in KINDS and isinstance(node, MapNode):
        entries = [Entry(kind, name, child, node.keys[name]) for name, child in node.entries.items()]
        return [each for entry in entries for each in (entry, *_also(entry))]
    reading.partial = True
    if kind in KINDS:
        reading.say("SPC103", f"`{kind}` is a mapping of names", key, "write a name and a colon below it")
    else:
        help_ = did_you_mean(kind, [*KINDS, *SINGLE]) or "kinds: " + ", ".join([*SINGLE, *KINDS])
        reading.say("SPC106", f"unknown kind `{kind}`", key, help_)
    return []


def _also(entry: Entry) -> list[Entry]:
    """Return the further variables that an entry declares; each stands where its name does."""
    names = under(entry.node, "also") if entry.kind == "variables" else None
    items = names.items if isinstance(names, SequenceNode) else ()
    named = [item for item in items if isinstance(item, ScalarNode) and isinstance(item.value, str)]
    return [replace(entry, name=str(item.value), key=item.span) for item in named]


def inherited(entries: list[Entry], reading: Reading) -> list[Entry]:
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


def _recipe(
    entries: list[Entry], definitions: dict[str, dict[str, Definition[Any]]], folder: Path, reading: Reading
) -> Recipe | None:
    """Fill the definitions; return the recipe where there is a bundle."""
    broken: set[tuple[str, str]] = set()
    bundle: Definition[Bundle] | None = None
    moved: Definition[Moved] | None = None
    for entry in entries:
        spec = validated(entry, reading, is_like_a_broken_one=("sources", entry.like) in broken)
        if spec is None or entry.node is None:
            broken.add((entry.kind, entry.name))
        elif isinstance(spec, Bundle):
            bundle = Definition("bundle", spec.name, spec, entry.node, entry.key)
        elif isinstance(spec, Moved):
            moved = Definition("moved", "moved", spec, entry.node, entry.key)
        else:
            definitions[entry.kind][entry.name] = Definition(
                entry.kind, entry.name, spec, entry.node, entry.key
            )
    if bundle is not None:
        return Recipe(bundle, frozenset(broken), reading.partial, moved=moved, **definitions)
    if not any(entry.kind == "bundle" for entry in entries) and not reading.diagnostics:
        _say_no_bundle(folder, reading)
    return None


def _say_no_bundle(folder: Path, reading: Reading) -> None:
    message = "no file of the folder declares `bundle:`; what is declared is in order by itself"
    keys = "name, language, engine, period and pipeline"
    help_ = f"add a bundle with {keys}; a library is checked where it is used"
    reading.say("SPC105", message, Span(folder.as_posix()), help_)


def validated(entry: Entry, reading: Reading, *, is_like_a_broken_one: bool) -> Spec | None:
    """Return the model of an entry, None where it is not in order; say what is wrong with it."""
    if entry.node is None:
        return None
    if re.match(NAME, entry.name) is None:
        # Whoever refers to it had to write something else.
        reading.partial = True
        reading.say("SPC103", f"`{entry.name}` is not {FORMS[NAME]}", entry.key, f"write {FORMS[NAME]}")
        return None
    model = {**SINGLE, **KINDS}[entry.kind]
    try:
        return model.model_validate(plain(entry.node))
    except ValidationError as error:
        # What the reader has read past or objected to at the same place is one mistake, not two.
        said = {d.span for d in reading.diagnostics if d.code.startswith("SPC00")}
        found = [d for d in explain(error, model, entry.node, entry.key) if d.span not in said]
        if is_like_a_broken_one:
            found = [d for d in found if lies_in(d, entry.node)]
        if not any(lies_in(d, entry.node) for d in reading.diagnostics if d.code == "SPC003"):
            reading.diagnostics += found
        return None


def lies_in(diagnostic: Diagnostic, node: Node) -> bool:
    """Tell whether a finding is about something inside a node."""
    place, whole = diagnostic.span, node.span
    start, end = (whole.line, whole.column), (whole.end_line, whole.end_column)
    return place.file == whole.file and start <= (place.line, place.column) < end
