"""What a reference file holds: the names that a surface or an export is held to, and who listed them."""

from __future__ import annotations

from pydantic import Field

from compiler.model.base import Items, Name, Spec


class ReferenceList(Spec):
    """A list of names that somebody else has made. A plain list stands for `names:` alone."""

    title: str | None = Field(None, min_length=3)
    source: str | None = Field(None, min_length=5, description="Who made the list, where.")
    names: Items[Name] = Field(min_length=1)
