"""Inside the worker: the engine on one chunk. Nothing outside the worker process imports what this loads."""

from __future__ import annotations

import gc
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import polars as pl

from runtime.engine.entities import ENTITIES, STRUCTURE, id_of
from runtime.engine.errors import EngineError
from runtime.engine.request import POPULATION_WIDE, refuse_population_wide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from runtime.engine.installed import EngineSystem

    Column = npt.NDArray[Any]


class EngineSimulation(Protocol):
    """What we use of `policyengine_us.Simulation`."""

    def calculate(self, variable_name: str, period: int) -> Column:
        """Compute a variable; monthly flows are summed over a year, stocks taken at its end."""


@dataclass(frozen=True)
class ChunkDataset:
    """The engine's dataset protocol (layout `variable -> period -> array`) over tables in memory."""

    arrays: Mapping[str, Mapping[str, Column]]
    time_period: str
    name: str = "chunk"
    label: str = "chunk"
    data_format: str = "time_period_arrays"

    def load(self) -> Mapping[str, Mapping[str, Column]]:
        """Return the arrays."""
        return self.arrays


def check_request(
    system: EngineSystem, variables: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> None:
    """Hold the requested variables and the input columns of every entity against the engine itself.

    Raises:
        EngineError: a variable is unknown, or a column belongs to another entity.
    """
    for name in variables:
        if name not in system.variables:
            raise EngineError(
                f"the engine has no variable `{name}`", remedy="request variables of its catalog only"
            )
    for entity, names in columns.items():
        for name in names:
            _check_column(system, entity, name)


def _check_column(system: EngineSystem, entity: str, name: str) -> None:
    if name in STRUCTURE:
        return
    if name not in system.variables:
        raise EngineError(
            f"column `{name}` of {entity}.parquet is no variable of the engine",
            remedy="leave out what the engine does not know",
        )
    owner = system.variables[name].entity.key
    if owner != entity:
        raise EngineError(
            f"column `{name}` of {entity}.parquet belongs to {owner}", remedy=f"move it to {owner}.parquet"
        )


def guard_population_wide(system: EngineSystem, chunks: int) -> None:
    """Make the formulas that look across the population refuse where they would see one of several chunks.

    Changes the engine of this process. Looking at the results would not do: the engine does not keep every
    value it computes on the way.
    """
    for name in POPULATION_WIDE & system.variables.keys():
        formulas = system.variables[name].formulas
        for start in list(formulas):
            formulas[start] = _refusing(name, chunks)


def _refusing(name: str, chunks: int) -> Callable[[object, object, object], None]:
    def formula(population: object, period: object, parameters: object) -> None:  # noqa: ARG001  the engine's signature
        refuse_population_wide(frozenset([name]), chunks)

    return formula


def compute(
    system: EngineSystem, tables: Mapping[str, pl.DataFrame], variables: Sequence[str], period: int
) -> dict[str, pl.DataFrame]:
    """Compute `variables` for the population in `tables` and return one table an owning entity.

    Every returned table has the id of its entity and its requested variables, in the rows' order.

    Raises:
        EngineError: a column holds nulls, or a formula fails; names the column or variable.
    """
    simulation = _simulation(tables, period)
    try:
        series = [_calculated(simulation, name, period) for name in variables]
    finally:
        # A simulation is a knot of cycles: left to itself, it would still be there beside the next one.
        del simulation
        gc.collect()
    return _by_entity(system, tables, series)


def _simulation(tables: Mapping[str, pl.DataFrame], period: int) -> EngineSimulation:
    arrays = {
        column.name: {str(period): _as_array(entity, column)}
        for entity in ENTITIES
        for column in tables[entity].iter_columns()
    }
    engine = importlib.import_module("policyengine_us")
    # Not Microsimulation: its weights would only wrap the results, at twice the price.
    return cast("EngineSimulation", engine.Simulation(dataset=ChunkDataset(arrays, str(period))))


def _as_array(entity: str, column: pl.Series) -> Column:
    if column.null_count():
        raise EngineError(
            f"column `{column.name}` of {entity}.parquet has {column.null_count()} nulls",
            remedy="the engine has no null: impute, or fill with the variable's default",
        )
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    return cast("Column", column.to_numpy())


def _calculated(simulation: EngineSimulation, name: str, period: int) -> pl.Series:
    try:
        values = simulation.calculate(name, period)
    except EngineError:
        raise
    except Exception as error:
        raise EngineError(
            f"computing `{name}` failed: {type(error).__name__}: {error}",
            remedy="the worker's log beside the output has the whole traceback",
        ) from error
    if hasattr(values, "decode_to_str"):
        return pl.Series(name, values.decode_to_str().astype(np.str_).tolist(), dtype=pl.String)
    if values.dtype == object:
        texts = [value.decode() if isinstance(value, bytes) else str(value) for value in values]
        return pl.Series(name, texts, dtype=pl.String)
    return pl.Series(name, np.asarray(values))


def _by_entity(
    system: EngineSystem, tables: Mapping[str, pl.DataFrame], series: Sequence[pl.Series]
) -> dict[str, pl.DataFrame]:
    owners = {column.name: system.variables[column.name].entity.key for column in series}
    return {
        entity: tables[entity]
        .select(id_of(entity))
        .with_columns(column for column in series if owners[column.name] == entity)
        for entity in ENTITIES
        if entity in owners.values()
    }
