"""Engine facts from the committed snapshot: one line a variable, parsed only when somebody asks for it."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SNAPSHOTS = Path(__file__).resolve().parents[2] / "schemas" / "engines"


class EngineVariable(NamedTuple):
    """What the engine says about one variable.

    `kind` is `input`, `formula` or `adds`; `uprating` is the index that the engine moves it by; `quantity` is
    `stock` or `flow`.
    """

    name: str
    entity: str
    type: str
    period: str
    unit: str | None
    kind: str
    quantity: str
    values: tuple[str, ...] | None = None
    components: tuple[str, ...] | None = None
    default: str | float | bool | None = None
    uprating: str | None = None
    label: str | None = None

    @property
    def computed(self) -> bool:
        """Whether the engine computes it, so that a dataset must not store it."""
        return self.kind != "input"

    @property
    def per(self) -> str | None:
        """The stretch of the year that a value in a frame is about: `year`, `month`, or None for no stretch.

        The engine spreads a year's flow evenly over its months and adds them up again. A stock, a truth value
        or a category of a month it takes for every month as it is.
        """
        if self.period == "eternity":
            return None
        return "month" if self.period == "month" and self.quantity == "stock" else "year"

    @property
    def spread(self) -> bool:
        """Whether it is an amount of a month that the engine makes of an amount of the year."""
        return self.period == "month" and self.quantity == "flow"


class EngineCatalog:
    """The variables of one engine release; `path` is the snapshot, what it names stands beside it."""

    def __init__(self, path: Path) -> None:
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        facts = json.loads(header)
        self.name: str = facts["engine"]
        self.version: str = facts["version"]
        self._fields: list[str] = facts["fields"]
        self._enums_file = path.with_name(facts["enums_file"])
        self._indices_file = path.with_name(facts["indices_file"])
        self._units: dict[str, str] = _units(path.with_suffix(".units.json"))
        self._lines = {line[2 : line.index('"', 2)]: line for line in lines if line}
        self._known: dict[str, EngineVariable] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def get(self, name: str) -> EngineVariable | None:
        """Return the facts of a variable, or None when the engine does not have it."""
        line = self._lines.get(name)
        if line is None:
            return None
        # Few of the thousands are asked for, and those many times.
        if name not in self._known:
            self._known[name] = self._parse(line)
        return self._known[name]

    def computes(self, name: str) -> bool:
        """Tell whether it is a variable that the engine computes."""
        variable = self.get(name)
        return variable is not None and variable.computed

    def without(self, names: Iterable[str]) -> Self:
        """Return the catalog as if it did not have these variables."""
        other, gone = copy.copy(self), frozenset(names)
        vars(other)["_lines"] = {name: line for name, line in self._lines.items() if name not in gone}
        return other

    def leaves(self, name: str) -> list[str]:
        """Return the inputs that a variable adds up, also through other sums, sorted.

        Those of formulas are unknown; an input has itself.
        """
        return sorted(self._leaves(name, set()))

    def _leaves(self, name: str, seen: set[str]) -> set[str]:
        variable = self.get(name)
        if variable is None or name in seen:
            return set()
        seen.add(name)
        if not variable.computed:
            return {name}
        return set().union(*(self._leaves(part, seen) for part in variable.components or ()))

    def _parse(self, line: str) -> EngineVariable:
        row = dict(zip(self._fields, json.loads(line), strict=True))
        values, components = row["values"], row["components"]
        return EngineVariable(
            row["name"], row["entity"], row["type"], row["period"], self._unit(row), row["kind"],
            row["quantity"],
            None if values is None else tuple(self._enum(values)),
            None if components is None else tuple(components),
            row["default"], row["uprating"], row["label"],
        )  # fmt: skip

    def _unit(self, row: dict[str, Any]) -> str | None:
        """Return the unit; the engine calls the sizes of some groups, and some truth values, money."""
        unit = row["unit"] if row["type"] == "float" or row["unit"] != "currency-USD" else None
        return self._units.get(row["name"], unit)

    def _enum(self, values: str | list[str]) -> list[str]:
        return self._enums[values] if isinstance(values, str) else values

    @functools.cached_property
    def _enums(self) -> dict[str, list[str]]:
        # Long enums are kept once, by name, in a file of their own that few bundles need.
        members: dict[str, list[str]] = json.loads(self._enums_file.read_text(encoding="utf-8"))
        return members

    @functools.cached_property
    def indices(self) -> dict[str, dict[int, float | None]]:
        """Every index that uprates some variable: its value by year, None where the engine has none."""
        document = json.loads(self._indices_file.read_text(encoding="utf-8"))
        years = document.pop("years")
        return {
            name: dict(zip(years, values, strict=True))
            for name, values in document.items()
            if isinstance(values, list)
        }


def _units(path: Path) -> dict[str, str]:
    units: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return units


def engines() -> list[str]:
    """Return the names of the engines there are snapshots of."""
    return sorted(path.stem for path in SNAPSHOTS.glob("*.jsonl"))


@functools.cache
def engine_catalog(name: str) -> EngineCatalog:
    """Return the committed snapshot of an engine.

    Raises:
        FileNotFoundError: there is no snapshot of that name; `engines()` lists those there are.
    """
    return EngineCatalog(SNAPSHOTS / f"{name}.jsonl")
