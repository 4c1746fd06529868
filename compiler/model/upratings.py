"""The `upratings` kind: which amounts move from which year to which, by which index."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compiler.model.base import Items, Name, Spec, VariableName
from compiler.model.words import meanings


class Factors(Spec):
    """The table of index columns, one row a year."""

    source: Name = Field(description="Name of a `sources:` entry: the table.")
    year: Name = Field(description="The column that holds the year.", examples=["YEAR"])
    concept: Literal["growth", "level"] = Field(
        description="What a value of the table says.",
        json_schema_extra=meanings(
            growth="Each row is the factor on the year before.",
            level="Each row is an index; the factor is the ratio of two rows.",
        ),
    )


class Unchanged(Spec):
    """Why an amount is not moved."""

    note: str = Field(min_length=5, description="The reason in words.")


class Uprating(Spec):
    """Index by index, the variables it moves."""

    factors: Factors = Field(description="Where the indices are.")
    by: dict[Name, Items[VariableName]] = Field(
        {},
        description="By column of the table, the variables that it moves; none where it only ages facts.",
    )
    unchanged: dict[VariableName, Unchanged] = Field(
        default_factory=dict, description="Amounts that stay as they are, and why."
    )

    @property
    def index_of(self) -> dict[str, str]:
        """Variable to index column."""
        return {variable: index for index, variables in self.by.items() for variable in variables}
