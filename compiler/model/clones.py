"""The `clones` kind: a copy of the survey's own support, with another source's values."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import ENTITIES, Entity, Expression, Items, Name, Spec
from compiler.model.words import meanings


class CloneSurface(Spec):
    """Which variables the donor writes, and on which half."""

    surface: Name = Field(description="Name of a `surfaces:` entry: the variables that are written.")
    halves: Literal["original", "clone", "both"] = Field(
        description="On which half the donor's values are written. Halves are told apart by the flag of this "
        "clone: copies that an earlier clone made are originals here.",
        json_schema_extra=meanings(
            original="On every row that this clone has not made; the copies keep what they were copied with.",
            clone="On the copies; every other row keeps its own values.",
            both="On every row.",
        ),
    )
    absent: Literal["zero", "create", "keep_null"] | None = Field(
        None,
        description="What to do with variables that the frame does not have yet; an error without it.",
        json_schema_extra=meanings(
            zero="They are created; the half that is not written has zero or false, and no value of a text.",
            create="They are created and written on every row: with `halves: both`.",
            keep_null="They are created; the half that is not written has no value.",
        ),
    )


class InternalStart(Spec):
    """What the optimiser starts from; a weight of exactly zero would never move."""

    twin: Annotated[
        float,
        Field(gt=0, lt=1, description="The clone's share of the weight that it and its twin start with."),
    ]


class CloneFlags(Spec):
    """The flag of each entity by name. An entity without one is told apart by the flag of its household."""

    person: Name = Field(description="Of persons.", examples=["person_is_puf_clone"])
    household: Name = Field(description="Of households.", examples=["household_is_puf_clone"])
    tax_unit: Name | None = Field(None, description="Of tax units.")
    family: Name | None = Field(None, description="Of families.")
    spm_unit: Name | None = Field(None, description="Of units of the poverty measure.")
    marital_unit: Name | None = Field(None, description="Of marital units.")


class CloneIds(Spec):
    """How copies get ids that nobody has."""

    offset: Annotated[int, Field(ge=1)] | None = Field(
        None,
        description="What is added to the ids of every entity. Without it the highest id of each, so that "
        "the ids of copies depend on who else is there.",
        examples=[1_000_000_000],
    )
    suffix: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(
        None,
        description="What is put behind ids that are text; `-NAME` of the clone without it.",
        examples=["-copy"],
    )


class Clone(Spec):
    """A support clone: households once more, whole, with ids of their own."""

    of: Name = Field(description="Name of a `sources:` entry: the scaffold that is cloned.")
    donor: Name = Field(description="Name of a `sources:` or `frames:` entry: whose values the clone takes.")
    imputation: Name = Field(description="Name of an `imputations:` entry: what draws them.")
    where: Expression | None = Field(
        None,
        description="Which households are copied, whole; all where nothing is said. Copies that an earlier "
        "clone made are never copied.",
        examples=["sum(employment_income) over household > 500000"],
    )
    stored_weight: Literal["zero", "split"] = Field(
        description="The stored weight of the clone half.",
        json_schema_extra=meanings(
            zero="The copy has none until calibration gives it some.",
            split="Original and copy share the weight of the original.",
        ),
    )
    internal_start: InternalStart = Field(description="What the optimiser starts from.")
    flag: Name | CloneFlags = Field(
        description="Stem of the flag: `person_<flag>`, `household_<flag>`, and so on; or each by its name.",
        examples=["is_puf_clone"],
    )
    ids: CloneIds = Field(
        default_factory=CloneIds, description="What makes the ids of copies others than those of anybody."
    )
    impute: CloneSurface = Field(description="The variables that survey and donor both have.")
    override: CloneSurface | None = Field(None, description="The variables that only the donor has.")
    later: Items[Name] = Field(
        (),
        description="Names of `surfaces:` entries whose variables steps after the clone bring onto its rows: "
        "they stand in its table of variables too.",
        examples=[["survey_detail"]],
    )

    @property
    def flags(self) -> dict[Entity, str]:
        """The flag of every entity that has one of its own."""
        if isinstance(self.flag, str):
            return {entity: f"{entity}_{self.flag}" for entity in ENTITIES}
        named = ((entity, getattr(self.flag, entity)) for entity in ENTITIES)
        return {entity: flag for entity, flag in named if flag is not None}

    def flag_of(self, entity: Entity) -> str:
        """Return the flag that tells copies of an entity from originals: its own or that of its household."""
        return self.flags.get(entity, self.flags["household"])
