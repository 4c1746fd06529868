"""The `variables` kind: what the engine does not have."""

from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

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
    refers_to: Entity | None = Field(
        None,
        description="The entity whose id it holds, as a whole number or as the publisher's text. "
        "That of a copied row refers to copies.",
        examples=["person"],
    )
    weight: bool = Field(
        False,
        description="Whether it is a weight of the survey, such as a replicate weight: copies share it as "
        "they share the weight of households.",
        examples=[True],
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

    @model_validator(mode="after")
    def _is_stored_as_what_it_is(self) -> Self:
        if self.refers_to is not None and self.type not in ("int", "str"):
            raise ValueError(f"an id is of type int or str, not {self.type}")
        if self.weight and self.type != "float":
            raise ValueError(f"a weight is of type float, not {self.type}")
        if self.value is not None and (self.weight or self.refers_to is not None):
            raise ValueError("an id or a weight is brought by a source; leave `value` out")
        return self
