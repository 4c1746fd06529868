"""The `bundle` kind: what is built, from which engine and period, in which order."""

import re
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from compiler.model.base import SIZE, Items, Name, Spec, Year

StepKind = Literal[
    "scaffold", "clone", "impute", "constrain", "uprate", "derive", "draw", "materialise", "calibrate",
    "export", "validate",
]  # fmt: skip
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
LANGUAGE = 2
_BYTES = re.compile(SIZE)
_UNIT = {"MiB": 1024**2, "GiB": 1024**3}


class Budget(Spec):
    """What a run may use. A plan that needs more is refused before it starts."""

    memory: str = Field(
        "8 GiB", pattern=SIZE, examples=["900 MiB"], description="Host memory, as `8 GiB` or `900 MiB`."
    )

    @property
    def memory_bytes(self) -> int:
        """The memory budget in bytes."""
        return bytes_of(self.memory)


def bytes_of(size: str) -> int:
    """Return the bytes of a size such as `8 GiB`."""
    matched = _BYTES.match(size)
    if matched is None:  # pragma: no cover - the pattern has been checked on reading
        raise ValueError(size)
    return int(float(matched[1]) * _UNIT[matched[2]])


class Step(Spec):
    """One step of the pipeline: exactly one kind of step, with the name of what it carries out."""

    scaffold: Name | None = Field(
        None, description="Name of a `sources:` entry: the rows that the dataset starts from."
    )
    clone: Name | None = Field(None, description="Name of a `clones:` entry: every row once more.")
    impute: Name | None = Field(None, description="Name of an `imputations:` entry, onto the frame.")
    constrain: Name | None = Field(
        None, description="Name of a `constraints:` entry: the rules that rows are moved to meet."
    )
    uprate: Name | None = Field(None, description="Name of an `upratings:` entry, to the bundle's period.")
    derive: Name | None = Field(
        None, description="Name of a `derivations:` entry: variables computed once, and stored."
    )
    draw: Name | None = Field(None, description="Name of a `draws:` entry: variables drawn at random.")
    materialise: Name | None = Field(
        None, description="Name of a `materialisations:` entry: engine variables computed for the frame."
    )
    calibrate: Name | None = Field(
        None, description="Name of a `calibrations:` entry, of the frame's weights."
    )
    export: Name | None = Field(None, description="Name of an `exports:` entry.")
    validate_: Name | None = Field(None, alias="validate", description="Name of a `validations:` entry.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
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

    sources: Items[Name] = Field(
        (), description="Names of its `sources:` entries; those of its sources.lock come with them."
    )
    surfaces: Items[Name] = Field((), description="Names of its `surfaces:` entries.")
    variables: Items[Name] = Field((), description="Names of its `variables:` entries.")
    upratings: Items[Name] = Field((), description="Names of its `upratings:` entries.")
    targets: Items[Name] = Field(
        (), description="Names of its `targets:` entries.", examples=[["age", "state_population"]]
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(self.model_dump().values()):
            raise ValueError("nothing of the other bundle is named; write what is used, as `sources: [NAME]`")
        return self


class Bundle(Spec):
    """A recipe for one dataset."""

    name: Name = Field(description="What the dataset is called.", examples=["us_open"])
    language: Literal[2] = Field(
        description="Version of the spec language; `specc migrate` brings an older bundle to this one."
    )
    engine: Name = Field(
        description="Tax-benefit engine; its facts come from schemas/engines/.", examples=["policyengine_us"]
    )
    period: Year = Field(description="The year the dataset describes.")
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(
        0, description="Root of every named random stream.", examples=[20230401]
    )
    draws: Annotated[int, Field(ge=1, le=100)] = Field(
        1,
        description="How often everything from the first imputation on is done, each time with values drawn "
        "anew from a fit of its own: files of exports are written once a draw, totals are pooled.",
        examples=[5],
    )
    budget: Budget = Field(
        default_factory=Budget, description="What a run may use; a plan that needs more does not start."
    )
    use: dict[Name, Use] = Field(
        {},
        description="Definitions of other bundles, by the name of their folder beside this one.",
        examples=[{"us_common": {"sources": ["soi"], "targets": ["age"]}}],
    )
    pipeline: Items[Step] = Field(min_length=1, description="What happens, in order.")
