"""What past runs wrote down of their nodes: read from the manifests of a store or of published runs.

Only for prices and explanations, which nothing is built from: what cannot be read is passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compiler.plan import Estimate
from specc.runs import SIDECAR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from compiler.plan import Plan

ACTIONS = "actions"
# A manifest of many columns has some 40 kB; this many are read in a quarter of a second.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Record:
    """One node as it was once built. `took` is what it took then, `expected` what the model had said."""

    bundle: str
    address: str
    operation: str
    key: str
    document: dict[str, Any]
    contents: dict[str, str]
    finished: str
    took: Estimate | None
    expected: Estimate | None


def records(folders: Iterable[Path], most: int | None = _MOST) -> list[Record]:
    """Return what stores and published runs say, latest first; of a large store what was written last.

    `most` manifests are read at the most, None for all.
    """
    files = [file for folder in folders for file in _files(folder)]
    newest = sorted(files, key=_written, reverse=True)[:most]
    found = [record for file in newest for record in _record(file)]
    return sorted(found, key=lambda record: record.finished, reverse=True)


def records_of(plan: Plan, folders: Iterable[Path], most: int | None = _MOST) -> list[Record]:
    """Return the records of a plan's bundle, latest first, under the addresses that its nodes have."""
    moved = plan.moved_nodes
    return [
        replace(record, address=moved.get(record.address, record.address))
        for record in records(folders, most)
        if record.bundle == plan.bundle
    ]


def _files(folder: Path) -> list[Path]:
    return [*(folder / ACTIONS).glob("*.json"), *folder.glob(f"*{SIDECAR}"), *folder.glob(f"*/*{SIDECAR}")]


def _written(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:  # collected since it was listed
        return 0


def _record(file: Path) -> Iterator[Record]:
    try:
        manifest = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return
    match manifest:
        case {
            "subject": [*subjects],
            "predicate": {
                "buildDefinition": {
                    "externalParameters": {"bundle": str(bundle)},
                    "internalParameters": {
                        "address": str(address),
                        "key": str(key),
                        "keyDocument": {"operation": str(operation), **document},
                    },
                },
                "runDetails": {"metadata": {"finishedOn": str(finished), "x-specc": {**measured}}},
            },
        }:
            whole: dict[str, Any] = {"operation": operation, **{str(k): v for k, v in document.items()}}
            took, expected = _took(measured), _expected(measured.get("expected"))
            contents = dict(_content(subject) for subject in subjects)
            yield Record(bundle, address, operation, key, whole, contents, finished, took, expected)


def _content(subject: object) -> tuple[str, str]:
    match subject:
        case {"name": str(name), "annotations": {"content": str(content)}}:
            return name, content
    return "", ""


def _took(measured: object) -> Estimate | None:
    match measured:
        case {"wallSeconds": int() | float() as seconds, "peakBytes": int(memory)}:
            return Estimate(seconds, memory, "measured")
    return None


def _expected(said: object) -> Estimate | None:
    match said:
        case {"seconds": int() | float() as seconds, "bytes": int(memory)}:
            return Estimate(seconds, memory)
    return None
