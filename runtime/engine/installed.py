"""Which engine is installed, and the one place that loads it."""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, MutableMapping

ENGINE = "policyengine_us"
DISTRIBUTION = "policyengine-us"


class EngineEntity(Protocol):
    """What we read of a policyengine-core entity."""

    key: str
    plural: str
    is_person: bool


class EnumMember(Protocol):
    """One member of an engine enumeration; datasets store `name`, never the label or the position."""

    name: str


class EngineEnum(Protocol):
    """An engine enumeration class: iterable over its members, in declared order."""

    __name__: str

    def __iter__(self) -> Iterator[EnumMember]:
        """Iterate over the members."""


class EngineVariable(Protocol):
    """What we read of a policyengine-core variable."""

    name: str
    label: str
    value_type: type
    entity: EngineEntity
    definition_period: str
    unit: str | None
    quantity_type: str
    default_value: float | bool | str | EnumMember
    formulas: MutableMapping[str, object]
    adds: list[str] | str | None
    subtracts: list[str] | str | None
    uprating: str | None
    possible_values: EngineEnum


class EngineSystem(Protocol):
    """What we read of `policyengine_us.system.system`."""

    variables: Mapping[str, EngineVariable]
    parameters: object
    person_entity: EngineEntity
    group_entities: list[EngineEntity]


def installed_version() -> str | None:
    """Return the version of the installed engine, or None where it is not installed. Does not import it."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return None


def load_system() -> EngineSystem:
    """Import the engine (20 to 80 s, 0.9 GB) and return its tax-benefit system."""
    # Imported by name: loading this module must stay free of the engine.
    return cast("EngineSystem", importlib.import_module("policyengine_us.system").system)


def parameter_reader(system: EngineSystem, path: str) -> Callable[[str], float | None]:
    """Return the function from an instant (`2023-01-01`) to the value of the parameter at `path`."""
    get_parameter = importlib.import_module("policyengine_core.parameters").get_parameter
    return cast("Callable[[str], float | None]", get_parameter(system.parameters, path))
