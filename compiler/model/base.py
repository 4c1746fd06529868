"""What all kinds share: strictness, names, expressions, reasons, weights."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict

from compiler.model.words import meanings, shared

_T = TypeVar("_T")
NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
_SHA256 = r"^[0-9a-f]{64}$"
SIZE = r"^([0-9]+(?:\.[0-9]+)?) (MiB|GiB)$"
H5_FILE = r"^[A-Za-z0-9_.-]+\.h5$"
PREFIX = r"^[A-Za-z0-9_]+\*$"
# No part begins with a dot, so none leads out; the top of the folder is where spec files stand.
REFERENCE = r"^([A-Za-z0-9_][A-Za-z0-9_.-]*/)+[A-Za-z0-9_][A-Za-z0-9_.-]*\.yaml$"
LAYOUT = r"^([A-Za-z0-9_][A-Za-z0-9_.-]*/)+[A-Za-z0-9_][A-Za-z0-9_.-]*\.csv$"
DATE = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
# Every pattern of the language in words: nobody should have to read a regular expression to correct a spec.
FORMS = {
    NAME: "a name: a letter, then letters, digits and underscores",
    _SHA256: "a SHA-256: 64 hexadecimal digits in lower case",
    SIZE: "a size such as `8 GiB` or `900 MiB`",
    H5_FILE: "a file name that ends in .h5",
    PREFIX: "a prefix followed by `*`",
    REFERENCE: "a .yaml file in a sub-folder of the bundle, such as `references/NAME.yaml`",
    LAYOUT: "a .csv file in a sub-folder of the bundle, such as `layouts/NAME.csv`",
    DATE: 'a month such as "2027-06" or a day such as "2027-06-30", in quotes',
}
# The keys of values that are words, addresses or digests: no expression stands there.
PROSE = frozenset({"title", "note", "licence", "locator", "sha256", "reason"})

# A YAML list arrives as a list; the model keeps it as a tuple, strict in its items all the same.
Items = Annotated[tuple[_T, ...], Strict(strict=False)]
# Aliases have no description of their own: each field says what it is for.
Name = Annotated[
    str,
    Field(
        pattern=NAME,
        max_length=120,
        json_schema_extra=shared("Name", "A name: a letter, then letters, digits and underscores."),
    ),
]
# The same to the compiler; editors complete it with the inputs of the engine.
VariableName = Annotated[
    str,
    Field(
        pattern=NAME,
        max_length=120,
        json_schema_extra=shared(
            "VariableName", "A variable: an input of the engine, or one that this bundle declares."
        ),
    ),
]
Expression = Annotated[
    str | int,
    Field(
        json_schema_extra=shared(
            "Expression", "A SQL scalar expression (DuckDB dialect).", "age >= 65", "sum(age) over tax_unit"
        ),
    ),
]
Sha256 = Annotated[
    str,
    Field(
        pattern=_SHA256,
        json_schema_extra=shared("Sha256", "The SHA-256 of a file: 64 hexadecimal digits in lower case."),
    ),
]
Year = Annotated[int, Field(ge=1900, le=2200, json_schema_extra=shared("Year", "A calendar year."))]
Entity = Annotated[
    Literal["person", "household", "tax_unit", "family", "spm_unit", "marital_unit"],
    Field(
        json_schema_extra=shared("Entity", "An entity of the engine.")
        | meanings(
            person="One human being.",
            household="Everybody at one address. Households carry the survey weight.",
            tax_unit="The persons of one tax return: head, spouse, dependants.",
            family="The members of a household who are related.",
            spm_unit="The unit of the Supplemental Poverty Measure, which shares its resources.",
            marital_unit="A married couple, or one unmarried person.",
        )
    ),
]
ReferencePath = Annotated[
    str,
    Field(
        pattern=REFERENCE,
        max_length=200,
        json_schema_extra=shared(
            "ReferencePath",
            "A file with a list of names, in a sub-folder of the bundle.",
            "references/donor_detail.yaml",
        ),
    ),
]
LayoutPath = Annotated[
    str,
    Field(
        pattern=LAYOUT,
        max_length=200,
        json_schema_extra=shared(
            "LayoutPath",
            "The documented columns of a file, as a CSV in a sub-folder of the bundle: "
            "column, type, low, high, codes, label.",
            "layouts/asec_person.csv",
        ),
    ),
]
ENTITIES: tuple[Entity, ...] = ("person", "household", "tax_unit", "family", "spm_unit", "marital_unit")
Role = Annotated[
    Literal["train", "holdout", "audit"],
    Field(
        json_schema_extra=shared("Role", "What a fact is for.")
        | meanings(
            train="The weights are made to meet it.",
            holdout="Never trained on; its error says how well the weights generalise.",
            audit="Never trained on; one that is looked at, though the data may be unable to meet it.",
        )
    ),
]


class Spec(BaseModel):
    """A piece of the language: unknown keys are errors, no value is converted, nothing changes later."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", validate_default=True, defer_build=True
    )


class WithoutWeights(Spec):
    """Leaving survey weights out is allowed, but never in silence."""

    none: str = Field(
        min_length=10,
        description="Why the weights are not used.",
        examples=["the donors are a census, nobody stands for others"],
    )


Weights = Literal["design"] | WithoutWeights
