"""The bundle in a folder beside another: what it declares, read without building on what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from compiler.diagnostics import Diagnostic
from compiler.load import Entry, Reading, documents_of, inherited, unique
from compiler.model.language import another_language
from compiler.syntax.document import MapNode, under

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from compiler.diagnostics import Span
    from compiler.load import Read
    from compiler.syntax.document import Document
    from compiler.used import Key


class Beside(NamedTuple):
    """A bundle beside: its files, its definitions by kind and name, as written and with what they inherit."""

    name: str
    folder: Path
    documents: tuple[Document, ...]
    written: dict[Key, Entry]
    entries: dict[Key, Entry]
    reading: Reading


def place_of(folder: Path, name: str) -> Path:
    """Return the folder of that name beside a bundle's folder, as places name it."""
    above = folder / ".." if folder.name in {"", ".."} else folder.parent
    return above / name


def beside(folder: Path, name: str, span: Span, read: Read) -> Beside | Diagnostic:
    """Read the bundle of that name beside a bundle's folder, or say why it cannot be used."""
    other = place_of(folder, name)
    why = _no_folder(folder, other, name)
    if why is not None:
        return Diagnostic("SPC107", why, span, f"name a folder beside `{folder.resolve().name}`")
    reading = Reading()
    documents = tuple(documents_of(other, reading, read))
    if any(finding.code == "SPC105" for finding in reading.diagnostics):
        return Diagnostic("SPC107", f"the folder `{name}` holds no bundle", span, "name a folder with one")
    if (language := another_language(documents, other.as_posix())) is not None:
        return language
    if others := uses_of(documents):
        return Diagnostic("SPC107", *_chain(folder.resolve().name, name, others, span))
    written = unique(list(documents), reading)
    whole = inherited(written, reading)
    return Beside(name, other, documents, _by_key(written), _by_key(whole), reading)


def uses_of(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return the names that a bundle says it uses, in order or not."""
    used = [under(document.root, "bundle", "use") for document in documents]
    return tuple(name for use in used if isinstance(use, MapNode) for name in use.entries)


def _no_folder(folder: Path, other: Path, name: str) -> str | None:
    above, there = (folder / "..").resolve(), other.resolve()
    if not other.is_dir():
        return f"there is no folder `{name}` beside this bundle"
    if there == folder.resolve():
        return f"`{name}` is this bundle itself"
    # A link must not lead out: specs come from strangers, and nothing else may be read.
    if other.is_symlink() and there.parent != other.parent.resolve():
        return f"`{name}` is a link that leaves {above.name}"
    return None


def _chain(own: str, name: str, others: tuple[str, ...], span: Span) -> tuple[str, Span, str]:
    if own in others:
        return f"`{own}` and `{name}` use each other", span, "move what both use into a folder of its own"
    listed = ", ".join(f"`{other}`" for other in others)
    return f"`{name}` itself uses {listed}", span, f"use what is needed of {listed} directly"


def _by_key(entries: Iterable[Entry]) -> dict[Key, Entry]:
    return {(entry.kind, entry.name): entry for entry in entries}
