"""What a variable of a source is made of: an expression over the row, or more than one can say."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from compiler.model.base import Entity, Expression, Items, Name, Spec
from compiler.model.words import meanings, shared


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


Code = Annotated[
    str | int | float | bool,
    Field(json_schema_extra=shared("Code", "A value of a column of codes, as the file writes it.", 1, "N")),
]
NoCategoryReason = Annotated[
    Literal["not_asked", "not_answered", "outside_universe", "intentional_divergence"],
    Field(
        json_schema_extra=shared("NoCategoryReason", "Why a code stands for no category.")
        | meanings(
            not_asked="The person was not asked; `note` says when that is so.",
            not_answered="The person was asked and did not answer.",
            outside_universe="The question does not apply.",
            intentional_divergence="It is a category, and left out on purpose; `note` says why.",
        )
    ),
]


class NoCategory(Spec):
    """Codes that stand for no category: who has one has no value."""

    codes: Items[Code] = Field(min_length=1, description="The codes.")
    reason: NoCategoryReason = Field(description="The kind of reason.")
    note: str = Field(min_length=5, description="What these codes say, in the words of the survey.")


class Mapped(Spec):
    """Codes of a column as categories that other surveys share. Every code of the lock has its place."""

    map: Name = Field(description="The column of codes.", examples=["TEN"])
    to: dict[Name, Items[Code]] = Field(
        min_length=1,
        description="By category, the codes that mean it. A category is a text, or a value of an enum.",
        examples=[{"owner": [1, 2], "tenant": [3]}],
    )
    without: Items[NoCategory] = Field(
        (),
        description="Codes that stand for no category, and why.",
        examples=[[{"codes": [9], "reason": "not_answered", "note": "refused, or does not know"}]],
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = self.codes
        twice = next((code for number, code in enumerate(codes) if code in codes[:number]), None)
        if twice is not None:
            raise ValueError(f"the code {twice!r} stands in two places; name each code once")
        if empty := next((name for name, listed in self.to.items() if not listed), None):
            raise ValueError(f"no code means `{empty}`; name its codes, or remove it")
        return self

    @property
    def codes(self) -> list[str | int | float | bool]:
        """Every code that has its place."""
        listed = [*self.to.values(), *(entry.codes for entry in self.without)]
        return [code for codes in listed for code in codes]

    @property
    def column(self) -> str:
        """The column as an expression."""
        return f'"{self.map}"'

    @property
    def text(self) -> str:
        """The expression that gives the category of a row."""
        branches = (
            f"when {self.column} in ({', '.join(map(_literal, codes))}) then '{name}'"
            for name, codes in self.to.items()
        )
        return f"case {' '.join(branches)} end"

    @property
    def known(self) -> str:
        """The expression that tells whether a row's code has its place; null where the row has none."""
        return f"{self.column} in ({', '.join(map(_literal, self.codes))})"


def _literal(code: str | float | bool) -> str:  # noqa: FBT001 - a code of a file
    if isinstance(code, str):
        return "'" + code.replace("'", "''") + "'"
    return str(code).lower()


Value = Expression | Draw


def _shape(rule: object) -> str:
    """Tell a value of the row from values by member: what is wrong inside one is nothing about the other."""
    kinds = {"value": "row", "named_by": "named", "map": "mapped"}
    return (
        next((kinds[key] for key in rule if key in kinds), "members") if isinstance(rule, dict) else "members"
    )


def _either(schema: dict[str, Any]) -> None:
    """To JSON Schema a value of the row with no list in it looks like values by member as well."""
    schema["anyOf"] = schema.pop("oneOf")


_Shaped = Annotated[
    Annotated[RowValue, Tag("row")]
    | Annotated[Named, Tag("named")]
    | Annotated[Mapped, Tag("mapped")]
    | Annotated[dict[Name, Value], Tag("members")],
    Discriminator(_shape),
    Field(json_schema_extra=_either),
]
Column = Expression | _Shaped
