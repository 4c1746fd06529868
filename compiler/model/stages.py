"""`stages:` of a calibration: which facts join when, and what a stage must do to be accepted."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import Items, Name, Role, Spec
from compiler.model.target_parts import Level
from compiler.model.words import meanings, shared

FAMILY = r"^[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*$"
FamilyName = Annotated[
    str,
    Field(
        pattern=FAMILY,
        max_length=241,
        json_schema_extra=shared("FamilyName", "A family of a target: TARGET.FAMILY.", "soi.wages"),
    ),
]


class Facts(Spec):
    """Facts, by what they are of; what is not said is any."""

    targets: Items[Name] = Field((), description="Of these `targets:` entries.", examples=[["soi"]])
    families: Items[FamilyName] = Field((), description="Of these families.", examples=[["soi.wages"]])
    geography: Items[Level] = Field((), description="About places of these levels.", examples=[["nation"]])
    places: Items[str] = Field((), description="About these places, by their code.", examples=[["06", "36"]])


class Stage(Facts):
    """Trained facts that join at a stage, beside those of the stages before it.

    A fact joins at the first stage that takes it. A stage that says nothing takes all that are left.
    """

    minimum_carriers: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Only facts that so many records carry."
    )
    most: Annotated[int, Field(ge=1)] | None = Field(
        None, description="No more facts than that: those that most records carry.", examples=[500]
    )


Objective = Annotated[
    Literal["capped_error", "mean_error", "within_1", "within_5", "within_10"],
    Field(
        json_schema_extra=shared("Objective", "How well weights meet the facts of a ledger.")
        | meanings(
            capped_error="Mean absolute relative error, each at most `cap`.",
            mean_error="Mean absolute relative error.",
            within_1="Share of facts that are missed by more than 1 percent.",
            within_5="Share of facts that are missed by more than 5 percent.",
            within_10="Share of facts that are missed by more than 10 percent.",
        )
    ),
]


class Accept(Spec):
    """What a stage must do; where it does not, the weights stay as they were."""

    objective: Objective = Field("capped_error", description="What has to become smaller.")
    cap: Annotated[float, Field(gt=0)] = Field(
        1.0, description="With `capped_error`: the most that one fact counts."
    )
    over: Annotated[Items[Role], Field(min_length=1)] = Field(
        ("train", "audit"),
        description="The facts it is taken over, whatever stage they join at. With `holdout`, what is held "
        "out decides which weights are taken, and is no test of them.",
    )
    by: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="By what share of itself the objective has to become smaller.", examples=[0.01]
    )
    support: Annotated[float, Field(ge=0, le=1)] = Field(
        0.9,
        description="The share of the records with weight that a stage must leave with weight.",
    )
