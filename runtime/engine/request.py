"""What is asked of the engine: which variables, for which period and population, in chunks of what size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

# Variables whose formula looks across the whole population: deciles by weight, and totals by state. In a
# chunk they would be computed from the chunk. Found by searching the formulas of policyengine-us 2.68.0 for
# weights, ranks, percentiles and array-wide sums; look again when the engine moves.
POPULATION_WIDE = frozenset(
    {
        "household_income_decile",
        "spm_unit_income_decile",
        "medicaid_slcsp_state_average_cost_index",
        "medicaid_slcsp_state_denominator",
    }
)


@dataclass(frozen=True)
class Request:
    """Compute `variables` of `engine` `engine_version` for the year `period` of the population in `inputs`.

    `inputs` holds one Parquet file an entity (`person.parquet`, `household.parquet`, ...): its `<entity>_id`,
    in person also `person_<group>_id`, and engine input variables of that entity. In every file the rows of a
    household are contiguous, and households come in the same order. `output` gets one Parquet file for each
    entity that owns a requested variable, rows in the order of the input.

    A worker needs about 1.4 GB plus 75 KB a tax unit of its chunk, and some 3 s of every chunk are overhead:
    5,000 households (7,000 tax units, 1.9 GB, half a minute of income tax and SNAP) serve well.
    """

    engine: str
    engine_version: str
    period: int
    inputs: Path
    variables: tuple[str, ...]
    households_per_chunk: int
    workers: int
    output: Path

    def __post_init__(self) -> None:
        if not self.variables:
            raise EngineError("no variables are requested", remedy="name at least one")
        twins = sorted({name for name in self.variables if self.variables.count(name) > 1})
        if twins:
            raise EngineError(f"`{twins[0]}` is requested twice", remedy="name every variable once")
        for name in ("households_per_chunk", "workers"):
            if getattr(self, name) < 1:
                raise EngineError(f"{name} is {getattr(self, name)}", remedy="it must be 1 or more")


def refuse_population_wide(names: frozenset[str], chunks: int) -> None:
    """Raise `EngineError` where variables that look across the population meet several chunks."""
    if chunks > 1 and names:
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        raise EngineError(
            f"{listed} depends on the whole population, which {chunks} chunks would cut into pieces",
            remedy="request it alone, with households_per_chunk at least the number of households",
            kind="population-wide",
        )
