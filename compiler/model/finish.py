"""The kinds that end a pipeline: `materialisations`, `calibrations`, `exports`, `validations`."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import H5_FILE, Expression, Items, Name, ReferencePath, Spec, VariableName
from compiler.model.calibrators import Calibrator
from compiler.model.gates import Gate
from compiler.model.replicates import Activation, Replicates, Rotation
from compiler.model.stages import Accept, Stage
from compiler.model.words import meanings, shared


class Materialisation(Spec):
    """Engine variables that targets and validations read. Which ones is derived, never listed."""

    households_per_chunk: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        10_000, description="How many households are computed at once: fewer need less memory."
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        2, description="How many processes compute, each with its own copy of the engine."
    )


class Start(Spec):
    """Where the solver starts."""

    scale_to: Name | None = Field(
        None,
        description="Name of a `targets:` entry: the start weights are scaled to the sum of its counts.",
    )


Balance = Annotated[
    Literal["geography", "target", "family"],
    Field(
        json_schema_extra=shared("Balance", "What tells groups of facts apart.")
        | meanings(
            geography="The level of their places: the nation, states, districts.",
            target="The `targets:` entry they are of.",
            family="What they measure.",
        )
    ),
]


class Calibration(Spec):
    """Weights that meet the facts."""

    weight: Literal["household"] = Field(description="The entity whose weights are solved for.")
    targets: Items[Name] = Field(min_length=1, description="Names of `targets:` entries.")
    start: Start = Field(default_factory=Start, description="What the solver starts from.")
    method: Calibrator = Field(description="How the weights are found.")
    balance: Items[Balance] = Field(
        (),
        description="What tells groups of facts apart that weigh the same, however many facts are in each. "
        "Without it every fact weighs the same.",
        examples=[["geography"], ["geography", "target"]],
    )
    minimum_carriers: Annotated[int, Field(ge=1)] = Field(
        20, description="Facts carried by fewer records are audited, not trained on."
    )
    stages: dict[Name, Stage] = Field(
        {},
        description="By a name of your own, in order: which facts join when. Each stage trains on its own "
        "facts and on those of the stages before it that were accepted. Without any, all train together.",
        examples=[{"nation": {"geography": ["nation"]}, "states": {"geography": ["state"]}}],
    )
    accept: Accept | None = Field(
        None, description="What a stage must do to be accepted; without it, as the defaults say."
    )

    replicates: Replicates | None = Field(
        None,
        description="Other samples, each calibrated to the same facts: variances and intervals of facts and "
        "of validated totals.",
        examples=[{"scheme": "bootstrap", "count": 100}],
    )
    rotation: Rotation | None = Field(
        None,
        description="Trained facts that are held out in turn: how well weights meet what they never saw.",
        examples=[{"by": "family", "folds": 5}],
    )

    activation: Activation | None = Field(
        None, description="By which bands it is reported how many clones come alive, and their share."
    )

    @model_validator(mode="after")
    def _accepts_stages(self) -> Self:
        if self.accept is not None and not self.stages:
            raise ValueError("`accept` is about stages; declare `stages:`, or remove it")
        accept = self.accept or Accept()
        if accept.objective != "capped_error" and "cap" in accept.model_fields_set:
            raise ValueError("`cap` is for `objective: capped_error`; remove it, or choose that")
        return self


Contract = Items[VariableName] | ReferencePath


class Export(Spec):
    """Files that others read, and what they may rely on to be there or not to be there."""

    policyengine: Annotated[str, Field(pattern=H5_FILE)] | None = Field(
        None, description="File that the engine loads as a dataset.", examples=["us_open_2023.h5"]
    )
    parquet: Name | None = Field(
        None, description="Folder of one Parquet file an entity.", examples=["tables"]
    )
    start: bool = Field(
        default=False,
        description="Whether the table of households also has what a calibration starts from: "
        "`household_stored_weight`, the weight before any calibration, and in a frame with clones "
        "`household_internal_weight`, the one inside the solver. With them the tables alone can be "
        "calibrated again.",
    )
    require: Contract = Field(
        (), description="Variables that the files must hold, listed here or in a file.", examples=[["age"]]
    )
    prohibit: Contract = Field(
        (),
        description="Variables that no file may hold, listed here or in a file.",
        examples=["references/private.yaml"],
    )

    @model_validator(mode="after")
    def _tables_to_start_from(self) -> Self:
        if self.start and self.parquet is None:
            raise ValueError("`start` is for Parquet tables; add `parquet:`, or remove it")
        return self


class Aggregate(Spec):
    """A weighted total and what somebody published about it."""

    sum: Expression = Field(description="What is added up, weighted, over the entity it belongs to.")
    benchmark: Annotated[float, Field(description="The published total.", examples=[2_109_000_000_000])]
    source: str = Field(min_length=5, description="Who published it, where.")
    tolerance: Annotated[
        float, Field(gt=0, description="Largest relative error that passes.", examples=[0.1])
    ]
    unit: str = Field("currency-USD", description="The unit of the total.")


class Validation(Spec):
    """Totals beside their benchmarks, and gates. Reported, never trained on."""

    aggregates: dict[Name, Aggregate] = Field(
        {}, description="By a name of your own, a total and its benchmark."
    )
    gates: dict[Name, Gate] = Field(
        {},
        description="By a name of your own, a statistic and its bounds.",
        examples=[{"people": {"count": "person", "at_least": 2.5e8, "at_most": 4e8}}],
    )
    blocking: bool = Field(
        default=False,
        description="Whether an aggregate outside its tolerance or a gate that does not hold fails the run.",
    )

    @model_validator(mode="after")
    def _looks_at_something(self) -> Self:
        if not self.aggregates and not self.gates:
            raise ValueError("nothing is validated; write `aggregates:`, `gates:` or both")
        return self
