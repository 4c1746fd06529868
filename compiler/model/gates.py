"""Gates of a validation: a statistic of the weighted dataset, and the bounds it must stay in."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Entity, Expression, Name, Role, Spec, VariableName
from compiler.model.words import meanings

STATISTICS = ("count", "sum", "mean", "share", "every", "fits", "weights")
# Statistics of a calibration, whose units are nobody of the frame.
OF_CALIBRATIONS = ("fits", "weights")


class Fits(Spec):
    """Facts of a calibration whose estimates are near enough."""

    calibration: Name = Field(description="Name of a `calibrations:` entry that an earlier step carries out.")
    target: Name | None = Field(None, description="Name of one of its targets; otherwise all of them.")
    role: Role | None = Field(None, description="What the facts are for; otherwise any role.")
    within: Annotated[float, Field(gt=0)] = Field(
        description="Largest relative error of an estimate that is near enough.", examples=[0.1]
    )


class Weights(Spec):
    """What a calibration did to the weights: a guard against their collapse onto few records."""

    calibration: Name = Field(description="Name of a `calibrations:` entry that an earlier step carries out.")
    measure: Literal[
        "effective_sample_size", "effective_share", "tiny_share", "largest_ratio", "positive_records"
    ] = Field(
        description="What is measured.",
        json_schema_extra=meanings(
            effective_sample_size="Kish's effective sample size: how many records of one weight say as much.",
            effective_share="The effective sample size as a share of what it was at the start.",
            tiny_share="The share of records that had weight and have next to none left: at most a "
            "hundred-millionth of the mean.",
            largest_ratio="The largest ratio of a weight to its start.",
            positive_records="The number of records with a weight above zero.",
        ),
    )


class Gate(Spec):
    """One statistic and what it may be. Nothing here is a benchmark: bounds say what would be absurd."""

    count: Entity | None = Field(None, description="The weighted number of units of this entity.")
    sum: Expression | None = Field(None, description="A weighted sum.")
    mean: Expression | None = Field(None, description="A weighted mean.")
    share: Expression | None = Field(None, description="The weighted share of units for whom this is true.")
    every: Expression | None = Field(
        None,
        description="What is true of every unit, whatever its weight.",
        examples=["household_weight >= 0"],
    )
    fits: Fits | None = Field(None, description="The share of a calibration's facts that are met.")
    weights: Weights | None = Field(None, description="What a calibration did to the weights.")
    divided_by: Expression | None = Field(
        None, description="With `sum`: a second weighted sum that the first is divided by."
    )
    of: Entity | None = Field(None, description="Whose statistic it is; otherwise that of what is read.")
    where: Expression | None = Field(None, description="Which units are looked at.", examples=["age >= 65"])
    by: VariableName | None = Field(
        None,
        description="The gate holds for each value of this variable, such as every state.",
        examples=["state_fips"],
    )
    at_least: float | None = Field(None, description="The lowest value that passes.", examples=[0.08])
    at_most: float | None = Field(None, description="The highest value that passes.", examples=[0.35])
    note: str | None = Field(None, min_length=5, description="Where the bounds come from.")

    @model_validator(mode="after")
    def _one_statistic(self) -> Self:
        told = [name for name in STATISTICS if getattr(self, name) is not None]
        if len(told) != 1:
            raise ValueError(f"a gate needs exactly one of {', '.join(STATISTICS)}; write one of them")
        is_bounded = self.at_least is not None or self.at_most is not None
        if told[0] == "every" and is_bounded:
            raise ValueError("what is true of every unit has no bounds; remove them, or write `share:`")
        if told[0] != "every" and not is_bounded:
            raise ValueError(f"a {told[0]} needs a bound; write `at_least:`, `at_most:` or both")
        if self.divided_by is not None and told[0] != "sum":
            raise ValueError("only a sum is divided; write `sum:` and `divided_by:`")
        if told[0] in OF_CALIBRATIONS and any((self.of, self.where, self.by)):
            instead = "facts are chosen by `target` and `role`" if told[0] == "fits" else "weights are all"
            raise ValueError(f"{instead}; remove of, where, by")
        if told[0] == "count" and self.of is not None:
            raise ValueError("`count:` names the entity; remove `of:`")
        return self

    @property
    def statistic(self) -> str:
        """Which statistic it is."""
        return next(name for name in STATISTICS if getattr(self, name) is not None)

    @property
    def texts(self) -> dict[str, str | int]:
        """The expressions that are read, by the key they stand under."""
        keys: tuple[Any, ...] = ("sum", "mean", "share", "every", "divided_by", "where", "by")
        return {key: text for key in keys if (text := getattr(self, key)) is not None}
