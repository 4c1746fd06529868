"""The committed catalog of the engine: one line a variable, so that lint never imports the engine.

Three files, all with deterministic bytes:

- `policyengine_us.jsonl`: a header object, then one compact array a variable, sorted by name, its elements in
  the order of the header's `fields`. The name comes first, so a reader can index lines without parsing them.
- `policyengine_us.indices.json`: yearly values of every parameter that uprates some variable.
- `policyengine_us.enums.json`: member names of the enumerations too long to repeat on a line (counties).
"""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING

from runtime.durable import write_atomically
from runtime.engine.installed import (
    ENGINE,
    EngineEntity,
    EngineSystem,
    EngineVariable,
    installed_version,
    load_system,
    parameter_reader,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORMAT = 1
FIELDS = (
    "name",
    "entity",
    "type",
    "period",
    "unit",
    "quantity",  # stock | flow: how the engine moves between a month and a year
    "kind",  # input | formula | adds
    "default",
    "values",  # member names; or, for a long enumeration, its key in the enums file
    "uprating",
    "components",  # names added or subtracted; null where there are none or a parameter lists them
    "subtracts",  # those of the components that are subtracted
    "label",
)
YEARS = range(2010, 2036)
LONG_ENUM = 100
_TYPES = {float: "float", int: "int", bool: "bool", str: "str"}

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def write_snapshot(path: Path) -> None:
    """Import the installed engine and write its catalog to `path` and the two files beside it.

    `path` ends in `.jsonl`; the siblings end in `.indices.json` and `.enums.json`. The same engine version
    gives the same bytes.
    """
    system = load_system()
    variables = [system.variables[name] for name in sorted(system.variables)]
    lines: list[Json] = [_header(system, path.stem), *(_row(variable) for variable in variables)]
    write_atomically(path, "".join(_compact(line) + "\n" for line in lines).encode())
    write_atomically(path.with_suffix(".indices.json"), _indented(_indices(system, variables)))
    write_atomically(path.with_suffix(".enums.json"), _indented(_long_enums(variables)))


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _indented(value: dict[str, Json]) -> bytes:
    """One line a key: small in a diff, small on disk."""
    body = ",\n".join(f"{json.dumps(key)}: {_compact(item)}" for key, item in value.items())
    return f"{{\n{body}\n}}\n".encode()


def _header(system: EngineSystem, stem: str) -> Json:
    entities = sorted([system.person_entity, *system.group_entities], key=lambda entity: entity.key)
    return {
        "engine": ENGINE,
        "version": installed_version(),
        "format": FORMAT,
        "fields": list(FIELDS),
        "entities": {entity.key: _entity(entity) for entity in entities},
        "indices_file": f"{stem}.indices.json",
        "enums_file": f"{stem}.enums.json",
    }


def _entity(entity: EngineEntity) -> Json:
    membership = None if entity.is_person else f"person_{entity.key}_id"
    return {
        "plural": entity.plural,
        "is_person": entity.is_person,
        "id": f"{entity.key}_id",
        "membership": membership,
    }


def _row(variable: EngineVariable) -> Json:
    return [
        variable.name,
        variable.entity.key,
        _type(variable),
        variable.definition_period,
        variable.unit,
        variable.quantity_type,
        _kind(variable),
        _default(variable),
        _values(variable),
        variable.uprating,
        _components(variable),
        _names(variable.subtracts),
        variable.label,
    ]


def _type(variable: EngineVariable) -> str:
    return "enum" if issubclass(variable.value_type, Enum) else _TYPES[variable.value_type]


def _kind(variable: EngineVariable) -> str:
    if variable.formulas:
        return "formula"
    return "input" if variable.adds is None and variable.subtracts is None else "adds"


def _default(variable: EngineVariable) -> Json:
    default = variable.default_value
    if isinstance(default, Enum):
        return default.name
    # The engine writes `0` for a float's default; the catalog keeps the type.
    return _plain(variable.value_type(default))


def _plain(value: object) -> Json:
    if isinstance(value, (bool, int, float, str)):
        return value
    message = f"a default of type {type(value).__name__} has no place in the catalog: {value!r}"
    raise TypeError(message)


def _values(variable: EngineVariable) -> Json:
    if _type(variable) != "enum":
        return None
    names = _members(variable)
    return variable.possible_values.__name__ if len(names) > LONG_ENUM else [*names]


def _members(variable: EngineVariable) -> list[str]:
    return [member.name for member in variable.possible_values]


def _names(names: list[str] | str | None) -> Json:
    return [*names] if isinstance(names, list) else None


def _components(variable: EngineVariable) -> Json:
    """Names added and subtracted, or null where a parameter (which may change by year) lists some of them."""
    sides = [side for side in (variable.adds, variable.subtracts) if side is not None]
    if not sides or any(isinstance(side, str) for side in sides):
        return None
    return [name for side in sides for name in side]


def _indices(system: EngineSystem, variables: Iterable[EngineVariable]) -> dict[str, Json]:
    paths = sorted({variable.uprating for variable in variables if variable.uprating is not None})
    return {
        "engine": ENGINE,
        "version": installed_version(),
        "years": list(YEARS),
        **{path: _by_year(system, path) for path in paths},
    }


def _by_year(system: EngineSystem, path: str) -> Json:
    read = parameter_reader(system, path)
    # The engine uprates between the first days of two periods.
    return [None if (value := read(f"{year}-01-01")) is None else float(value) for year in YEARS]


def _long_enums(variables: Iterable[EngineVariable]) -> dict[str, Json]:
    long = [variable for variable in variables if isinstance(_values(variable), str)]
    return {variable.possible_values.__name__: [*_members(variable)] for variable in long}
