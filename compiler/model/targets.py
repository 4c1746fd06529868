"""The `targets` kind: population facts read from published tables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compiler.model.base import Entity, Expression, Items, Name, Role, Spec, Year
from compiler.model.target_parts import AddsUpTo, AgedBy, Bands, Geography, Match, Unpivot

LeaveOutReason = Literal["no_carrier_data", "outside_universe", "duplicate", "intentional_divergence"]
Concept = Literal["gross", "net", "positive_part", "negative_part", "claims", "outlays", "liability", "level"]


class Family(Spec):
    """Facts of one measure: a count of units or the sum of an amount."""

    name: Name | None = None
    count: Entity | None = None
    sum: Expression | None = None
    role: Role = "train"
    per: Literal["year", "month"] = Field(
        "year",
        description="What a value covers: a month's amount is taken twelve times, its count is an average.",
    )
    scale: Annotated[float, Field(gt=0)] = Field(
        1, description="What the values are in.", examples=[1000, 1e6]
    )
    unit: str | None = Field(
        None, description="The unit of the scaled value, checked.", examples=["currency-USD"]
    )
    concept: Concept | None = Field(
        None, description="What the publisher measured; two that are trained on as one measure must agree."
    )

    aged_by: AgedBy | None = Field(
        None, description="The index that moves the values from the target's period to the bundle's."
    )

    @model_validator(mode="after")
    def _one_measure(self) -> Family:
        if (self.count is None) == (self.sum is None):
            raise ValueError("a family needs exactly one of count, sum; write one of them")
        return self

    @property
    def measure(self) -> str:
        """What is counted or added up, apart from how it is spaced."""
        return f"count {self.count}" if self.count else "sum " + " ".join(str(self.sum).split())

    @property
    def factor(self) -> float:
        """What a value of the table is multiplied by to be of a year and in whole units."""
        return self.scale * (12 if self.per == "month" and self.count is None else 1)


class LeaveOut(Spec):
    """Rows of the table that become no fact, and why."""

    where: Expression | None = None
    families: Items[str] = Field((), description="Families as the `family` column tells them apart.")
    reason: LeaveOutReason
    note: str = Field(min_length=5)

    @model_validator(mode="after")
    def _one_rule(self) -> LeaveOut:
        if (self.where is None) == (not self.families):
            raise ValueError("what is left out is said by exactly one of where, families")
        return self


class Target(Spec):
    """A table of facts."""

    source: Name
    period: Year
    where: Expression | None = None
    unpivot: Unpivot | None = None
    value: Expression
    combine: Literal["sum"] | None = Field(
        None, description="Add up rows that describe the same fact; otherwise they are an error."
    )
    entity: Entity = Field(description="The entity that domain, bands and matches describe.")
    domain: Expression | None = Field(None, description="Who is counted at all.")
    geography: Geography = Geography()
    bands: Bands | None = None
    match: dict[Name, Match] = Field(default_factory=dict)
    family: Expression | None = Field(None, description="The column that tells families apart.")
    counts: Expression | None = Field(
        None, description="Where true, the row counts units with an amount other than zero."
    )
    families: dict[str, Family] = Field(min_length=1)
    leave_out: Items[LeaveOut] = ()
    adds_up_to: AddsUpTo | None = Field(None, description="The national fact that the places add up to.")

    @model_validator(mode="after")
    def _families_told_apart(self) -> Target:
        if self.family is None and len(self.families) != 1:
            raise ValueError("nothing tells the families apart; add `family:` with the column that does")
        return self

    @model_validator(mode="after")
    def _counts_are_not_aged_as_amounts(self) -> Target:
        aged = [row for row, f in self.families.items() if f.aged_by is not None and f.count is None]
        if self.counts is not None and aged:
            raise ValueError(
                f"`{aged[0]}` would age what `counts:` says by an amount's index; "
                "put the counts into a target of their own"
            )
        return self

    @property
    def named(self) -> dict[str, Family]:
        """The families by the name that facts have."""
        return {family.name or row: family for row, family in self.families.items()}
