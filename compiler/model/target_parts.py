"""What a target says of the rows of its table: their place, band, category, and how columns become rows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compiler.model.base import PREFIX, Expression, Items, Name, Spec


class Geography(Spec):
    """The places that the facts are of."""

    level: Literal["nation", "state", "district", "county"] = "nation"
    column: Expression | None = Field(None, description="The place of a row.", examples=["state", "GEO_ID"])
    coded: Literal["fips", "postal", "name", "geoid"] | None = Field(
        None,
        description=(
            "How the column names places: `fips` (06, 0601, 06037), `postal` (CA), `name` (California), "
            "`geoid` (the Census Bureau's GEO_ID, 0400000US06)."
        ),
    )

    @model_validator(mode="after")
    def _whole(self) -> Geography:
        told = (self.column is not None, self.coded is not None)
        if self.level == "nation" and any(told):
            raise ValueError("a nation needs no column; remove `column` and `coded`, or name another level")
        if self.level != "nation" and not all(told):
            raise ValueError(f"places need `column` and `coded`; say where the table names the {self.level}")
        if self.level in ("district", "county") and self.coded in ("postal", "name"):
            raise ValueError(f"`coded: {self.coded}` is for states; a {self.level} is coded by fips or geoid")
        return self


class Uncovered(Spec):
    """A range that the bands leave out, and why."""

    lower: float = Field(description="Where the range begins.")
    upper: float | None = Field(None, description="Where it ends; without it, the top is not covered.")
    note: str = Field(min_length=5, description="Why no fact is about it.")


class Bands(Spec):
    """Half-open intervals [lower, upper) of a variable, without gap or overlap, open at the top."""

    of: Expression
    lower: Expression
    upper: Expression
    uncovered: Items[Uncovered] = Field((), description="Ranges that no band of the table covers.")


class Match(Spec):
    """A category of the table and the codes of a variable it stands for."""

    column: Expression
    codes: Literal["same"] | dict[str, Literal["any"] | Items[str]]


class Unpivot(Spec):
    """Turns a row of many columns into many rows."""

    columns: Annotated[str, Field(pattern=PREFIX)] | Annotated[Items[str], Field(min_length=1)] = Field(
        description="A prefix followed by `*`, the rest becoming the value, or a list of columns.",
        examples=["POP_*", ["returns", "amount"]],
    )
    name: Name
    value: Name

    def wide(self, columns: list[str]) -> dict[str, str]:
        """Return the columns of a table that are turned into rows, each with the name its rows have."""
        if isinstance(self.columns, tuple):
            return {name: name for name in self.columns if name in columns}
        prefix = self.columns.removesuffix("*")
        return {name: name.removeprefix(prefix) for name in columns if name.startswith(prefix)}


class AgedBy(Spec):
    """The index that takes facts of one year to another."""

    uprating: Name = Field(description="The uprating whose table of factors holds the index.")
    index: Name = Field(description="The column of the index.")


class AddsUpTo(Spec):
    """A national fact that the places must add up to."""

    target: Name
    family: Name | None = Field(
        None, description="The family of that target; without it, the one of the same name."
    )
    within: Annotated[float, Field(ge=0, lt=1, description="Largest relative difference that passes.")]
    report: bool = Field(default=False, description="Report a larger difference instead of failing the run.")
