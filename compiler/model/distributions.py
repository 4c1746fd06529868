"""Distributions that a draw may be of."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Entity, Expression, Spec
from compiler.model.words import shared

_Parameter = Annotated[
    str | int | float,
    Field(
        json_schema_extra=shared(
            "Parameter",
            "A number, or a SQL scalar expression that gives one row by row.",
            "case when age < 20 then 13 else 18 end",
        )
    ),
]


class Uniform(Spec):
    """Every number of a range alike."""

    kind: Literal["uniform"] = Field(description="Which distribution.")
    low: _Parameter = Field(0, description="The lowest value.")
    high: _Parameter = Field(1, description="The end of the range, which no value reaches.")


class Normal(Spec):
    """The normal distribution; `exp` of it is lognormal."""

    kind: Literal["normal"] = Field(description="Which distribution.")
    mean: _Parameter = Field(0, description="Its mean.")
    sd: _Parameter = Field(1, description="Its standard deviation, at least 0.")


class Beta(Spec):
    """The beta distribution on [0, 1]."""

    kind: Literal["beta"] = Field(description="Which distribution.")
    a: _Parameter = Field(description="Its first parameter, above 0.", examples=[2])
    b: _Parameter = Field(description="Its second parameter, above 0.", examples=[18])


Distribution = Annotated[Uniform | Normal | Beta, Field(discriminator="kind")]


class Number(Spec):
    """A number that is drawn from a distribution, its parameters row by row."""

    entity: Entity = Field(description="Whose number it is.")
    distribution: Distribution = Field(
        description="Of which distribution it is.", examples=[{"kind": "uniform", "low": 0, "high": 1}]
    )
    source: str = Field(
        min_length=3,
        description="Who estimated its parameters, or why they are assumed, for people.",
        examples=["assumed: dependants of a band are spread evenly over it"],
    )
    among: Expression | None = Field(
        None, description="The rows that are drawn for; the others have zero.", examples=["receipts > 0"]
    )

    @property
    def parameters(self) -> dict[str, str | int | float]:
        """The parameters of the distribution by name."""
        found: dict[str, str | int | float] = self.distribution.model_dump(exclude={"kind"})
        return found

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        numbers = {k: v for k, v in self.parameters.items() if isinstance(v, int | float)}
        if "low" in numbers and "high" in numbers and numbers["low"] >= numbers["high"]:
            raise ValueError("the range is empty; write the lower end first")
        if any(numbers.get(name, 1) <= 0 for name in ("a", "b")) or numbers.get("sd", 0) < 0:
            raise ValueError("a beta's parameters are above 0, a standard deviation at least 0")
        return self
