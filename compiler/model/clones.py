"""The `clones` kind: a copy of the survey's own support, with another source's values."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import Items, Name, Spec
from compiler.model.words import meanings


class CloneSurface(Spec):
    """Which variables the donor writes, and on which half."""

    surface: Name = Field(description="Name of a `surfaces:` entry: the variables that are written.")
    halves: Literal["clone", "both"] = Field(
        description="On which half the donor's values are written.",
        json_schema_extra=meanings(
            clone="On the copy; the original keeps its own values.", both="On the original and the copy."
        ),
    )
    absent: Literal["create"] | None = Field(
        None,
        description="What to do with variables that the frame does not have yet.",
        json_schema_extra=meanings(create="They are created; without it they are an error."),
    )


class InternalStart(Spec):
    """What the optimiser starts from; a weight of exactly zero would never move."""

    twin: Annotated[
        float,
        Field(gt=0, lt=1, description="The clone's share of the weight that it and its twin start with."),
    ]


class Clone(Spec):
    """A support clone: every row once more, with shifted ids."""

    of: Name = Field(description="Name of a `sources:` entry: the scaffold that is cloned.")
    donor: Name = Field(description="Name of a `sources:` or `frames:` entry: whose values the clone takes.")
    imputation: Name = Field(description="Name of an `imputations:` entry: what draws them.")
    stored_weight: Literal["zero", "split"] = Field(
        description="The stored weight of the clone half.",
        json_schema_extra=meanings(
            zero="The copy has none until calibration gives it some.",
            split="Original and copy share the weight of the original.",
        ),
    )
    internal_start: InternalStart = Field(description="What the optimiser starts from.")
    flag: Name = Field(
        description="Stem of the flag: `person_<flag>`, `household_<flag>`, and so on.",
        examples=["is_puf_clone"],
    )
    impute: CloneSurface = Field(description="The variables that survey and donor both have.")
    override: CloneSurface | None = Field(None, description="The variables that only the donor has.")
    later: Items[Name] = Field(
        (),
        description="Names of `surfaces:` entries whose variables steps after the clone bring onto its rows: "
        "they stand in its table of variables too.",
        examples=[["survey_detail"]],
    )
