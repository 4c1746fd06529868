"""The `variables` kind: what the engine does not have."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compiler.model.base import Entity, Expression, Spec

ValueType = Literal["float", "int", "bool", "str"]


class Variable(Spec):
    """A variable of ours. With a value it is a view: computed from the frame whenever it is read."""

    entity: Entity
    type: ValueType
    unit: str | None = Field(None, examples=["currency-USD"])
    value: Expression | None = Field(None, description="How it follows from the columns of the frame.")
