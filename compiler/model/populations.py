"""How the rows of a source become persons and their groups."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import ENTITIES, Entity, Expression, Items, Name, Spec, VariableName
from compiler.model.columns import Column
from compiler.model.ignored import Drop, Ignore
from compiler.model.units import Rules
from compiler.model.words import meanings, shared

Per = Annotated[
    Literal["month", "year"],
    Field(
        json_schema_extra=shared("Per", "What an amount of the file is per.")
        | meanings(month="It is one month's; twelve of it are the year's.", year="It is the whole year's.")
    ),
]


class EntityRule(Spec):
    """How the ids of one entity follow from a raw row."""

    id: Expression | None = Field(
        None,
        description="Whole-number id over the columns of a row; for persons also `member`.",
        examples=["hid * 10 + member"],
    )
    same_as: Entity | None = Field(None, description="The entity whose ids and members this one shares.")
    couple: Items[Name] | None = Field(
        None,
        description="Names of two `members:` who form one unit; everybody else is one alone.",
        examples=[["head", "spouse"]],
    )
    rules: Rules | None = Field(
        None, description="Rules of a library that make tax units of those who live together."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.id, self.same_as, self.couple, self.rules)) != 1:
            raise ValueError("an entity needs exactly one of id, same_as, couple, rules; write one of them")
        return self


Unit = Annotated[
    Literal["person", "household", "tax_unit", "family", "spm_unit", "marital_unit", "others"],
    Field(
        json_schema_extra=shared("Unit", "An entity of the engine, or all that are not named.")
        | meanings(
            person="One human being.",
            household="Everybody at one address.",
            tax_unit="The persons of one tax return.",
            family="The members of a household who are related.",
            spm_unit="The persons who share resources.",
            marital_unit="A married couple, or one unmarried person.",
            others="Every entity that is not named here.",
        )
    ),
]


class WeightRule(Spec):
    """The design weight of the weighted entity."""

    of: Literal["household"] = Field("household", description="The entity that carries the weight.")
    value: Expression = Field(
        description="Weight of a raw row: the number of units in the population it stands for."
    )
    internal: Expression | None = Field(
        None,
        description="What an optimiser starts from, where that is another weight: copies whose stored weight "
        "is zero would never move.",
        examples=["household_internal_weight"],
    )
    take: Literal["first"] = Field(
        "first", description="Which of a household's rows counts when they differ."
    )


class GivenClone(Spec):
    """Copies that are among the rows already, as in tables that a run has published."""

    where: Expression = Field(
        description="Which rows are copies: true of all persons of a household, or of none.",
        examples=["person_is_puf_clone"],
    )
    flag: Name = Field(
        description="Stem of the flag: `person_<flag>`, `household_<flag>`, and so on.",
        examples=["is_puf_clone"],
    )
    donor: str | None = Field(None, min_length=2, description="Whose values the copies have, for people.")

    @property
    def flags(self) -> dict[Entity, str]:
        """The flag of every entity."""
        return {entity: f"{entity}_{self.flag}" for entity in ENTITIES}


ReferencePerson = Annotated[
    Literal["householder", "man_of_couple", "highest_income", "oldest", "first_filer"],
    Field(
        json_schema_extra=shared(
            "ReferencePerson", "Whom a survey takes for the reference person of a group."
        )
        | meanings(
            householder="Who owns or rents the home; of several the one who was named first.",
            man_of_couple="The man of a couple of two sexes; otherwise who is asked first, or is older.",
            highest_income="Who has the highest income.",
            oldest="Who is oldest.",
            first_filer="Who stands first on a tax return.",
        )
    ),
]


class Rows(Spec):
    """What a row is, where one person has several."""

    of: Literal["person"] = Field(description="Whose rows they are: rows with one person id are one person.")
    each: Literal["month"] = Field(description="What each of a person's rows is about.")


class Population(Spec):
    """How the rows of a table become persons and their groups."""

    entities: dict[Unit, EntityRule] = Field(
        description="Entity by entity, where its ids come from. The engine needs all of them; `others` are "
        "those that are not named.",
        examples=[{"household": {"id": "hid"}, "person": {"id": "pid"}, "others": {"same_as": "household"}}],
    )
    weight: WeightRule = Field(description="How many units in the population a row stands for.")
    members: dict[Name, Expression] | None = Field(
        None,
        min_length=1,
        description="How many persons of each kind live in a row. The order numbers the persons. Without it "
        "a row is one person.",
        examples=[{"head": 1, "spouse": "(spouse_age > 0)::int"}],
    )
    rows: Rows | None = Field(
        None,
        description="Set where a person has several rows: their columns are aggregates, as "
        "`sum(TPEARN) over person`, or the same in all of them.",
        examples=[{"of": "person", "each": "month"}],
    )
    columns: dict[VariableName, Column] = Field(
        min_length=1,
        description="Variable by variable, an expression over the raw columns: of the row, or by member. A "
        "member that is not named has zero, or false; `others` are all that are not named.",
        examples=[
            {"state_fips": "fips", "age": {"head": "age", "child": {"draw": [0, 17]}}},
            {"age": {"value": "A_AGE", "draw": [80, 84], "when": "A_AGE = 80"}},
            {
                "own_children_in_household": {
                    "named_by": ["PEPAR1", "PEPAR2"],
                    "name": "A_LINENO",
                    "within": "household",
                }
            },
        ],
    )
    reference_person: ReferencePerson | None = Field(
        None,
        description="To whom relations and answers about a whole group refer in this survey. Where it is "
        "another than that of a donor, the imputation has to say what is done about it.",
    )
    clones: dict[Name, GivenClone] = Field(
        {},
        description="By name, copies that are among the rows already: they have flags, a summary and gates "
        "as those of a `clone` step, and no later clone copies them.",
        examples=[{"puf_support": {"where": "person_is_puf_clone", "flag": "is_puf_clone"}}],
    )
    per: dict[VariableName, Per] = Field(
        {},
        description="Whether an amount that the engine knows by the month is a month's or the year's; "
        "the frame holds the year's, which the engine spreads evenly.",
        examples=[{"sd_ssp_approved_care_cost": "month"}],
    )
    ignore: Items[Ignore] = Field((), description="Raw columns that no variable is made of, and why.")
    drop: Items[Drop] = Field((), description="Variables that are left out although inherited, and why.")

    @model_validator(mode="after")
    def _rows_of_persons(self) -> Self:
        if self.rows is not None and self.members:
            raise ValueError("a row is a person's month or holds `members:`; remove one of the two")
        return self

    @property
    def kinds(self) -> dict[Name, Expression]:
        """The members of a row; none where a row is a person."""
        return self.members or {}

    def rule_of(self, entity: Entity) -> tuple[Unit, EntityRule] | None:
        """Return the rule of an entity and the key it stands under, None where there is none."""
        key: Unit = entity if entity in self.entities else "others"
        return (key, self.entities[key]) if key in self.entities else None

    @property
    def rules(self) -> tuple[Unit, Rules] | None:
        """The rules that make units, with the key they stand under; those of tax units, or they are wrong."""
        return next(((key, rule.rules) for key, rule in self.entities.items() if rule.rules), None)

    @cached_property
    def dropped(self) -> frozenset[str]:
        """The variables of the layout that this source leaves out."""
        return frozenset(name for drop in self.drop for name in drop.variables)
