"""Findings as SARIF 2.1.0, which code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from compiler.rules import rule
from specc.render.github import from_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.diagnostics import DiagnosticRecord, EditRecord, FixRecord
    from compiler.rules import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
Json = dict[str, Any]


def sarif(records: Sequence[DiagnosticRecord]) -> str:
    """Return a SARIF log of one run: the rules that findings name, with their pages, and the findings."""
    codes = sorted({record["code"] for record in records})
    driver = {
        "name": "specc",
        "version": importlib.metadata.version("specc"),
        "rules": [_rule(rule(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        # Columns are counted in characters, not in the bytes or UTF-16 units that some tools count.
        "columnKind": "unicodeCodePoints",
        "results": [_result(record, codes) for record in records],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(found: Rule) -> Json:
    page = "\n\n".join(f"## {title}\n\n{text}" for title, text in found.sections.items())
    return {
        "id": found.code,
        "name": found.name,
        "shortDescription": {"text": found.summary},
        "fullDescription": {"text": " ".join(found.sections["What it does"].split())},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": found.severity.value},
    }


def _result(record: DiagnosticRecord, codes: Sequence[str]) -> Json:
    remedy = f"\n{record['help']}" if record["help"] else ""
    result: Json = {
        "ruleId": record["code"],
        "ruleIndex": codes.index(record["code"]),
        "level": record["severity"],
        "message": {"text": _plain(record["message"] + remedy)},
        "locations": [_location(record["file"], _region(record))],
    }
    if record["related"]:
        result["relatedLocations"] = [_related(number, each) for number, each in enumerate(record["related"])]
    if record["fix"]:
        result["fixes"] = [_fix(record["fix"])]
    return result


def _fix(fix: FixRecord) -> Json:
    files = dict.fromkeys(edit["file"] for edit in fix["edits"])
    changes = [
        {
            "artifactLocation": {"uri": _uri(file)},
            "replacements": [_replacement(edit) for edit in fix["edits"] if edit["file"] == file],
        }
        for file in files
    ]
    return {"description": {"text": _plain(fix["title"])}, "artifactChanges": changes}


def _replacement(edit: EditRecord) -> Json:
    return {"deletedRegion": _region(edit), "insertedContent": {"text": edit["text"]}}


def _region(record: DiagnosticRecord | EditRecord) -> dict[str, int]:
    start = {"startLine": record["line"], "startColumn": record["column"]}
    return {**start, "endLine": record["end_line"], "endColumn": record["end_column"]}


def _related(number: int, place: dict[str, str | int]) -> Json:
    region = {"startLine": int(place["line"]), "startColumn": int(place["column"])}
    message = {"text": _plain(str(place["message"]))}
    return {"id": number, **_location(str(place["file"]), region), "message": message}


def _location(file: str, region: dict[str, int]) -> Json:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": region}}


def _uri(file: str) -> str:
    """Return a relative path where it can be: code scanning takes those from the top of the repository."""
    path = from_here(file)
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path)


def _plain(text: str) -> str:
    """Return a message without links: SARIF reads `[text](target)` as one, whoever wrote it."""
    return text.replace("](", "] (")
