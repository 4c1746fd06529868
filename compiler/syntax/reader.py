"""Reads one YAML text into a tree with spans, and reports everything wrong with it in one go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from compiler.diagnostics import Diagnostic, Span
from compiler.syntax.builder import Builder
from compiler.syntax.comments import suppressions
from compiler.syntax.document import Document

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 4 * 1024 * 1024
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONFLICT = re.compile(r"^(<{7} |={7}\r?$|>{7} )", re.MULTILINE)
# YAML's printable set, less the byte order mark and every line break that an editor does not count as one.
_UNPRINTABLE = re.compile(
    r"\r(?!\n)|[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_CUT = "check indentation, colons and quotes on this line and the one before"
_REMEDIES = (
    ("mapping values are not allowed", "quote a value that holds `: `"),
    ("did not find expected ',' or", "quote an expression that holds a comma, a colon, a bracket or quotes"),
    ("cannot start any token", "indent with spaces, and quote a value that begins with a sign"),
)


def refusal(path: Path, root: Path) -> tuple[str, str] | None:
    """Return why a file of the bundle in the resolved folder `root` is not read, and what to do about it."""
    try:
        leaves = not path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads to itself
        leaves = True
    if leaves:
        return "is a link that leaves the bundle", "put the file itself into the bundle"
    if not path.is_file():
        return "is not a file", "remove or rename it"
    return None


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a file, one more than is accepted at most."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def read_bytes(data: bytes, file: str) -> Document:
    """Read a file's bytes, which must be UTF-8 and not larger than 4 MiB."""
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes, the most that is read"
        return _unreadable(file, "SPC001", message, "split it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
        return _unreadable(file, "SPC001", message, "save the file as UTF-8", line)
    return read_text(text, file)


def read_text(text: str, file: str) -> Document:
    """Read YAML text. The tree is None when the text is not YAML at all."""
    if found := _UNPRINTABLE.search(text):
        message = f"the character U+{ord(found.group()):04X} may not stand in a spec"
        return _unreadable(file, "SPC001", message, "remove it", _line(text, found.start()))
    if found := _CONFLICT.search(text):
        line = _line(text, found.start())
        return _unreadable(file, "SPC002", "the file holds a merge conflict", "resolve the conflict", line)
    builder = Builder(file)
    try:
        # Events, one at a time: nothing is constructed, nothing recurs, a limit stops where it is passed.
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
            if builder.stopped:
                break
    except yaml.MarkedYAMLError as error:
        # What a broken text seemed to hold is not built upon.
        return Document(file, None, (*builder.diagnostics, _syntax_error(error, file, text)), text=text)
    root = builder.finish()
    return Document(file, root, tuple(builder.diagnostics), suppressions(text, file, root), text)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _syntax_error(error: yaml.MarkedYAMLError, file: str, text: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = error.problem or "the text is not YAML"
    context = f" {error.context}" if error.context else ""
    help_ = next((remedy for part, remedy in _REMEDIES if part in problem), _CUT)
    # The place may be the line after the last.
    at = text.split("\n")[mark.line : mark.line + 1] if mark is not None else []
    if mark is not None and at and at[0][mark.column : mark.column + 1] == "\t":
        help_ = "replace the tab by spaces"
    return Diagnostic("SPC002", f"{problem}{context}", Span(file, line, column, line, column + 1), help_)


def _unreadable(file: str, code: str, message: str, help_: str, line: int = 1) -> Document:
    return Document(file, None, (Diagnostic(code, message, Span(file, line, 1, line, 2), help_),))
