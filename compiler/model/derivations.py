"""The `derivations` kind: variables computed once, from what the frame holds, and stored."""

import re
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from compiler.model.base import Entity, Expression, Items, Spec, VariableName
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


class Alike(Spec):
    """Variables that follow in one way, each from itself."""

    variables: Items[VariableName] = Field(min_length=1, description="The variables.")
    value: Expression = Field(
        description="How each follows; `it` is the variable itself as it was before this step.",
        examples=["share * sum(it) over tax_unit"],
    )


class Derivation(Spec):
    """Stored variables of one entity. Later steps read and export them; the expressions are read once."""

    entity: Entity = Field(description="Whose values they are.")
    alike: Items[Alike] = Field(
        (),
        description="Lists of variables that follow in one way, beside `values`.",
        examples=[[{"variables": ["alimony_income", "rental_income"], "value": "greatest(it, 0)"}]],
    )
    values: dict[VariableName, DerivedValue] = Field(
        {},
        description="By variable, how it follows from the frame. A value that reads another name of the set "
        "reads what the set gives it, whatever their order here; its own name it reads as it was before.",
        examples=[{"pre_subsidy_rent": "coalesce(pre_subsidy_rent, 0)"}],
    )

    @cached_property
    def places(self) -> dict[str, tuple[str | int, ...]]:
        """Every variable of the set with the path of its value."""
        found: dict[str, tuple[str | int, ...]] = {name: ("values", name) for name in self.values}
        for number, rule in enumerate(self.alike):
            found |= dict.fromkeys(rule.variables, ("alike", number, "value"))
        return found

    @cached_property
    def all_values(self) -> dict[str, DerivedValue]:
        """Every variable of the set with its value, those of lists written out."""
        listed = {n: in_place_of_it(rule.value, n) for rule in self.alike for n in rule.variables}
        return {**self.values, **listed}

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [*self.values, *(name for rule in self.alike for name in rule.variables)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"`{twice}` has two values; keep it in one place")
        if not names:
            raise ValueError("a set without variables derives nothing; write `values:` or `alike:`")
        return self


# A text in quotes of either kind, or the word; what is in quotes is left alone.
_IT = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\bit\b""")


def in_place_of_it(expression: str | int, name: str) -> str:
    """Return an expression with a variable where it says `it`."""
    return _IT.sub(lambda found: name if found[0] == "it" else found[0], str(expression))
