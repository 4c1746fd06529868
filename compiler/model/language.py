"""Which version of the language a bundle says it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Span
from compiler.model.bundle import LANGUAGE
from compiler.syntax.document import ScalarNode, under

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.syntax.document import Document


def language_of(documents: Iterable[Document]) -> tuple[int, Span] | None:
    """Return the version and where it is said; None where no bundle says one that is a whole number."""
    for document in documents:
        found = under(document.root, "bundle", "language")
        if (
            isinstance(found, ScalarNode)
            and isinstance(found.value, int)
            and not isinstance(found.value, bool)
        ):
            return found.value, found.span
    return None


def another_language(documents: Iterable[Document], folder: str) -> Diagnostic | None:
    """Return the finding about a bundle of another language; then that is all there is to say of it."""
    found = language_of(documents)
    if found is None or found[0] == LANGUAGE or found[0] < 1:
        return None
    version, span = found
    if version > LANGUAGE:
        message = f"written for a newer specc: in language {version}, this one reads {LANGUAGE}"
        return Diagnostic("SPC109", message, span, "install a newer specc")
    message = f"written in language {version}, this specc reads {LANGUAGE}"
    return Diagnostic("SPC109", message, span, f"run `specc migrate {folder}`")
