"""The methods by which a block may be drawn. docs/imputation.md says what each is good at."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import Spec

_Trees = Annotated[int, Field(ge=1, le=2000, description="How many trees are grown.")]
_Leaf = Annotated[int, Field(ge=1, le=10_000, description="Fewest donors in a leaf.")]


class Forest(Spec):
    """The joint donor forest: one tree walk copies a whole block from one donor."""

    kind: Literal["forest"] = Field(description="Which model.")
    trees: _Trees = 100
    leaf: _Leaf = 5


class QuantileForest(Spec):
    """The chained quantile forest: one model a target, conditioned on the targets before it."""

    kind: Literal["qrf"] = Field(description="Which model.")
    trees: _Trees = 100
    leaf: _Leaf = 5
    predictors_per_split: Annotated[int, Field(ge=1)] | None = Field(
        None,
        examples=[6],
        description="How many predictors are tried at a split, drawn anew each time; without, all.",
    )
