"""The `bakeoffs` kind: imputation methods compared on one imputation's donors.

No step of a pipeline: it is checked with the bundle, and no command carries it out yet.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Entity, Items, Name, Spec
from compiler.model.imputations import Model
from compiler.model.words import meanings, shared

Metric = Annotated[
    Literal["crps", "zero_shares", "total_errors", "rank_correlation_error", "quantile_errors"],
    Field(
        json_schema_extra=shared("Metric", "A score of drawn values against true ones, all weighted.")
        | meanings(
            crps="Continuous ranked probability score of each target: how far the draws are from the truth.",
            zero_shares="Share of exact zeros of each target, drawn against true.",
            total_errors="Relative error of the total of each target.",
            rank_correlation_error="Mean absolute error of the Spearman correlations between targets.",
            quantile_errors="Drawn less true quantiles of each target, in its unit.",
        )
    ),
]
_Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Folds(Spec):
    """How donors are divided into those that teach and those that test."""

    count: Annotated[int, Field(ge=2, le=100, description="Number of folds.")]
    by: Entity = Field(description="The units that are never split between folds.", examples=["household"])


class Bakeoff(Spec):
    """Methods x folds x seeds, scored by metrics on donors that a fit has not seen. Not carried out yet."""

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
