"""The kinds that end a pipeline: `materialisations`, `calibrations`, `exports`, `validations`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import H5_FILE, Expression, Items, Name, ReferencePath, Spec


class Materialisation(Spec):
    """Engine variables that targets and validations read. Which ones is derived, never listed."""

    households_per_chunk: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    workers: Annotated[int, Field(ge=1, le=64)] = 2


class Start(Spec):
    """Where the solver starts."""

    scale_to: Name | None = Field(
        None, description="Scale the start weights to the sum of this count target."
    )


class Dual(Spec):
    """The regularised dual: the closest weights to the start that meet the facts, misses penalised."""

    kind: Literal["dual"]
    distance: Literal["entropy"] = "entropy"
    penalty: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Price of a relative miss; smaller fits closer."
    )


class Calibration(Spec):
    """Weights that meet the facts."""

    weight: Literal["household"] = Field(description="The entity whose weights are solved for.")
    targets: Items[Name] = Field(min_length=1)
    start: Start = Start()
    method: Dual
    minimum_carriers: Annotated[int, Field(ge=1)] = Field(
        20, description="Facts carried by fewer records are audited, not trained on."
    )


Contract = Items[Name] | ReferencePath


class Export(Spec):
    """Files that others read, and what they may rely on to be there or not to be there."""

    policyengine: Annotated[str, Field(pattern=H5_FILE)] | None = None
    parquet: Name | None = Field(None, description="Folder of one Parquet file an entity.")
    require: Contract = Field((), description="Variables that the files must hold, listed here or in a file.")
    prohibit: Contract = Field((), description="Variables that no file may hold, listed here or in a file.")


class Aggregate(Spec):
    """A weighted total and what somebody published about it."""

    sum: Expression
    benchmark: Annotated[float, Field(description="The published total.")]
    source: str = Field(min_length=5, description="Who published it, where.")
    tolerance: Annotated[float, Field(gt=0, description="Largest relative error that passes.")]
    unit: str = "currency-USD"


class Validation(Spec):
    """Totals beside their benchmarks. Reported, never trained on."""

    aggregates: dict[Name, Aggregate] = Field(min_length=1)
    blocking: bool = Field(
        default=False, description="Whether an aggregate outside its tolerance fails the run."
    )
