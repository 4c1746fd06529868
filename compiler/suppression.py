"""Applies `# specc: ignore[CODE] reason`: its reason is required, and an unused one is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.syntax.document import Document, Suppression


def suppress(diagnostics: list[Diagnostic], documents: Iterable[Document]) -> list[Diagnostic]:
    """Return the findings that remain, and one for each suppression that is not in order."""
    kept = list(diagnostics)
    for document in documents:
        for suppression in document.suppressions:
            kept = _apply(suppression, document.file, kept)
    return kept


def _apply(suppression: Suppression, file: str, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    if not suppression.reason or not suppression.codes:
        what = "names no code" if not suppression.codes else "gives no reason"
        return [
            *diagnostics,
            Diagnostic(
                "SPC901", f"the suppression {what}", suppression.span, "write `# specc: ignore[CODE] reason`"
            ),
        ]
    covered = [
        d
        for d in diagnostics
        if d.span.file == file and d.span.line == suppression.line and d.code in suppression.codes
    ]
    unused = sorted(set(suppression.codes) - {d.code for d in covered})
    rest = [d for d in diagnostics if d not in covered]
    if unused:
        rest.append(
            Diagnostic(
                "SPC902",
                f"{', '.join(unused)} is not found on line {suppression.line}",
                suppression.span,
                "remove the suppression",
            )
        )
    return rest
