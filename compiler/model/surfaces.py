"""The `surfaces` kind: named lists of variables, accounted for name by name."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Items, Name, ReferencePath, Spec, VariableName
from compiler.model.words import meanings, shared

ExcludeReason = Annotated[
    Literal[
        "formula_owned",
        "missing_engine_variable",
        "missing_source_column",
        "unsupported_entity_mapping",
        "intentional_divergence",
    ],
    Field(
        json_schema_extra=shared("ExcludeReason", "Why a variable is left out.")
        | meanings(
            formula_owned="The engine computes it, so a dataset must not store it.",
            missing_engine_variable="The engine has no variable of that name.",
            missing_source_column="The source has no column to make it of.",
            unsupported_entity_mapping="It is of an entity that the values cannot be brought to.",
            intentional_divergence="Left out on purpose; `note` says why.",
        )
    ),
]


class Exclusion(Spec):
    """Why a variable is left out. The reason is checked against the engine and the locked source."""

    reason: ExcludeReason = Field(description="The kind of reason; it is checked, not believed.")
    instead: VariableName | Items[VariableName] | None = Field(
        None,
        description="The input that is used in its place, or several.",
        examples=["employment_income_before_lsr", ["partnership_income", "s_corp_income"]],
    )
    source: Name | None = Field(
        None, description="Name of a `sources:` entry: the one that lacks the column."
    )
    column: Name | None = Field(
        None, description="The raw column that is missing from the locked file of the source."
    )
    note: str | None = Field(None, description="The reason in words.")

    @property
    def used(self) -> tuple[str, ...]:
        """The inputs that are used in its place."""
        if self.instead is None:
            return ()
        return (self.instead,) if isinstance(self.instead, str) else self.instead

    @model_validator(mode="after")
    def _of_a_source(self) -> Self:
        if self.reason != "missing_source_column" and (self.source or self.column):
            raise ValueError("only missing_source_column is about a source; remove `source:` and `column:`")
        return self


class Surface(Spec):
    """A list of variables."""

    reference: ReferencePath | None = Field(
        None, description="A list of which every name must be included or excluded."
    )
    besides: Items[Name] = Field(
        (),
        description="Names of `surfaces:` entries that account for some names of the reference: those are no "
        "part of this one, unless it says something of them itself. What is left out there on purpose, as "
        "intentional_divergence, is not accounted for.",
        examples=[["both_halves"]],
    )
    include: Literal["rest"] | Annotated[Items[VariableName], Field(min_length=1)] = Field(
        description="The variables. `rest`: those of the reference that are not excluded, and what is used "
        "instead of an excluded one in its place.",
        examples=[["age", "employment_income_before_lsr"], "rest"],
    )
    note: str | None = Field(
        None,
        min_length=5,
        description="What whoever reviews the list should know, such as where it departs from what its "
        "reference was used for elsewhere.",
    )
    exclude: dict[VariableName, Exclusion] = Field(
        default_factory=dict,
        description="Variables that one would expect in the list, or that the reference has, and why they "
        "are not in it.",
    )

    @model_validator(mode="after")
    def _rest_of_something(self) -> Self:
        if self.besides and self.reference is None:
            raise ValueError("there is nothing for others to account for; add `reference:`")
        if self.include == "rest" and self.reference is None:
            raise ValueError("there is nothing to be the rest of; add `reference:` or list the variables")
        return self
