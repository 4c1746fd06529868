"""What all kinds share: strictness, names, expressions, reasons, weights."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict

_T = TypeVar("_T")
NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
_SHA256 = r"^[0-9a-f]{64}$"
SIZE = r"^([0-9]+(?:\.[0-9]+)?) (MiB|GiB)$"
H5_FILE = r"^[A-Za-z0-9_.-]+\.h5$"
PREFIX = r"^[A-Za-z0-9_]+\*$"
# No part begins with a dot, so none leads out; the top of the folder is where spec files stand.
REFERENCE = r"^([A-Za-z0-9_][A-Za-z0-9_.-]*/)+[A-Za-z0-9_][A-Za-z0-9_.-]*\.yaml$"
DATE = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
# Every pattern of the language in words: nobody should have to read a regular expression to correct a spec.
FORMS = {
    NAME: "a name: a letter, then letters, digits and underscores",
    _SHA256: "a SHA-256: 64 hexadecimal digits in lower case",
    SIZE: "a size such as `8 GiB` or `900 MiB`",
    H5_FILE: "a file name that ends in .h5",
    PREFIX: "a prefix followed by `*`",
    REFERENCE: "a .yaml file in a sub-folder of the bundle, such as `references/NAME.yaml`",
    DATE: 'a month such as "2027-06" or a day such as "2027-06-30", in quotes',
}
# The keys of values that are words, addresses or digests: no expression stands there.
PROSE = frozenset({"title", "note", "licence", "locator", "sha256", "reason"})

# A YAML list arrives as a list; the model keeps it as a tuple, strict in its items all the same.
Items = Annotated[tuple[_T, ...], Strict(strict=False)]
Name = Annotated[
    str,
    Field(
        pattern=NAME,
        max_length=120,
        description="A name: letters, digits and underscores.",
    ),
]
Expression = Annotated[
    str | int,
    Field(
        description="A SQL scalar expression (DuckDB dialect).",
        examples=["age >= 65", "sum(age) over tax_unit"],
    ),
]
Sha256 = Annotated[str, Field(pattern=_SHA256, description="SHA-256 of the file, 64 hexadecimal digits.")]
ReferencePath = Annotated[
    str,
    Field(
        pattern=REFERENCE,
        max_length=200,
        description="A file with a list of names, in a sub-folder of the bundle.",
        examples=["references/donor_detail.yaml"],
    ),
]
Year = Annotated[int, Field(ge=1900, le=2200, description="A calendar year.")]
Entity = Literal["person", "household", "tax_unit", "family", "spm_unit", "marital_unit"]
ENTITIES: tuple[Entity, ...] = ("person", "household", "tax_unit", "family", "spm_unit", "marital_unit")
Role = Literal["train", "holdout", "audit"]


class Spec(BaseModel):
    """A piece of the language: unknown keys are errors, no value is converted, nothing changes later."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", validate_default=True, defer_build=True
    )


class WithoutWeights(Spec):
    """Leaving survey weights out is allowed, but never in silence."""

    none: str = Field(min_length=10, description="Why the weights are not used.")


Weights = Literal["design"] | WithoutWeights
