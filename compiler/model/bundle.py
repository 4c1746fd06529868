"""The `bundle` kind: what is built, from which engine and period, in which order."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from compiler.model.base import SIZE, Items, Name, Spec, Year

StepKind = Literal[
    "scaffold", "clone", "impute", "constrain", "uprate", "materialise", "calibrate", "export", "validate"
]
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
LANGUAGE = 2
_BYTES = re.compile(SIZE)
_UNIT = {"MiB": 1024**2, "GiB": 1024**3}


class Budget(Spec):
    """What a run may use. A plan that needs more is refused before it starts."""

    memory: str = Field(pattern=SIZE, examples=["8 GiB"], description="Host memory, as `8 GiB` or `900 MiB`.")

    @property
    def memory_bytes(self) -> int:
        """The memory budget in bytes."""
        matched = _BYTES.match(self.memory)
        if matched is None:  # pragma: no cover - the pattern has been checked on reading
            raise ValueError(self.memory)
        return int(float(matched[1]) * _UNIT[matched[2]])


class Step(Spec):
    """One step of the pipeline: exactly one kind of step, with the name of what it carries out."""

    scaffold: Name | None = Field(None, description="The source whose rows the dataset starts from.")
    clone: Name | None = Field(None, description="A support clone of the frame.")
    impute: Name | None = Field(None, description="An imputation onto the frame.")
    constrain: Name | None = Field(None, description="Constraints that the frame's rows are moved to meet.")
    uprate: Name | None = Field(None, description="An uprating of the frame to the bundle's period.")
    materialise: Name | None = Field(None, description="Engine variables computed for the frame.")
    calibrate: Name | None = Field(None, description="A calibration of the frame's weights.")
    export: Name | None = Field(None, description="An export of the frame.")
    validate_: Name | None = Field(None, alias="validate", description="A validation of the frame.")

    @model_validator(mode="after")
    def _one_kind(self) -> Step:
        if len(self.written) != 1:
            raise ValueError("a step names exactly one thing to do; write one of " + ", ".join(STEP_KINDS))
        return self

    @property
    def written(self) -> list[tuple[StepKind, str]]:
        """The kinds written in this step with their names; a valid step has exactly one."""
        values = self.model_dump(by_alias=True)
        return [(kind, values[kind]) for kind in STEP_KINDS if values[kind] is not None]

    @property
    def kind(self) -> StepKind:
        """What the step does."""
        return self.written[0][0]

    @property
    def name(self) -> str:
        """The declaration that the step carries out."""
        return self.written[0][1]


class Use(Spec):
    """What is used of the bundle in a folder beside this one; what that refers to comes along."""

    sources: Items[Name] = Field((), description="Sources, with their entries of its sources.lock.")
    surfaces: Items[Name] = Field((), description="Surfaces.")
    variables: Items[Name] = Field((), description="Variables.")
    upratings: Items[Name] = Field((), description="Upratings.")
    targets: Items[Name] = Field((), description="Targets.", examples=[["age", "state_population"]])

    @model_validator(mode="after")
    def _something(self) -> Use:
        if not any(self.model_dump().values()):
            raise ValueError("nothing of the other bundle is named; write what is used, as `sources: [NAME]`")
        return self


class Bundle(Spec):
    """A recipe for one dataset."""

    name: Name
    language: Literal[2] = Field(
        description="Version of the spec language; `specc migrate` brings an older bundle to this one."
    )
    engine: Name = Field(description="Tax-benefit engine; its facts come from schemas/engines/.")
    period: Year = Field(description="The year the dataset describes.")
    seed: Annotated[int, Field(ge=0, le=2**63 - 1, description="Root of every named random stream.")]
    budget: Budget
    use: dict[Name, Use] = Field(
        {},
        description="Definitions of other bundles, by the name of their folder beside this one.",
        examples=[{"us_common": {"sources": ["soi"], "targets": ["age"]}}],
    )
    pipeline: Items[Step] = Field(min_length=1, description="What happens, in order.")
