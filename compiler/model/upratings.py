"""The `upratings` kind: which amounts move from which year to which, by which index."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compiler.model.base import Items, Name, Spec


class Factors(Spec):
    """The table of index columns, one row a year."""

    source: Name
    year: Name = Field(description="The column that holds the year.")
    concept: Literal["growth", "level"] = Field(
        description="`growth`: each row is the factor on the year before."
    )


class Unchanged(Spec):
    """Why an amount is not moved."""

    note: str = Field(min_length=5)


class Uprating(Spec):
    """Index by index, the variables it moves."""

    factors: Factors
    by: dict[Name, Items[Name]] = Field(min_length=1)
    unchanged: dict[Name, Unchanged] = Field(default_factory=dict)

    @property
    def index_of(self) -> dict[str, str]:
        """Variable to index column."""
        return {variable: index for index, variables in self.by.items() for variable in variables}
