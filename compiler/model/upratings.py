"""The `upratings` kind: which amounts move from which year to which, by which index."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Items, Name, Spec, VariableName, Year
from compiler.model.words import meanings


class Factors(Spec):
    """The table of indices: a row a year with a column an index, or a row a year and index."""

    source: Name = Field(description="Name of a `sources:` entry: the table; its `where` says which rows.")
    year: Name = Field(description="The column that holds the year.", examples=["YEAR"])
    index: Name | None = Field(
        None,
        description="Of a table with a row a year and index, the column that names the index.",
        examples=["Variable"],
    )
    value: Name | None = Field(
        None, description="Of such a table, the column that holds the value.", examples=["Value"]
    )
    per: Name | None = Field(
        None,
        description="The index that amounts are per: each of them moves by its own index over this one, so "
        "that totals become averages.",
        examples=["count"],
    )
    concept: Literal["growth", "level"] = Field(
        description="What a value of the table says.",
        json_schema_extra=meanings(
            growth="Each row is the factor on the year before.",
            level="Each row is an index; the factor is the ratio of two rows.",
        ),
    )

    @model_validator(mode="after")
    def _long(self) -> Self:
        if (self.index is None) != (self.value is None):
            raise ValueError("a row a year and index names both in columns; write both `index:` and `value:`")
        return self

    @property
    def read(self) -> frozenset[str] | None:
        """The columns that are read of a table with a row a year and index; None of a table of columns."""
        if self.index is None or self.value is None:
            return None
        return frozenset({self.year, self.index, self.value})


class Steady(Spec):
    """Amounts that grow alike every year, by no index of the table."""

    growth: Annotated[float, Field(gt=0, lt=10)] = Field(
        description="The factor of each year on the one before.", examples=[1.02]
    )
    variables: Items[VariableName] = Field(min_length=1, description="The variables that it moves.")
    note: str = Field(min_length=5, description="Why no index moves them.")


class Unchanged(Spec):
    """Why an amount is not moved."""

    note: str = Field(min_length=5, description="The reason in words.")


class Uprating(Spec):
    """Index by index, the variables it moves."""

    factors: Factors = Field(description="Where the indices are.")
    to: Year | None = Field(
        None,
        description="The year that a step moves the frame to, where it is not the bundle's period: a later "
        "one moves it on.",
    )
    by: dict[Name, Items[VariableName]] = Field(
        {}, description="By index, the variables that it moves; none where it only ages facts."
    )
    losses: dict[Name, Items[VariableName]] = Field(
        default_factory=dict,
        description="By index, variables whose amounts below zero it moves; `by` then moves those above.",
        examples=[{"business_net_losses": ["self_employment_income_before_lsr"]}],
    )
    weights: Name | None = Field(
        None,
        description="The index that moves the design weights, never `per` another.",
        examples=["count"],
    )
    steady: Items[Steady] = Field((), description="Amounts that grow alike every year, and why.")
    unchanged: dict[VariableName, Unchanged] = Field(
        default_factory=dict, description="Amounts that stay as they are, and why."
    )

    @cached_property
    def index_of(self) -> dict[str, str]:
        """Variable to the index that moves it, or its amounts above zero."""
        return {variable: index for index, variables in self.by.items() for variable in variables}

    @cached_property
    def index_of_losses(self) -> dict[str, str]:
        """Variable to the index of its amounts below zero, where that is another."""
        return {variable: index for index, variables in self.losses.items() for variable in variables}

    @cached_property
    def steady_growth(self) -> dict[str, float]:
        """Variable to the growth of each year."""
        return {variable: rule.growth for rule in self.steady for variable in rule.variables}

    @cached_property
    def moved(self) -> frozenset[str]:
        """Every variable that is moved."""
        return frozenset(self.index_of) | self.steady_growth.keys()

    @property
    def indices(self) -> list[tuple[str, tuple[str | int, ...]]]:
        """Every index that is named, with the path of what names it; the keys of mappings come first."""
        keys: list[tuple[str, tuple[str | int, ...]]] = [(index, ("by", index)) for index in self.by]
        keys += [(index, ("losses", index)) for index in self.losses]
        keys += [] if self.factors.per is None else [(self.factors.per, ("factors", "per"))]
        return keys + ([] if self.weights is None else [(self.weights, ("weights",))])
