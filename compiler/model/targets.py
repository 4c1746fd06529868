"""The `targets` kind: population facts read from published tables."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Entity, Expression, Items, Name, Role, Spec, VariableName, Year
from compiler.model.target_parts import AddsUpTo, AgedBy, Bands, Geography, Match, Reconcile, Unpivot
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
Concept = Annotated[
    Literal["gross", "net", "positive_part", "negative_part", "claims", "outlays", "liability", "level"],
    Field(
        json_schema_extra=shared("Concept", "What the publisher of a fact measured.")
        | meanings(
            gross="Before anything is taken off.",
            net="After losses, offsets or deductions are taken off.",
            positive_part="Gains alone; who has a loss counts as zero.",
            negative_part="Losses alone; who has a gain counts as zero.",
            claims="What people asked for.",
            outlays="What was paid out.",
            liability="What is owed by law, paid or not.",
            level="What there is at a point in time.",
        )
    ),
]

USUAL_TOLERANCE = 0.01
RowTolerance = Annotated[
    str, Field(json_schema_extra=shared("RowTolerance", "A SQL expression over the columns of the table."))
]


class Family(Spec):
    """Facts of one measure: a count of units or the sum of an amount."""

    name: Name | None = Field(None, description="What its facts are called; else the key it stands under.")
    count: Entity | None = Field(None, description="The facts count units of this entity.")
    sum: Expression | None = Field(None, description="The facts are sums of this, of the target's entity.")
    role: Role = Field("train", description="What its facts are for.")
    per: Literal["year", "month"] = Field(
        "year",
        description="What a value covers.",
        json_schema_extra=meanings(
            year="The year.", month="A month: an amount is taken twelve times, a count is an average."
        ),
    )
    scale: Annotated[float, Field(gt=0)] = Field(
        1, description="What the values are in: each is multiplied by it.", examples=[1000, 1e6]
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
    weight: Annotated[float, Field(gt=0)] = Field(
        1,
        description="What a squared miss of its facts costs beside others: with 4, as much as a miss twice "
        "as large. It multiplies the `weight` of the target.",
        examples=[4, 0.25],
    )

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
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

    where: Expression | None = Field(
        None, description="Which rows, over the columns of the table.", examples=["state = 'PR'"]
    )
    families: Items[str] = Field((), description="Families as the `family` column tells them apart.")
    reason: LeaveOutReason = Field(description="The kind of reason.")
    note: str = Field(min_length=5, description="The reason in words.")

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.where is None) == (not self.families):
            raise ValueError("what is left out is said by exactly one of where, families")
        return self


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
    geography: Geography = Field(
        default_factory=Geography, description="The places that the rows are about; without it, the nation."
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
    tolerance: Annotated[float, Field(gt=0, lt=1)] | Literal["exact"] | RowTolerance = Field(
        USUAL_TOLERANCE,
        description="The relative miss that trained facts are measured in: with half of it, a miss costs "
        "four times as much. `exact` facts are met to eight digits where any weights meet them. With an "
        "expression over the columns of the table each row has its own.",
        examples=[0.001, "exact", "percent / 100"],
    )
    standard_error: Expression | None = Field(
        None,
        description="How precise a row is, over the columns of the table, in the unit of `value`: as a share "
        "of the fact it is the relative miss that the fact is measured in, in place of `tolerance`.",
        examples=["se", "moe / 1.645"],
    )
    weight: Annotated[float, Field(gt=0)] = Field(
        1,
        description="What a squared miss of its facts costs beside those of other targets: with 4, as much "
        "as a miss twice as large. Only ratios matter; families may have one of their own.",
        examples=[4, 0.25],
    )
    adds_up_to: AddsUpTo | None = Field(None, description="The national fact that the places add up to.")
    reconcile: Reconcile | None = Field(
        None, description="The target that the facts are scaled to agree with, place by place."
    )

    @model_validator(mode="after")
    def _one_precision(self) -> Self:
        if self.standard_error is not None and "tolerance" in self.model_fields_set:
            raise ValueError(
                "how much facts may be missed is said by one of tolerance, standard_error; remove one"
            )
        return self

    @model_validator(mode="after")
    def _families_told_apart(self) -> Self:
        if self.family is None and len(self.families) != 1:
            raise ValueError("nothing tells the families apart; add `family:` with the column that does")
        return self

    @model_validator(mode="after")
    def _counts_are_not_aged_as_amounts(self) -> Self:
        aged = {row: f.aged_by for row, f in self.families.items() if f.aged_by is not None}
        for row, rule in aged.items():
            if self.families[row].count is None and self.counts is not None and rule.counts is None:
                raise ValueError(
                    f"`{row}` would age what `counts:` says by an amount's index; "
                    "add `counts: INDEX` to its `aged_by:`"
                )
            if rule.counts is not None and (self.counts is None or self.families[row].count is not None):
                raise ValueError(
                    f"no row of `{row}` is one of `counts:`, which `aged_by: counts` is for; remove it there"
                )
        return self

    @property
    def precision(self) -> dict[str, str | int]:
        """What gives each row its own precision, by the key it is written under."""
        by_row = isinstance(self.tolerance, str) and self.tolerance != "exact"
        said = {"tolerance": self.tolerance if by_row else None, "standard_error": self.standard_error}
        return {key: text for key, text in said.items() if isinstance(text, str | int)}

    @property
    def named(self) -> dict[str, Family]:
        """The families by the name that facts have."""
        return {family.name or row: family for row, family in self.families.items()}
