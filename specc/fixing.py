"""Applies the safe fixes of a bundle's findings, and of what is found then, until there is nothing to fix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.compilation import compile_bundle
from compiler.load import spec_files
from compiler.syntax.edits import applied
from compiler.syntax.reader import file_bytes, read_text
from specc.rewrite import Rewrite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.diagnostics import Diagnostic, Edit
    from compiler.syntax.document import Document

_MOST_PASSES = 20


@dataclass(frozen=True, slots=True)
class Fixed:
    """The files with their new texts, how many findings were fixed on the way, and what is left to say."""

    rewrites: list[Rewrite]
    count: int
    left: list[Diagnostic]


def fixed(folder: Path) -> Fixed:
    """Fix a bundle in memory; nothing is written.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    # What cannot be read as text is left alone, and reported.
    before = {document.file: document.text for document in _documents(folder) if document.text}
    now, count = dict(before), 0
    left = _found(folder, now)
    for _ in range(_MOST_PASSES):
        edits = {file: _harmless(now[file], these) for file, these in _edits(left, now).items()}
        if not any(edits.values()):
            break
        now |= {file: applied(now[file], these) for file, these in edits.items()}
        count += sum(map(len, edits.values()))
        left = _found(folder, now)
    rewrites = [Rewrite(Path(file), text, now[file]) for file, text in before.items() if now[file] != text]
    return Fixed(rewrites, count, left)


def _documents(folder: Path) -> Sequence[Document]:
    return spec_files(folder)[0] if folder.is_dir() else ()


def _found(folder: Path, texts: Mapping[str, str]) -> list[Diagnostic]:
    def read(path: Path) -> bytes:
        text = texts.get(path.as_posix())
        return file_bytes(path) if text is None else text.encode()

    return compile_bundle(folder, read=read).diagnostics


def _edits(found: Sequence[Diagnostic], texts: Mapping[str, str]) -> dict[str, list[Edit]]:
    """Return by file the edits that do not overlap: the first wins, the next pass has the rest."""
    chosen: dict[str, list[Edit]] = {}
    for edit in (edit for diagnostic in found if diagnostic.fix for edit in diagnostic.fix.edits):
        others = chosen.setdefault(edit.span.file, [])
        if edit.span.file in texts and not any(_overlap(edit, other) for other in others):
            others.append(edit)
    return {file: edits for file, edits in chosen.items() if edits}


def _overlap(one: Edit, other: Edit) -> bool:
    a, b = one.span, other.span
    begins_before = (a.line, a.column) < (b.end_line, b.end_column)
    return (begins_before and (b.line, b.column) < (a.end_line, a.end_column)) or a == b


def _harmless(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that leave the text as readable as it is: no fix is worth a mistake in the syntax."""
    faults = len(read_text(text, "").diagnostics)

    def leave_it_readable(these: Sequence[Edit]) -> bool:
        return len(read_text(applied(text, these), "").diagnostics) <= faults

    if leave_it_readable(edits):
        return list(edits)
    alone = [edit for edit in edits if leave_it_readable([edit])]
    return alone if leave_it_readable(alone) else alone[:1]
