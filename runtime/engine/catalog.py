"""Reader of the committed engine catalog; a line is parsed only when its variable is asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Facts:
    """What writing a variable needs to know: its entity, type and period, and the members of an enum."""

    name: str
    entity: str
    type: str  # float | int | bool | str | enum
    period: str  # year | month | day | eternity
    kind: str  # input | formula | adds
    values: tuple[str, ...] | None


@dataclass(frozen=True)
class Catalog:
    """The variables of one engine version. `lines` maps a name to its unparsed line."""

    engine: str
    version: str
    fields: tuple[str, ...]
    lines: Mapping[str, str]
    enums: Path

    def __contains__(self, name: str) -> bool:
        return name in self.lines

    def facts(self, name: str) -> Facts:
        """Return the facts of a variable.

        Raises:
            EngineError: the engine has no such variable; names near ones.
        """
        if name not in self.lines:
            near = ", ".join(f"`{close}`" for close in get_close_matches(name, self.lines, n=3))
            raise EngineError(
                f"{self.engine} {self.version} has no variable `{name}`",
                remedy=f"did you mean {near}?" if near else "declare it under `variables`, or drop it",
            )
        row = dict(zip(self.fields, json.loads(self.lines[name]), strict=True))
        values = row["values"]
        if isinstance(values, str):
            # Counties and the like: thousands of members, kept once in a file of their own.
            values = json.loads(self.enums.read_text(encoding="utf-8"))[values]
        members = None if values is None else tuple(values)
        return Facts(name, row["entity"], row["type"], row["period"], row["kind"], members)


def read_catalog(path: Path) -> Catalog:
    """Read the catalog written by `runtime.engine.snapshot.write_snapshot`; its enums file lies beside it."""
    header, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    facts = json.loads(header)
    by_name = {line[2 : line.index('"', 2)]: line for line in lines}
    enums = path.with_name(facts["enums_file"])
    return Catalog(facts["engine"], facts["version"], tuple(facts["fields"]), by_name, enums)
