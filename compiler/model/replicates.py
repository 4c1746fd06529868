"""`replicates:` and `rotation:` of a calibration: other samples of the survey, other facts held out."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import PREFIX, Expression, Items, Name, Spec, VariableName
from compiler.model.stages import Facts
from compiler.model.words import meanings


class Bootstrap(Spec):
    """Samples that could have been: units drawn anew within strata, with weights rescaled (Rao and Wu)."""

    scheme: Literal["bootstrap"] = Field(description="Where the replicates come from.")
    count: Annotated[int, Field(ge=2, le=1000)] = Field(100, description="How many samples are drawn.")
    strata: Expression | None = Field(
        None,
        description="What tells the strata of the design apart, over columns of households; without it, one.",
        examples=["state_fips"],
    )
    units: Expression | None = Field(
        None,
        description="What was sampled: the primary sampling unit of a household, over its columns. Without "
        "it, the household; the copies that a clone makes of it are drawn with it.",
    )


_Columns = Annotated[str, Field(pattern=PREFIX)] | Annotated[Items[VariableName], Field(min_length=2)]


class ReplicateWeights(Spec):
    """The survey's own replicate weights, which are columns of households."""

    scheme: Literal["brr", "fay", "jk1", "jkn", "sdr", "bootstrap_weights"] = Field(
        description="How they were made, which says what a variance is of them.",
        json_schema_extra=meanings(
            brr="Balanced half-samples: their mean square.",
            fay="Half-samples whose weights are multiplied by `rho` and by `2 - rho`.",
            jk1="One unit left out at a time: (R - 1) / R of their sum of squares.",
            jkn="One unit of a stratum left out at a time: each with its factor of `scales`.",
            sdr="Successive differences, as of the American Community Survey: four times the mean square.",
            bootstrap_weights="Bootstrap: their mean square.",
        ),
    )
    columns: _Columns = Field(
        description="The columns: a prefix followed by `*`, or a list.", examples=["replicate_weight_*"]
    )
    of: VariableName | None = Field(
        None,
        description="The column with the weight of the whole sample that belongs to them; without it, the "
        "weight that the calibration finds.",
        examples=["survey_weight"],
    )
    rho: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        None,
        description="With `fay`: its coefficient, what the smaller weights are multiplied by.",
        examples=[0.5],
    )
    scales: Items[Annotated[float, Field(gt=0)]] = Field(
        (), description="With `jkn`: the factor of each replicate, such as (n - 1) / n of its stratum."
    )

    @model_validator(mode="after")
    def _says_what_its_scheme_needs(self) -> Self:
        if (self.scheme == "fay") != (self.rho is not None):
            raise ValueError("`rho` belongs to `scheme: fay` and to no other; write both or neither")
        if (self.scheme == "jkn") != bool(self.scales):
            raise ValueError("`scales` belongs to `scheme: jkn` and to no other; write both or neither")
        if self.scales and isinstance(self.columns, tuple) and len(self.scales) != len(self.columns):
            message = f"{len(self.columns)} columns have {len(self.scales)} scales"
            raise ValueError(f"{message}; write one for each")
        return self


Replicates = Annotated[Bootstrap | ReplicateWeights, Field(discriminator="scheme")]


class Activation(Spec):
    """What becomes of clones, band by band of a number of the household, such as its income."""

    by: Expression = Field(
        description="What is banded, over columns of households.",
        examples=["sum(adjusted_gross_income) over household"],
    )
    bands: Annotated[Items[float], Field(min_length=1)] = Field(
        description="Where a band ends and the next begins, in order; who has as much belongs to the next.",
        examples=[[0, 25000, 100000, 1000000]],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for low, high in pairwise(self.bands):
            if not low < high:
                raise ValueError(f"{high:g} does not come after {low:g}; write bands in rising order")
        return self


class Rotation(Spec):
    """Folds of the trained facts, each held out in turn while the weights are made to meet the others."""

    by: Literal["target", "family", "geography", "place"] = Field(
        "family",
        description="What a fold never splits.",
        json_schema_extra=meanings(
            target="The facts of a `targets:` entry.",
            family="The facts of a family, those that count its returns among them.",
            geography="The facts about places of a level.",
            place="The facts about a place; those about the nation are always trained on.",
        ),
    )
    folds: Annotated[int, Field(ge=2, le=100)] | dict[Name, Facts] = Field(
        5,
        description="How many folds the groups are dealt out to, evenly by facts; or, by a name of your own, "
        "the facts of each.",
        examples=[5, {"wages": {"families": ["soi.wages"]}, "west": {"places": ["06", "41"]}}],
    )

    @model_validator(mode="after")
    def _says_nothing_idle(self) -> Self:
        if isinstance(self.folds, dict) and "by" in self.model_fields_set:
            raise ValueError("`by` deals groups out to a number of folds; remove it where folds are named")
        if isinstance(self.folds, dict) and not self.folds:
            raise ValueError("no fold holds anything out; name one, or write a number")
        return self
