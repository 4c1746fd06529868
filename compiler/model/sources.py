"""The `sources` kind: where raw data come from, how rows become entities and columns become variables."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from compiler.model.base import Entity, Expression, Items, Name, Sha256, Spec, Year
from compiler.model.locators import checked_locator

IgnoreReason = Literal[
    "redundant",
    "bookkeeping",
    "empty",
    "computed_by_engine",
    "imputed_by_publisher",
    "not_in_law",
    "intentional_divergence",
]


class EntityRule(Spec):
    """How the ids of one entity follow from a raw row."""

    id: Expression | None = Field(
        None, description="Whole-number id over the columns of a row; for persons also `member`."
    )
    same_as: Entity | None = Field(None, description="The entity whose ids and members this one shares.")
    couple: Items[Name] | None = Field(
        None, description="The members who form one unit; everybody else is one alone."
    )

    @model_validator(mode="after")
    def _one_way(self) -> EntityRule:
        if sum(way is not None for way in (self.id, self.same_as, self.couple)) != 1:
            raise ValueError("an entity needs exactly one of id, same_as, couple; write one of them")
        return self


class WeightRule(Spec):
    """The design weight of the weighted entity."""

    of: Literal["household"] = Field(description="The entity that carries the weight.")
    value: Expression = Field(
        description="Weight of a raw row: the number of units in the population it stands for."
    )
    take: Literal["first"] = Field(description="Which of a household's rows counts when they differ.")


class Draw(Spec):
    """A whole number drawn evenly from a closed range; its stream has the name of source, column, member."""

    draw: Annotated[tuple[int, int], Field(strict=False, description="Lowest and highest value.")]

    @model_validator(mode="after")
    def _ordered(self) -> Draw:
        low, high = self.draw
        if low > high:
            raise ValueError(f"the range {low} to {high} is empty; write the lower end first")
        return self


Value = Expression | Draw
Column = Expression | dict[Name, Value]


class Ignore(Spec):
    """Raw columns that no variable is made of, and why."""

    columns: Items[Name] = ()
    instead: dict[Name, Name] = Field(
        {}, description="Column to the engine variable that is computed instead."
    )
    reason: IgnoreReason
    note: str | None = None

    @model_validator(mode="after")
    def _columns_once(self) -> Ignore:
        if bool(self.columns) == bool(self.instead) or bool(self.instead) != (
            self.reason == "computed_by_engine"
        ):
            raise ValueError(
                "write `instead: {COLUMN: VARIABLE}` for computed_by_engine, `columns: [...]` otherwise"
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The raw columns."""
        return self.columns or tuple(self.instead)


class Drop(Spec):
    """Variables of the layout that this source leaves out, and why."""

    variables: Items[Name] = Field(min_length=1)
    reason: IgnoreReason
    note: str | None = None


class Population(Spec):
    """How the rows of a table become persons and their groups."""

    entities: dict[Entity, EntityRule]
    weight: WeightRule
    members: dict[Name, Expression] = Field(
        min_length=1,
        description="How many persons of each kind live in a row. The order numbers the persons.",
    )
    columns: dict[Name, Column] = Field(
        min_length=1,
        description="Variable by variable, the expression over the raw columns, a member or a row.",
    )
    per: dict[Name, Literal["month", "year"]] = Field(
        {},
        description="Whether an amount that the engine knows by the month is a month's or the year's; "
        "the frame holds the year's, which the engine spreads evenly.",
        examples=[{"sd_ssp_approved_care_cost": "month"}],
    )
    ignore: Items[Ignore] = ()
    drop: Items[Drop] = ()

    @cached_property
    def dropped(self) -> frozenset[str]:
        """The variables of the layout that this source leaves out."""
        return frozenset(name for drop in self.drop for name in drop.variables)


class LeftOut(Spec):
    """Rows of the file that nobody is made of, and why. A rule that matches no row is an error."""

    where: Expression = Field(description="Which of the rows that are used are left out.")
    reason: Literal[
        "aggregate_record", "outside_universe", "duplicate", "imputed_by_publisher", "intentional_divergence"
    ]
    note: str = Field(min_length=5, description="What these rows are, and where their amounts went.")


class Source(Spec):
    """A file somebody published, pinned by its digest."""

    title: str = Field(min_length=3)
    locator: Annotated[str, AfterValidator(checked_locator)] = Field(
        min_length=1,
        description="Where it is: `pypi:NAME==VERSION/PATH`, an `https:` address, or a path in the bundle.",
        examples=["pypi:taxcalc==6.8.5/taxcalc/growfactors.csv"],
    )
    sha256: Sha256
    licence: str = Field(min_length=2)
    period: Year | None = Field(None, description="The year its amounts are of.")
    where: Expression | None = Field(
        None,
        description="Which rows are used: a selection, such as a year. What is dropped of it: `leave_out`.",
    )
    leave_out: Items[LeftOut] = Field(
        (),
        description="Rows of microdata that are dropped, and why.",
        examples=[
            [{"where": "RECID >= 999996", "reason": "aggregate_record", "note": "sums of many returns"}]
        ],
    )
    population: Population | None = Field(None, description="Set for microdata; a plain table has none.")

    @model_validator(mode="after")
    def _rows_of_microdata(self) -> Source:
        if self.leave_out and self.population is None:
            raise ValueError(
                "a plain table leaves no rows out; write `leave_out:` in the target that reads it"
            )
        return self
