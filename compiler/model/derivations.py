"""The `derivations` kind: variables computed once, from what the frame holds, and stored."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from compiler.model.base import Entity, Expression, Spec, VariableName
from compiler.model.words import meanings


class SomeRows(Spec):
    """A value for some rows, and what the others get."""

    value: Expression = Field(description="How it follows from the columns of the frame.")
    where: Expression = Field(
        description="The rows that get the value; where it is null they do not.",
        examples=["is_household_head"],
    )
    elsewhere: Literal["zero", "keep"] = Field(
        description="What the other rows get.",
        json_schema_extra=meanings(zero="Zero, or false.", keep="What they had before this step."),
    )


def _form(value: object) -> str:
    return "for some rows" if isinstance(value, dict | SomeRows) else "for all rows"


DerivedValue = Annotated[
    Annotated[Expression, Tag("for all rows")] | Annotated[SomeRows, Tag("for some rows")],
    Discriminator(_form),
]


class Derivation(Spec):
    """Stored variables of one entity. Later steps read and export them; the expressions are read once."""

    entity: Entity = Field(description="Whose values they are.")
    values: dict[VariableName, DerivedValue] = Field(
        min_length=1,
        description="By variable, how it follows from the frame. A value that reads another name of the set "
        "reads what the set gives it, whatever their order here; its own name it reads as it was before.",
        examples=[{"pre_subsidy_rent": "coalesce(pre_subsidy_rent, 0)"}],
    )
