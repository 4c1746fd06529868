"""What all kinds share: strictness, names, expressions, reasons, weights."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict

_T = TypeVar("_T")

# A YAML list arrives as a list; the model keeps it as a tuple, strict in its items all the same.
Items = Annotated[tuple[_T, ...], Strict(strict=False)]
Name = Annotated[
    str,
    Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=120, description="A name: letters, digits and underscores."),
]
Expression = Annotated[
    str | int,
    Field(description="A SQL scalar expression (DuckDB dialect).", examples=["age >= 65", "sum(age) over tax_unit"]),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, 64 hexadecimal digits.")]
Year = Annotated[int, Field(ge=1900, le=2200, description="A calendar year.")]
Entity = Literal["person", "household", "tax_unit", "family", "spm_unit", "marital_unit"]
ENTITIES: tuple[Entity, ...] = ("person", "household", "tax_unit", "family", "spm_unit", "marital_unit")
Role = Literal["train", "holdout", "audit"]


class Spec(BaseModel):
    """A piece of the language: unknown keys are errors, values are not converted, nothing changes after reading."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", validate_default=True)


class WithoutWeights(Spec):
    """Leaving survey weights out is allowed, but never in silence."""

    none: str = Field(min_length=10, description="Why the weights are not used.")


Weights = Literal["design"] | WithoutWeights
