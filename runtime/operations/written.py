"""Findings that are on disk as soon as each is found, so that what ends a step takes none of them along."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Row = dict[str, Any]

FILE = "validated.jsonl"


class Written:
    """A file with a line a finding, in a folder that goes when the step is done.

    One finding that fails keeps no other from being made: its line says why.
    """

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.path = folder / FILE
        self._failed: list[NodeFailed] = []

    def each(self, kind: str, rules: Mapping[str, Row], find: Callable[[str, Row], Row]) -> dict[str, Row]:
        """Return what is found of each rule, but for those that fail; each is on disk before the next."""
        found: dict[str, Row] = {}
        for name, rule in rules.items():
            try:
                found[name] = find(name, rule)
                self._write({kind: name, **found[name]})
            except NodeFailed as error:
                self._failed.append(error)
                self._write({kind: name, "failed": error.message})
        return found

    def refuse_missing(self) -> None:
        """Raise the first failure, if there was one.

        Raises:
            NodeFailed: it is named, with how many more there were, and where all others are.
        """
        if self._failed:
            first, more = self._failed[0], len(self._failed) - 1
            rest = f" (and {more} more fail)" if more else ""
            remedy = f"{first.remedy}; what else was found is in {self.path}"
            raise NodeFailed(first.message + rest, remedy=remedy)

    def remove(self) -> None:
        """Remove the file: all of it is in the reports now."""
        shutil.rmtree(self.path.parent)

    def _write(self, line: Row) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n")
