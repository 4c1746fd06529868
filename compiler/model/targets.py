"""The `targets` kind: population facts read from published tables."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from compiler.model.base import PREFIX, Entity, Expression, Items, Name, Role, Spec, Year

LeaveOutReason = Literal["no_carrier_data", "outside_universe", "duplicate", "intentional_divergence"]


class Bands(Spec):
    """Half-open intervals [lower, upper) of a variable."""

    of: Expression
    lower: Expression
    upper: Expression


class Match(Spec):
    """A category of the table and the codes of a variable it stands for."""

    column: Expression
    codes: Literal["same"] | dict[str, Literal["any"] | Items[str]]


class Family(Spec):
    """Facts of one measure: a count of units or the sum of an amount."""

    name: Name | None = None
    count: Entity | None = None
    sum: Expression | None = None
    role: Role = "train"

    @model_validator(mode="after")
    def _one_measure(self) -> Family:
        if (self.count is None) == (self.sum is None):
            raise ValueError("a family needs exactly one of count, sum; write one of them")
        return self


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


class Unpivot(Spec):
    """Turns a row of many columns into many rows."""

    columns: str = Field(pattern=PREFIX, description="A prefix followed by `*`; the rest becomes the value.")
    name: Name
    value: Name


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
    bands: Bands | None = None
    match: dict[Name, Match] = Field(default_factory=dict)
    family: Expression | None = Field(None, description="The column that tells families apart.")
    counts: Expression | None = Field(
        None, description="Where true, the row counts units with an amount other than zero."
    )
    families: dict[str, Family] = Field(min_length=1)
    leave_out: Items[LeaveOut] = ()

    @model_validator(mode="after")
    def _families_told_apart(self) -> Target:
        if self.family is None and len(self.families) != 1:
            raise ValueError("nothing tells the families apart; add `family:` with the column that does")
        return self
