"""What a variable of a source is made of: an expression over the row, or more than one can say."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from compiler.model.base import Entity, Expression, Items, Name, Spec


class Draw(Spec):
    """A whole number drawn evenly from a closed range; its stream has the name of source, column, member."""

    draw: Annotated[
        tuple[int, int],
        Field(strict=False, description="Lowest and highest value.", examples=[[0, 17]]),
    ]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _in_order(self.draw)
        return self


def _in_order(drawn: tuple[int, int]) -> None:
    low, high = drawn
    if low > high:
        raise ValueError(f"the range {low} to {high} is empty; write the lower end first")


class RowValue(Spec):
    """A value of a row that says more than an expression does: which row of several, or what is drawn."""

    value: Expression = Field(description="The value, over the columns of a row.", examples=["A_AGE"])
    draw: (
        Annotated[tuple[int, int], Field(strict=False, description="Lowest and highest value that is drawn.")]
        | None
    ) = Field(
        None,
        description="What is drawn evenly instead of the value, where `when` holds.",
        examples=[[80, 84]],
    )
    when: Expression | None = Field(
        None, description="For which rows a value is drawn.", examples=["A_AGE = 80"]
    )
    take: Literal["first"] | None = Field(
        None, description="Of the several rows of a person, the first one's value counts."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.draw is None) != (self.when is None):
            raise ValueError("what is drawn and for whom belong together; write both `draw:` and `when:`")
        if self.draw is None and self.take is None:
            raise ValueError("nothing is said beside the value; write the expression alone")
        if self.draw is not None:
            _in_order(self.draw)
        return self


class Named(Spec):
    """How many persons of the same group name this one, as children do their parents by line number."""

    named_by: Items[Expression] = Field(
        min_length=1,
        description="What others name by; who names this person in several of them counts once.",
        examples=[["PEPAR1", "PEPAR2"]],
    )
    name: Expression = Field(description="What this person goes by there.", examples=["A_LINENO"])
    within: Entity = Field(description="The group that the names hold in.", examples=["household"])


Value = Expression | Draw


def _shape(rule: object) -> str:
    """Tell a value of the row from values by member: what is wrong inside one is nothing about the other."""
    kinds = {"value": "row", "named_by": "named"}
    return (
        next((kinds[key] for key in rule if key in kinds), "members") if isinstance(rule, dict) else "members"
    )


def _either(schema: dict[str, Any]) -> None:
    """To JSON Schema a value of the row with no list in it looks like values by member as well."""
    schema["anyOf"] = schema.pop("oneOf")


_Shaped = Annotated[
    Annotated[RowValue, Tag("row")]
    | Annotated[Named, Tag("named")]
    | Annotated[dict[Name, Value], Tag("members")],
    Discriminator(_shape),
    Field(json_schema_extra=_either),
]
Column = Expression | _Shaped
