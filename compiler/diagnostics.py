"""What the compiler has to say: one type for every finding, rendered by everybody from the same fields."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict


class Severity(enum.StrEnum):
    """How much a finding weighs. Only errors stop a build."""

    ERROR = "error"
    WARNING = "warning"


class Span(NamedTuple):
    """A stretch of a file. Lines and columns count from 1, in characters; the end column is exclusive.

    A tuple: a bundle has tens of thousands, and a frozen dataclass takes three times as long to make.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Related(NamedTuple):
    """A second place that a finding is about, with what is to be seen there."""

    span: Span
    message: str


class Edit(NamedTuple):
    """A stretch of a file and what stands there afterwards; what is around it stays as it is to the byte."""

    span: Span
    text: str


class Fix(NamedTuple):
    """How a finding is mended without changing what the rest of the spec means: in words and as edits."""

    title: str
    edits: tuple[Edit, ...]


class EditRecord(TypedDict):
    """An edit as JSON prints it. The end column is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class FixRecord(TypedDict):
    """A fix as JSON prints it."""

    title: str
    edits: list[EditRecord]


class DiagnosticRecord(TypedDict):
    """A finding as `specc lint --format json` prints it."""

    code: str
    severity: str
    message: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    help: str | None
    related: list[dict[str, str | int]]
    fix: FixRecord | None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: culprit and value in the message, the place in the span, the remedy in the help."""

    code: str
    message: str
    span: Span
    help: str | None = None
    severity: Severity = Severity.ERROR
    related: tuple[Related, ...] = field(default=())
    fix: Fix | None = None

    def record(self) -> DiagnosticRecord:
        """Return the finding as plain JSON values."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "file": self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "end_line": self.span.end_line,
            "end_column": self.span.end_column,
            "help": self.help,
            "related": [
                {"file": r.span.file, "line": r.span.line, "column": r.span.column, "message": r.message}
                for r in self.related
            ],
            "fix": None if self.fix is None else _fix_record(self.fix),
        }


def _fix_record(fix: Fix) -> FixRecord:
    return {"title": fix.title, "edits": [_edit_record(edit) for edit in fix.edits]}


def _edit_record(edit: Edit) -> EditRecord:
    span = edit.span
    return {
        "file": span.file, "line": span.line, "column": span.column,
        "end_line": span.end_line, "end_column": span.end_column, "text": edit.text,
    }  # fmt: skip


def in_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return the findings sorted by place, each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda d: (d.span, d.code, d.message))


def has_errors(diagnostics: list[Diagnostic]) -> bool:
    """Tell whether any finding stops a build."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
