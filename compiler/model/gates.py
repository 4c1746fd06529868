"""Gates of a validation: a statistic of the weighted dataset, and the bounds it must stay in."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Entity, Expression, Items, Name, Role, Spec, VariableName
from compiler.model.words import meanings, shared

STATISTICS = ("count", "sum", "mean", "share", "every", "fits", "weights", "clone")
# Statistics of a calibration or a clone, whose units are not chosen by expressions over the frame.
WHOLE = ("fits", "weights", "clone")
_CHOSEN = {
    "fits": "facts are chosen by `target` and `role`",
    "weights": "weights are all",
    "clone": "a clone's rows are all, its variables are chosen by `variables`",
}


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


CloneMeasure = Annotated[
    Literal[
        "copies", "stored_weight", "mixed_households", "broken_ids", "missing_values", "changed_originals",
        "drawn_originals", "filled_originals", "differing_copies", "active_households", "weight_share",
    ],
    Field(
        json_schema_extra=shared("CloneMeasure", "What is measured of a clone.")
        | meanings(
            copies="Copied households, as a share of those that there were before.",
            stored_weight="The share of the stored weight that copies have before any calibration.",
            mixed_households="Households some of whose members are copies, and some not.",
            broken_ids="Ids that occur twice, and references to ids that nobody has.",
            missing_values="Rows of either half without a value, by variable.",
            changed_originals="Originals whose value is another than before the clone, by variable.",
            drawn_originals="By variable, how often originals have a value other than zero, as a share of "
            "how often copies have one.",
            filled_originals="Originals with a value other than zero in what the frame did not have before "
            "the clone, by variable.",
            differing_copies="The share of copies whose value is another than that of their original, by "
            "variable.",
            active_households="The share of copied households that have a weight to speak of.",
            weight_share="What copied households are of the weight of all.",
        )
    ),
]  # fmt: skip
# Measures that are taken variable by variable.
BY_VARIABLE = frozenset(
    {"missing_values", "changed_originals", "drawn_originals", "filled_originals", "differing_copies"}
)


class CloneGate(Spec):
    """What became of a clone: of its rows, its values, its weights."""

    clone: Name = Field(description="Name of a `clones:` entry that an earlier step carries out.")
    measure: CloneMeasure = Field(description="What is measured.")
    variables: Items[VariableName] = Field(
        (),
        description="Which variables, where the measure is by variable; otherwise all of the clone that it "
        "is about. The gate holds for each.",
        examples=[["employment_income_before_lsr"]],
    )

    @model_validator(mode="after")
    def _by_variable(self) -> Self:
        if self.variables and self.measure not in BY_VARIABLE:
            raise ValueError(f"{self.measure} is of no variables; remove `variables:`")
        return self


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
    clone: CloneGate | None = Field(
        None,
        description="What became of a clone. Of a variant without the clone the gate says nothing.",
        examples=[{"clone": "puf_support", "measure": "differing_copies"}],
    )
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
        if told[0] in WHOLE and any((self.of, self.where, self.by)):
            raise ValueError(f"{_CHOSEN[told[0]]}; remove of, where, by")
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
