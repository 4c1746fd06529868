"""The `breaks` kind: breaks of the output surface that are meant. Read by `specc breaking` alone."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import DATE, Items, Spec
from compiler.model.words import meanings, shared

BreakKind = Annotated[
    Literal["removed", "entity", "type", "values", "unit", "period", "file", "population", "engine"],
    Field(
        json_schema_extra=shared("BreakKind", "What breaks for whoever reads the files.")
        | meanings(
            removed="A variable leaves a file.",
            entity="A variable is of another entity.",
            type="A variable is of another type.",
            values="An enum loses values.",
            unit="A variable is in another unit.",
            period="A variable, or the bundle, is of another period.",
            file="A file goes or has another name.",
            population="Other rows are in a file.",
            engine="The files are for another engine.",
        )
    ),
]


class Break(Spec):
    """A break of the output surface that is meant, under the name of what breaks.

    That is a variable for `removed`, `entity`, `type`, `values`, `unit` and `period`, an export for `file`
    and `population`, the bundle for `engine` and its own `period`.
    """

    accept: BreakKind | Annotated[Items[BreakKind], Field(min_length=1)] = Field(
        description="What is accepted, or a list of it.",
        examples=["removed", ["type", "unit"]],
    )
    reason: str = Field(min_length=5, description="Why whoever reads the files has to live with it.")
    until: Annotated[str, Field(pattern=DATE)] | None = Field(
        None,
        description="Last day or month, in quotes, on which it is accepted; without one it always is.",
        examples=["2027-06", "2027-06-30"],
    )

    @property
    def accepted(self) -> tuple[BreakKind, ...]:
        """The kinds of breaks that are accepted."""
        return (self.accept,) if isinstance(self.accept, str) else self.accept
