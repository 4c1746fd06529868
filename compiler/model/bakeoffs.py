"""The `bakeoffs` kind: imputation methods compared on one imputation's donors.

No step of a pipeline: it is checked with the bundle, and `specc bakeoff` carries it out.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Entity, Items, Name, Spec, VariableName
from compiler.model.imputations import Model
from compiler.model.words import meanings, shared

Metric = Annotated[
    Literal[
        "crps",
        "pinball",
        "zero_shares",
        "total_errors",
        "tail_shares",
        "quantile_errors",
        "wasserstein",
        "ks",
        "rank_correlation_error",
        "mutual_information_error",
        "prdc",
        "prdc_embedded",
        "rare_cells",
    ],
    Field(
        json_schema_extra=shared("Metric", "A score of drawn values against true ones, all weighted.")
        | meanings(
            crps="Continuous ranked probability score of each target: how far the draws are from the truth.",
            pinball="Quantile loss of each target at 5, 25, 50, 75 and 95 %, of the quantiles of the draws.",
            zero_shares="Share of exact zeros of each target, drawn against true.",
            total_errors="Relative error of the total of each target.",
            tail_shares="Share of each target's positive total that the top 1 and 10 % hold, drawn - true.",
            quantile_errors="Drawn less true quantiles of each target, in its unit.",
            wasserstein="Distance of each target's drawn and true distributions, in its unit.",
            ks="Largest difference of each target's drawn and true distribution functions.",
            rank_correlation_error="Mean absolute error of the Spearman correlations between targets.",
            mutual_information_error="Mean absolute error of the information that targets share.",
            prdc="Precision, recall, density and coverage of whole records, columns standardised.",
            prdc_embedded="The same in an embedding learnt from the donors: principal components of ranks.",
            rare_cells="Share of each cell of `rare_cells`, drawn over true, with an interval.",
        )
    ),
]
_Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Folds(Spec):
    """How donors are divided into those that teach and those that test."""

    count: Annotated[int, Field(ge=2, le=100, description="Number of folds.")]
    by: Entity = Field(description="The units that are never split between folds.", examples=["household"])
    ids: VariableName | None = Field(
        None,
        description="A whole number or code of the donors: those with an equal one are not split either, as "
        "the implicates of one answer are not.",
    )


class Range(Spec):
    """Values that a cell takes; every bound that is written holds."""

    at_least: float | None = Field(None, description="The least value.", examples=[62.0])
    above: float | None = Field(None, description="All values above this one.", examples=[0.0])
    at_most: float | None = Field(None, description="The greatest value.")
    below: float | None = Field(None, description="All values below this one.", examples=[30.0])
    top: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None, description="The weighted share at the top, told by the true values.", examples=[0.01]
    )

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "a range without bounds takes everything; write one of at_least, above, at_most, below, top"
            )
        return self


class Prdc(Spec):
    """How whole records are compared by their nearest neighbours."""

    neighbours: Annotated[
        int, Field(ge=1, le=100, description="Which neighbour's distance is the radius.")
    ] = 5
    records: Annotated[
        int, Field(ge=10, le=20_000, description="The most records of a side; more are drawn from evenly.")
    ] = 2000


class Bakeoff(Spec):
    """Methods x folds x seeds, scored by metrics on donors that a fit has not seen."""

    imputation: Name = Field(
        description="Name of an `imputations:` entry: its donor, predictors, targets and weights are used."
    )
    methods: dict[Name, Model] = Field(min_length=1, description="By a name of your own, a method.")
    one_method: str | None = Field(
        None, min_length=10, description="Why there is a single method: a comparison has two."
    )
    metrics: Items[Metric] = Field(min_length=1, description="What they are scored by.")
    folds: Folds = Field(description="How donors are held out.")
    seeds: Items[_Seed] = Field(
        min_length=1, examples=[[1, 2, 3]], description="Root seeds: everything is repeated for each."
    )
    draws: Annotated[
        int, Field(ge=2, le=1000, description="How often each record that was held out is drawn.")
    ] = 10
    rare_cells: dict[Name, dict[VariableName, Range]] = Field(
        default_factory=dict,
        description="By a name of your own, ranges of targets and predictors that hold together.",
        examples=[{"old_and_self_employed": {"age": {"at_least": 62}, "own_wages": {"above": 0}}}],
    )
    prdc: Prdc = Field(default_factory=Prdc, description="How whole records are compared.")

    @model_validator(mode="after")
    def _compares(self) -> Self:
        if len(self.methods) < 2 and self.one_method is None:
            raise ValueError("a bake-off compares two methods or more; add one, or say why in `one_method:`")
        if len(self.methods) > 1 and self.one_method is not None:
            raise ValueError("`one_method` explains a single method, but there are more; remove it")
        for name, values in (("metrics", self.metrics), ("seeds", self.seeds)):
            if len(set(values)) < len(values):
                raise ValueError(f"`{name}` lists a value twice; name each once")
        return self

    @model_validator(mode="after")
    def _has_cells(self) -> Self:
        if ("rare_cells" in self.metrics) != bool(self.rare_cells):
            raise ValueError(
                "the metric `rare_cells` scores what `rare_cells:` declares; write both, or none"
            )
        if any(not ranges for ranges in self.rare_cells.values()):
            raise ValueError("a rare cell without ranges holds everybody; give it one")
        return self
