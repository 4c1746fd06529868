"""The `draws` kind: flags that are drawn with a rate, and values that are drawn from a published table."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from compiler.model.base import Entity, Expression, Name, Spec, VariableName, Weights
from compiler.model.distributions import Number
from compiler.model.words import shared

_RawColumn = Annotated[str, Field(min_length=1, max_length=200)]
_Citation = Annotated[
    str,
    Field(
        min_length=3,
        description="Who published it, for people.",
        examples=["USDA FNS, participation rates, fiscal year 2022"],
    ),
]


def _each_once(given: dict[str, str]) -> dict[str, str]:
    if len(set(given.values())) < len(given):
        raise ValueError("a column of the table is named twice; each tells one thing of a row")
    return given


_Given = Annotated[dict[VariableName, _RawColumn], AfterValidator(_each_once)]


class RateTable(Spec):
    """Rates of a published table, one a key."""

    source: Name = Field(description="Name of a `sources:` entry: the table.")
    given: _Given = Field(
        min_length=1,
        description="By variable of the frame, the column of the table that holds the same: the key. A key "
        "that the table does not have, or has twice, is an error of the run.",
        examples=[{"state_fips": "fips"}],
    )
    column: _RawColumn = Field(description="The column that holds the rate, between 0 and 1.")


def _rate(value: object) -> str:
    return "a table" if isinstance(value, dict | RateTable) else "a rate"


Rate = Annotated[
    Annotated[
        str | int | float,
        Tag("a rate"),
        Field(
            json_schema_extra=shared(
                "Rate",
                "A number from 0 to 1, or a SQL scalar expression that gives one row by row.",
                "case eitc_child_count when 0 then 0.65 else 0.85 end",
            ),
        ),
    ]
    | Annotated[RateTable, Tag("a table")],
    Discriminator(_rate),
]


_COUNTS = {
    "at_least": "fills up a share, of weights",
    "relative": "shares out a share, of weights",
    "up_to": "is a number of people",
}


class Flag(Spec):
    """A truth value that is true with a rate."""

    entity: Entity = Field(description="Whose flag it is.")
    rate: Rate | None = Field(None, description="The share for whom it is true.", examples=[0.82])
    up_to: float | None = Field(
        None,
        gt=0,
        description="In place of a rate: so many are drawn that their number is expected to be this; all, "
        "where there are no more.",
        examples=[8.3e6],
    )
    source: _Citation
    among: Expression | None = Field(
        None,
        description="The rows that the rate is about; for all others the flag is false.",
        examples=["employment_income_before_lsr > 0"],
    )
    at_least: Expression | None = Field(
        None,
        description="Who is in whatever the draw. Of the others so many are drawn that the share of all rows "
        "with the same rate is expected to meet it.",
        examples=["receives_snap"],
    )
    relative: Expression | None = Field(
        None,
        description="How likely a row is beside the others of its rate: a row with 2 twice as likely as one "
        "with 1. The share of all rows with the same rate is still expected to meet it.",
        examples=["case when weekly_hours_worked >= 35 then 0.120 else 0.066 end"],
    )
    weights: Weights | None = Field(
        None,
        description="Only with `at_least`, `relative` or `up_to`. `design`: shares and numbers are "
        "of household weights. `{none: WHY}`: of rows.",
    )

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.rate is None) == (self.up_to is None):
            raise ValueError("a flag is true of a share or of a number; write either `rate:` or `up_to:`")
        return self

    @model_validator(mode="after")
    def _weights_where_counted(self) -> Self:
        counts = [(key, said) for key, said in _COUNTS.items() if getattr(self, key) is not None]
        if counts and self.weights is None:
            key, said = counts[0]
            raise ValueError(
                f"`{key}` {said} or of rows; write `weights: design`, or `weights: {{none: WHY}}`"
            )
        if not counts and self.weights is not None:
            raise ValueError("`weights` only counts with `at_least`, `relative` or `up_to`; remove it")
        return self


class Table(Spec):
    """A published table of values with the probability of each, within groups."""

    source: Name = Field(description="Name of a `sources:` entry: the table.")
    given: _Given = Field(
        {},
        description="By variable of the frame, the column of the table that holds the same: the groups.",
        examples=[{"state_fips": "fips"}],
    )
    value: _RawColumn = Field(description="The column of the table that holds the value.")
    probability: _RawColumn = Field(
        description="The column that holds how probable it is: any measure of size, such as a population."
    )


class FromTable(Spec):
    """A value that is drawn from a published table, one a row."""

    entity: Entity = Field(description="Whose value it is.")
    table: Table = Field(alias="from", description="The table, and how its rows are found.")
    source: _Citation


def _kind(value: Any) -> str:  # noqa: ANN401 - whatever is written there, or a model
    if isinstance(value, Number) or (isinstance(value, dict) and "distribution" in value):
        return "a number"
    is_table = isinstance(value, FromTable) or (isinstance(value, dict) and "from" in value)
    return "from a table" if is_table else "a flag"


DrawnValue = Annotated[
    Annotated[Flag, Tag("a flag")]
    | Annotated[FromTable, Tag("from a table")]
    | Annotated[Number, Tag("a number")],
    Discriminator(_kind),
]


class DrawSet(Spec):
    """Variables that are drawn at random, each from a stream of its own and by the id of its rows."""

    values: dict[VariableName, DrawnValue] = Field(
        min_length=1,
        description="By variable, how it is drawn. What reads another name of the set reads what the set "
        "gives it, whatever their order here; its own name it reads as it was before.",
    )
