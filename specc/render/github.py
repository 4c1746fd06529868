"""Findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.diagnostics import DiagnosticRecord


def annotation(record: DiagnosticRecord) -> str:
    """Return the workflow command of a finding, on one line."""
    properties = {
        "file": _from_here(record["file"]),
        "line": str(record["line"]),
        "col": str(record["column"]),
        "endLine": str(record["end_line"]),
        "endColumn": str(record["end_column"]),
        "title": record["code"],
    }
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    help_ = f"\nhelp: {record['help']}" if record["help"] else ""
    return f"::{record['severity']} {listed}::{escape_message(record['message'] + help_)}"


def escape_message(text: str) -> str:
    """Escape what would end a workflow command, as the runner's own toolkit does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a property: what a message escapes, and what separates properties."""
    return escape_message(text).replace(":", "%3A").replace(",", "%2C")


def _from_here(file: str) -> str:
    """Return a path relative to the working folder, as annotations need it, where it lies inside."""
    path, here = Path(file), Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        return Path(os.path.relpath(path, here)).as_posix()
    return file
