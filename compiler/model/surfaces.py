"""The `surfaces` kind: named lists of variables, accounted for name by name."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compiler.model.base import Items, Name, Spec

ExcludeReason = Literal[
    "formula_owned",
    "missing_engine_variable",
    "missing_source_column",
    "unsupported_entity_mapping",
    "intentional_divergence",
]


class Exclusion(Spec):
    """Why a variable is left out. The reason is checked against the engine and the locked source."""

    reason: ExcludeReason
    instead: Name | None = Field(None, description="The input that is used in its place.")
    source: Name | None = Field(None, description="The source that lacks the column.")
    note: str | None = None


class Surface(Spec):
    """A list of variables."""

    include: Items[Name] = Field(min_length=1)
    exclude: dict[Name, Exclusion] = Field(default_factory=dict)
