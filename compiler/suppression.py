"""Applies `# specc: ignore[CODE] reason`: its reason is required, and an unused one is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.codes import MAY_BE_IGNORED
from compiler.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.syntax.document import Document, Suppression


def suppress(
    diagnostics: list[Diagnostic], documents: Iterable[Document], used: Iterable[Document] = ()
) -> list[Diagnostic]:
    """Return the findings that remain, and one for each suppression that is not in order.

    Suppressions of `used` bundles hold, but whether they are in order is said where those are linted.
    """
    kept = [d for d in diagnostics if not any(_is_covered(d, document) for document in used)]
    for document in documents:
        for suppression in document.suppressions:
            kept = _apply(suppression, document.file, kept)
    return kept


def _is_covered(diagnostic: Diagnostic, document: Document) -> bool:
    return any(
        _covers(suppression, document.file, diagnostic)
        and diagnostic.code in MAY_BE_IGNORED.intersection(suppression.codes)
        for suppression in document.suppressions
        if suppression.reason
    )


def _apply(suppression: Suppression, file: str, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    if not suppression.reason or not suppression.codes:
        what = "names no code" if not suppression.codes else "gives no reason"
        help_ = "write `# specc: ignore[CODE] reason`"
        return [*diagnostics, Diagnostic("SPC901", f"the suppression {what}", suppression.span, help_)]
    codes = set(suppression.codes) & MAY_BE_IGNORED
    covered = [d for d in diagnostics if _covers(suppression, file, d) and d.code in codes]
    rest = [d for d in diagnostics if d not in covered]
    for code in sorted(set(suppression.codes) - codes):
        message, help_ = f"{code} cannot be ignored", "correct what it says"
        rest.append(Diagnostic("SPC903", message, suppression.span, help_))
    # While there are errors, what the suppression is for may just not have been found yet.
    is_cut_short = any(d.severity is Severity.ERROR for d in rest)
    if (unused := sorted(codes - {d.code for d in covered})) and not is_cut_short:
        message = f"{', '.join(unused)} is not found on line {suppression.line}"
        rest.append(Diagnostic("SPC902", message, suppression.span, "remove the suppression"))
    return rest


def _covers(suppression: Suppression, file: str, diagnostic: Diagnostic) -> bool:
    return diagnostic.span.file == file and diagnostic.span.line == suppression.line
