"""What a reference file holds: the names that a surface or an export is held to, and who listed them."""

from __future__ import annotations

from pydantic import Field

from compiler.model.base import Items, Spec, VariableName


class ReferenceList(Spec):
    """A list of names that somebody else has made. A plain list stands for `names:` alone."""

    title: str | None = Field(None, min_length=3, description="What the list is, for people.")
    source: str | None = Field(None, min_length=5, description="Who made the list, where.")
    names: Items[VariableName] = Field(min_length=1, description="The variables of the list.")
