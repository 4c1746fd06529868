"""Findings as people read them, made from the same records that `--format json` prints."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specc.render.columns import count, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from compiler.diagnostics import DiagnosticRecord

_COLOUR = {"error": "red", "warning": "yellow"}
_WIDEST = 120
_AHEAD = 40


class Sources:
    """The lines of the files that findings point into, each read once."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def line(self, file: str, number: int) -> str | None:
        """Return a line of a file, None where there is no such file or line."""
        if file not in self._lines:
            path = Path(file)
            text = path.read_bytes().decode(errors="replace") if path.is_file() else ""
            self._lines[file] = text.split("\n")
        lines = self._lines[file]
        return lines[number - 1].rstrip("\r") if number <= len(lines) and any(lines) else None


def findings_text(records: Sequence[DiagnosticRecord]) -> str:
    """Return every finding with the lines it is about, then how many there are and where to read on."""
    sources = Sources()
    blocks = ["\n".join(_block(record, sources)) for record in records]
    # What stops a build is asked about before what does not.
    codes = [record["code"] for record in sorted(records, key=lambda record: record["severity"] != "error")]
    more = [f"what it means: specc explain {codes[0]}"] if codes else []
    return "\n\n".join([*blocks, "\n".join([summary(records), *more])])


def summary(records: Sequence[DiagnosticRecord]) -> str:
    """Return the closing sentence."""
    if not records:
        return "no findings"
    kinds = [(kind, sum(r["severity"] == kind for r in records)) for kind in ("error", "warning")]
    return " and ".join(count(number, kind) for kind, number in kinds if number)


def clean(text: str) -> str:
    """Return a text that a terminal shows as it is: control characters and text direction marks are replaced.

    What a spec says is printed here, and a spec may come from anybody.
    """
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf") and c != "\t" else c for c in text)


def clean_lines(text: str) -> str:
    """Return a text of several lines as a terminal may show it."""
    return "\n".join(clean(line.removesuffix("\r")) for line in text.split("\n"))


def _block(record: DiagnosticRecord, sources: Sources) -> list[str]:
    colour = _COLOUR[record["severity"]]
    head = click.style(f"{record['severity']}[{record['code']}]", fg=colour, bold=True)
    number = str(record["line"])
    gutter = " " * len(number)
    lines = [f"{head}: {click.style(clean(record['message']), bold=True)}"]
    lines.append(f"{gutter}--> {clean(record['file'])}:{record['line']}:{record['column']}")
    source = sources.line(record["file"], record["line"])
    if source is not None:
        shown, caret = underline(source, record["column"], _end(record, source))
        marked = click.style(caret.lstrip(" "), fg=colour, bold=True)
        space = caret[: len(caret) - len(caret.lstrip(" "))]
        lines += [f"{gutter} |", f"{number} | {shown}", f"{gutter} | {space}{marked}"]
    return [*lines, *(f"{gutter} = {text}" for text in _remarks(record))]


def _end(record: DiagnosticRecord, source: str) -> int:
    """Return the column after the last one to underline; what goes on below ends with the line."""
    return record["end_column"] if record["end_line"] == record["line"] else len(source) + 1


def _remarks(record: DiagnosticRecord) -> Iterable[str]:
    if record["help"]:
        yield f"help: {clean(record['help'])}"
    if record["fix"]:
        yield f"fix: {clean(record['fix']['title'])} (specc lint --fix)"
    for place in record["related"]:
        message = clean(str(place["message"]))
        yield f"see {clean(str(place['file']))}:{place['line']}:{place['column']}: {message}"


def underline(source: str, column: int, end: int) -> tuple[str, str]:
    """Return a line, cut to what is worth seeing, and the carets under its columns [column, end), from 1."""
    first, last = column - 1, max(end - 1, column)
    start = max(0, first - _AHEAD) if width(source) > _WIDEST else 0
    head, body = (_flat(part) for part in (source[start:first], source[first:last]))
    tail = _flat(source[last:])
    before = "..." if start else ""
    room = max(_WIDEST - width(before + head + body), 0)
    after = tail if width(tail) <= room else tail[:room] + "..."
    return before + head + body + after, " " * width(before + head) + "^" * max(width(body), 1)


def _flat(text: str) -> str:
    return clean(text).replace("\t", " ")
