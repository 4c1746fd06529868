"""The `variables` kind: what the engine does not have."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from compiler.model.base import Entity, Expression, Items, Name, Spec
from compiler.model.words import meanings

ValueType = Literal["float", "int", "bool", "str"]


class Variable(Spec):
    """A variable of ours. With a value it is a view: computed from the frame whenever it is read."""

    entity: Entity = Field(description="Whose value it is.")
    type: ValueType = Field(
        description="What kind of value it is.",
        json_schema_extra=meanings(
            float="A number; amounts of money are float.",
            int="A whole number.",
            bool="True or false.",
            str="Text.",
        ),
    )
    unit: str | None = Field(
        None,
        description="The unit of a number; what is in `currency-USD` must be moved to the bundle's period.",
        examples=["currency-USD"],
    )
    value: Expression | None = Field(
        None, description="How it follows from the columns of the frame.", examples=["sum(age) over tax_unit"]
    )
    also: Items[Name] = Field(
        (),
        description="Further variables of the same entity, type and unit.",
        examples=[["scf_savings_bonds", "scf_business_equity"]],
    )

    @field_validator("also")
    @classmethod
    def _without_a_value(cls, names: tuple[str, ...], said: ValidationInfo) -> tuple[str, ...]:
        if names and said.data.get("value") is not None:
            raise ValueError("a value is that of one variable; write a line for each, or leave `value` out")
        return names
