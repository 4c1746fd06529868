"""The `targets` kind: population facts read from published tables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compiler.model.base import PREFIX, Entity, Expression, Items, Name, Role, Spec, VariableName, Year
from compiler.model.words import meanings, shared

LeaveOutReason = Annotated[
    Literal["no_carrier_data", "outside_universe", "duplicate", "intentional_divergence"],
    Field(
        json_schema_extra=shared("LeaveOutReason", "Why a row becomes no fact.")
        | meanings(
            no_carrier_data="The dataset has nothing that could carry it.",
            outside_universe="It is about people whom the dataset does not cover.",
            duplicate="Another row says the same.",
            intentional_divergence="Left out on purpose; `note` says why.",
        )
    ),
]


class Bands(Spec):
    """Half-open intervals [lower, upper) of a variable."""

    of: Expression = Field(description="What is banded, over the columns of the frame.", examples=["age"])
    lower: Expression = Field(
        description="The lower end, over the columns of the table; it belongs to the band."
    )
    upper: Expression = Field(description="The upper end, over the columns of the table; it does not.")


class Match(Spec):
    """A category of the table and the codes of a variable it stands for."""

    column: Expression = Field(description="The category, over the columns of the table.")
    codes: Literal["same"] | dict[str, Literal["any"] | Items[str]] = Field(
        description="`same`: the table writes the codes of the variable. Otherwise category by category the "
        "codes it stands for, or `any`.",
        examples=["same", {"Single": ["SINGLE"], "All": "any"}],
    )


class Family(Spec):
    """Facts of one measure: a count of units or the sum of an amount."""

    name: Name | None = Field(None, description="What its facts are called; else the key it stands under.")
    count: Entity | None = Field(None, description="The facts count units of this entity.")
    sum: Expression | None = Field(None, description="The facts are sums of this, of the target's entity.")
    role: Role = Field("train", description="What its facts are for.")

    @model_validator(mode="after")
    def _one_measure(self) -> Family:
        if (self.count is None) == (self.sum is None):
            raise ValueError("a family needs exactly one of count, sum; write one of them")
        return self


class LeaveOut(Spec):
    """Rows of the table that become no fact, and why."""

    where: Expression | None = Field(
        None, description="Which rows, over the columns of the table.", examples=["state = 'PR'"]
    )
    families: Items[str] = Field((), description="Families as the `family` column tells them apart.")
    reason: LeaveOutReason = Field(description="The kind of reason.")
    note: str = Field(min_length=5, description="The reason in words.")

    @model_validator(mode="after")
    def _one_rule(self) -> LeaveOut:
        if (self.where is None) == (not self.families):
            raise ValueError("what is left out is said by exactly one of where, families")
        return self


class Unpivot(Spec):
    """Turns a row of many columns into many rows."""

    columns: str = Field(
        pattern=PREFIX, description="A prefix followed by `*`; the rest becomes the name.", examples=["POP_*"]
    )
    name: Name = Field(description="The new column that holds the rest of the old one's name.")
    value: Name = Field(description="The new column that holds the value.")


class Target(Spec):
    """A table of facts."""

    source: Name = Field(description="Name of a `sources:` entry: the table.")
    period: Year = Field(description="The year the facts are of.")
    where: Expression | None = Field(
        None, description="Which rows are used, over the columns of the table.", examples=["Year = 2023"]
    )
    unpivot: Unpivot | None = Field(None, description="For a table that spreads one fact a column.")
    value: Expression = Field(description="The published number, over the columns of the table.")
    combine: Literal["sum"] | None = Field(
        None, description="Add up rows that describe the same fact; otherwise they are an error."
    )
    entity: Entity = Field(description="The entity that domain, bands and matches describe.")
    domain: Expression | None = Field(
        None, description="Who is counted at all, over the columns of the frame."
    )
    bands: Bands | None = Field(None, description="The interval that a row is about.")
    match: dict[VariableName, Match] = Field(
        default_factory=dict, description="By variable of the frame, the category that a row is about."
    )
    family: Expression | None = Field(None, description="The column that tells families apart.")
    counts: Expression | None = Field(
        None, description="Where true, the row counts units with an amount other than zero."
    )
    families: dict[str, Family] = Field(
        min_length=1, description="What is measured, by the value of `family`; without it, one of any name."
    )
    leave_out: Items[LeaveOut] = Field((), description="Rows that become no fact, and why.")

    @model_validator(mode="after")
    def _families_told_apart(self) -> Target:
        if self.family is None and len(self.families) != 1:
            raise ValueError("nothing tells the families apart; add `family:` with the column that does")
        return self
