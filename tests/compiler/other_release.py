"""The committed snapshot of the engine, with single facts changed as another release might have them."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from compiler.catalog.engine import SNAPSHOTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ENGINE = "policyengine_us"


def other_release(folder: Path, version: str, changes: Mapping[str, Mapping[str, Any] | None]) -> Path:
    """Write the snapshot into a folder with facts of some variables changed; None takes a variable away."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in (".jsonl", ".indices.json", ".enums.json"):
        shutil.copy(SNAPSHOTS / f"{ENGINE}{suffix}", folder)
    path = folder / f"{ENGINE}.jsonl"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    facts = json.loads(header)
    rows = [dict(zip(facts["fields"], json.loads(line), strict=True)) for line in lines]
    assert changes.keys() <= {row["name"] for row in rows}
    kept = [
        {**row, **(changes.get(row["name"]) or {})}
        for row in rows
        if changes.get(row["name"], {}) is not None
    ]
    documents = [{**facts, "version": version}, *(list(row.values()) for row in kept)]
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    return path
