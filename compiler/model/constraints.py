"""The `constraints` kind: identities and inequalities between variables of one entity."""

from itertools import chain
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from compiler.model.base import Entity, Expression, Items, Spec, VariableName
from compiler.model.words import meanings, shared
from compiler.suggest import closest

Bound = Annotated[
    str | int | float,
    Field(
        json_schema_extra=shared(
            "Bound",
            "A number, or a SQL scalar expression: the bound may differ from row to row.",
            0,
            "case when age >= 50 then 8000 else 7000 end",
        ),
    ),
]
_Where = Annotated[
    Expression | None,
    Field(description="The rows the rule is about; where it is null it is not.", examples=["age >= 15"]),
]
_Variables = Annotated[
    Items[VariableName], Field(min_length=1, description="The variables the rule is about.")
]


class _Rule(Spec):
    where: _Where = None


class Sum(_Rule):
    """Parts add up to their total."""

    total: VariableName = Field(description="What the parts add up to.")
    parts: Items[VariableName] = Field(min_length=1, description="What it consists of, each once.")
    adjust: Literal["parts", "total", "both"] = Field(
        description="Which side gives way; the other is never changed by any rule of the set.",
        json_schema_extra=meanings(
            parts="The parts move, the total stays.",
            total="The total moves, the parts stay.",
            both="Parts and total move, each as little as it can.",
        ),
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice = [name for number, name in enumerate(self.parts) if name in self.parts[:number]]
        if twice:
            raise ValueError(f"`{twice[0]}` is a part twice; name each part once")
        return self


class Bounds(_Rule):
    """Variables stay between bounds."""

    at_least: Bound | None = Field(None, description="The least value.")
    at_most: Bound | None = Field(None, description="The greatest value.")
    of: _Variables

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("`of` without a bound; write `at_least:` or `at_most:` with a value")
        return self


class Part(_Rule):
    """A part is not greater than the whole."""

    part: VariableName = Field(description="What is at most the whole.")
    whole: VariableName = Field(description="What is at least the part.")
    adjust: Literal["part", "whole", "both"] = Field(
        description="Which side gives way; the other is never changed by any rule of the set.",
        json_schema_extra=meanings(
            part="The part moves, the whole stays.",
            whole="The whole moves, the part stays.",
            both="Part and whole move, each as little as it can.",
        ),
    )


class Zero(_Rule):
    """Variables are zero; with a condition, an implication."""

    zero: _Variables


# A rule is told by its keys, none of which is the name of another's.
_KINDS = {
    "total": "a sum", "parts": "a sum", "at_least": "bounds", "at_most": "bounds",
    "part": "a part", "whole": "a part", "zero": "a zero",
}  # fmt: skip
_WITHOUT_KIND = (
    "a rule says `total` and `parts`, `at_least` or `at_most`, `part` and `whole`, or `zero`; "
    "write one of them, as in {at_least: 0, of: [NAME]}"
)


def _kind(value: Any) -> str | None:  # noqa: ANN401 - whatever is written there, or a model
    keys = list(value) if isinstance(value, dict) else list(getattr(value, "model_fields_set", ()))
    meant = chain(keys, (found for key in keys for found in closest(str(key), _KINDS)))
    return next((_KINDS[key] for key in meant if key in _KINDS), None)


Rule = Annotated[
    Annotated[Sum, Tag("a sum")]
    | Annotated[Bounds, Tag("bounds")]
    | Annotated[Part, Tag("a part")]
    | Annotated[Zero, Tag("a zero")],
    Discriminator(
        _kind,
        custom_error_type="value_error",
        custom_error_context={"error": _WITHOUT_KIND},
    ),
]


class Constraint(Spec):
    """Rules that hold together: a row that breaks one moves to the nearest point at which all hold."""

    entity: Entity = Field(description="The entity whose rows are constrained.")
    where: _Where = None
    rules: Items[Rule] = Field(min_length=1, description="What holds. Their order does not matter.")
