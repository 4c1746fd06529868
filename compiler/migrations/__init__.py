"""Brings the text of a bundle from an older language to today's: a table of migrations, one a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Edit
from compiler.migrations.geography import to_2
from compiler.model.bundle import LANGUAGE
from compiler.model.language import language_of
from compiler.syntax.edits import applied
from compiler.syntax.reader import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.syntax.document import Document

# The language that a migration starts from, and the edits that lead to the next one.
MIGRATIONS: dict[int, Callable[[Document], list[Edit]]] = {1: to_2}
OLDEST = min(MIGRATIONS)


def migrated(documents: tuple[Document, ...]) -> dict[str, str]:
    """Return the new text of every file that changes, by file.

    A folder that names no version is a library, which may be of any: every migration looks at it. One that
    finds nothing to do touches nothing.
    """
    found = language_of(documents)
    version, now = OLDEST if found is None else max(found[0], OLDEST), documents
    while version < LANGUAGE:
        now = tuple(_next(document, version) for document in now)
        version += 1
    return {new.file: new.text for old, new in zip(documents, now, strict=True) if new.text != old.text}


def _next(document: Document, version: int) -> Document:
    edits = MIGRATIONS[version](document)
    language = language_of((document,))
    if language is not None:
        edits.append(Edit(language[1], str(version + 1)))
    return read_text(applied(document.text, edits), document.file) if edits else document
