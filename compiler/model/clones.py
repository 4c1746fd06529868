"""The `clones` kind: a copy of the survey's own support, with another source's values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import Name, Spec


class CloneSurface(Spec):
    """Which variables the donor writes, and on which half."""

    surface: Name
    halves: Literal["clone", "both"] = Field(description="`clone`: the original keeps its own values.")
    absent: Literal["create"] | None = Field(
        None, description="What to do with variables that the frame does not have yet."
    )


class InternalStart(Spec):
    """What the optimiser starts from; a weight of exactly zero would never move."""

    twin: Annotated[
        float,
        Field(gt=0, lt=1, description="The clone's share of the weight that it and its twin start with."),
    ]


class Clone(Spec):
    """A support clone: every row once more, with shifted ids."""

    of: Name = Field(description="The scaffold that is cloned.")
    donor: Name = Field(description="The source whose values the clone takes.")
    imputation: Name = Field(description="The imputation that draws them.")
    stored_weight: Literal["zero", "split"] = Field(description="The stored weight of the clone half.")
    internal_start: InternalStart
    flag: Name = Field(description="Stem of the flag: `person_<flag>`, `household_<flag>`, and so on.")
    impute: CloneSurface
    override: CloneSurface | None = None
