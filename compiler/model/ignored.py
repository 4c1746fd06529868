"""What a source leaves out, columns of the file and variables of its layout, and why."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import Items, Name, Spec, VariableName
from compiler.model.words import meanings, shared

IgnoreReason = Annotated[
    Literal[
        "redundant",
        "bookkeeping",
        "empty",
        "computed_by_engine",
        "imputed_by_publisher",
        "not_in_law",
        "intentional_divergence",
    ],
    Field(
        json_schema_extra=shared("IgnoreReason", "Why a column or a variable is not used.")
        | meanings(
            redundant="It follows from what is used; `note` says how.",
            bookkeeping="It is about the file, not about people; `note` says what.",
            empty="It holds zeros or nothing; checked against the lock.",
            computed_by_engine="The engine computes it; `instead` says as what. Checked.",
            imputed_by_publisher="Nobody was asked: its publisher made it up from other data.",
            not_in_law="The law of the bundle's period does not know it.",
            intentional_divergence="Left out on purpose; `note` says why.",
        )
    ),
]


class Ignore(Spec):
    """Raw columns that no variable is made of, and why."""

    columns: Items[Name] = Field((), description="The raw columns.")
    instead: dict[Name, Name] = Field(
        {},
        description="By raw column, the variable that the engine computes instead.",
        examples=[{"snap_value": "snap"}],
    )
    reason: IgnoreReason = Field(description="The kind of reason; what can be checked is.")
    note: str | None = Field(None, description="The reason in words.")

    @model_validator(mode="after")
    def _columns_once(self) -> Self:
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

    variables: Items[VariableName] = Field(min_length=1, description="The variables.")
    reason: IgnoreReason = Field(description="The kind of reason.")
    note: str | None = Field(None, description="The reason in words.")
