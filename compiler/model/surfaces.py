"""The `surfaces` kind: named lists of variables, accounted for name by name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import Items, Name, Spec, VariableName
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
    instead: VariableName | None = Field(None, description="The input that is used in its place.")
    source: Name | None = Field(
        None, description="Name of a `sources:` entry: the one that lacks the column."
    )
    note: str | None = Field(None, description="The reason in words.")


class Surface(Spec):
    """A list of variables."""

    include: Items[VariableName] = Field(min_length=1, description="The variables of the list.")
    exclude: dict[VariableName, Exclusion] = Field(
        default_factory=dict, description="Variables that one would expect in the list, and why they are not."
    )
