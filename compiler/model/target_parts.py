"""What a target says of the rows of its table: their place, band, category, and how columns become rows."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import PREFIX, Expression, Items, Name, Spec
from compiler.model.words import meanings, shared

Level = Annotated[
    Literal["nation", "state", "district", "county"],
    Field(
        json_schema_extra=shared("Level", "What kind of place a fact is about.")
        | meanings(
            nation="The whole country; no column is needed.",
            state="A state, the District of Columbia or Puerto Rico.",
            district="A congressional district.",
            county="A county.",
        )
    ),
]
Coded = Annotated[
    Literal["fips", "postal", "name", "geoid"],
    Field(
        json_schema_extra=shared("Coded", "How a column names places.")
        | meanings(
            fips="Its FIPS code: 06 for a state, 0601 for a district, 06037 for a county.",
            postal="The postal code of a state: CA.",
            name="The name of a state: California.",
            geoid="The Census Bureau's GEO_ID: 0400000US06.",
        )
    ),
]


class Geography(Spec):
    """The places that the facts are of."""

    level: Level = Field("nation", description="What kind of place a row is about.")
    column: Expression | None = Field(
        None,
        description="The place of a row, over the columns of the table.",
        examples=["state", "GEO_ID"],
    )
    coded: Coded | None = Field(None, description="How `column` names the places.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
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

    of: Expression = Field(description="What is banded, over the columns of the frame.", examples=["age"])
    lower: Expression = Field(
        description="The lower end, over the columns of the table; it belongs to the band."
    )
    upper: Expression = Field(description="The upper end, over the columns of the table; it does not.")
    uncovered: Items[Uncovered] = Field((), description="Ranges that no band of the table covers.")


class Match(Spec):
    """A category of the table and the codes of a variable it stands for."""

    column: Expression = Field(description="The category, over the columns of the table.")
    codes: Literal["same"] | dict[str, Literal["any"] | Items[str]] = Field(
        description="`same`: the table writes the codes of the variable. Otherwise category by category the "
        "codes it stands for, or `any`.",
        examples=["same", {"Single": ["SINGLE"], "All": "any"}],
    )


class Unpivot(Spec):
    """Turns a row of many columns into many rows."""

    columns: Annotated[str, Field(pattern=PREFIX)] | Annotated[Items[str], Field(min_length=1)] = Field(
        description="Columns that become rows: a prefix followed by `*`, or a list of columns.",
        examples=["POP_*", ["returns", "amount"]],
    )
    name: Name = Field(
        description="The new column that says which column a row comes from: what `*` stands for, or its "
        "name in a list."
    )
    value: Name = Field(description="The new column that holds the value.")

    def wide(self, columns: list[str]) -> dict[str, str]:
        """Return the columns of a table that are turned into rows, each with the name its rows have."""
        if isinstance(self.columns, tuple):
            return {name: name for name in self.columns if name in columns}
        prefix = self.columns.removesuffix("*")
        return {name: name.removeprefix(prefix) for name in columns if name.startswith(prefix)}


class AgedBy(Spec):
    """The index that takes facts of one year to another."""

    uprating: Name = Field(description="Name of an `upratings:` entry: its table of factors holds the index.")
    index: Name = Field(description="The column of that table.", examples=["WAGES"])
    counts: Name | None = Field(
        None,
        description="The column for the rows that `counts:` of the target says count units.",
        examples=["POPULATION"],
    )


class Reconcile(Spec):
    """Another target that the facts are scaled to agree with; the other stays as it is."""

    to: Name = Field(
        description="Name of a `targets:` entry: of the nation or of the states that these places lie in, or "
        "of places that lie in these."
    )
    family: Name | None = Field(
        None, description="The name of a family of that target; without it, the one of the same name."
    )
    families: dict[Name, Name] = Field(
        {}, description="By name of a family, that of its counterpart, where only some are scaled."
    )
    at_most: Annotated[
        float, Field(ge=0, lt=1, description="Largest relative change of a fact; a larger one fails the run.")
    ]

    @model_validator(mode="after")
    def _told_once(self) -> Self:
        if self.family is not None and self.families:
            raise ValueError("counterparts are told by one of family, families; remove one")
        return self


class AddsUpTo(Spec):
    """A national fact that the places must add up to."""

    target: Name = Field(description="Name of a `targets:` entry about the nation.")
    family: Name | None = Field(
        None, description="The name of a family of that target; without it, the one of the same name."
    )
    families: dict[Name, Name] = Field(
        {},
        description="By name of a family, that of its counterpart, where only some are compared.",
        examples=[{"cost": "snap"}],
    )
    within: Annotated[
        float, Field(ge=0, lt=1, description="Largest relative difference that passes.", examples=[0.01])
    ]
    report: bool = Field(default=False, description="Report a larger difference instead of failing the run.")

    @model_validator(mode="after")
    def _told_once(self) -> Self:
        if self.family is not None and self.families:
            raise ValueError("counterparts are told by one of family, families; remove one")
        return self
