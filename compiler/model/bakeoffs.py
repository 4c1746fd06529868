"""The `bakeoffs` kind: imputation methods compared on one imputation's donors.

No step of a pipeline: it is checked with the bundle, and `specc bakeoff` carries it out.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import SIZE, Items, Name, Spec, VariableName
from compiler.model.bundle import bytes_of
from compiler.model.calibrators import Dual
from compiler.model.methods import Method
from compiler.model.trials import Draws, Folds, Metric, Prdc
from compiler.model.words import meanings

_Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Range(Spec):
    """Values that a cell takes; every bound that is written holds."""

    at_least: float | None = Field(None, description="The least value.", examples=[62.0])
    above: float | None = Field(None, description="All values above this one.", examples=[0.0])
    at_most: float | None = Field(None, description="The greatest value.")
    below: float | None = Field(None, description="All values below this one.", examples=[30.0])
    top: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None, description="The weighted share at the top, told by the true values.", examples=[0.01]
    )

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "a range without bounds takes everything; write one of at_least, above, at_most, below, top"
            )
        return self


class Fact(Spec):
    """A weighted total of the records that are held out."""

    role: Literal["train", "holdout"] = Field(
        description="What it is for.",
        json_schema_extra=meanings(
            train="Weights of the drawn records are made to meet it.", holdout="Its error is the score."
        ),
    )
    sum: VariableName | None = Field(
        None, description="The target or predictor whose total it is; without, records are counted."
    )
    within: dict[VariableName, Range] = Field(
        default_factory=dict,
        description="Of which records: ranges of targets and predictors that hold together.",
        examples=[{"age": {"at_least": 65}}],
    )


class Downstream(Spec):
    """A calibration of what was drawn for a fold, to facts of what is true of it."""

    facts: dict[Name, Fact] = Field(min_length=2, description="By a name of your own, what is counted.")
    method: Dual = Field(description="How weights are found, as in `calibrations:`.")
    minimum_carriers: Annotated[int, Field(ge=1)] = Field(
        20, description="Facts that fewer drawn records carry are not trained on."
    )

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        for role in ("train", "holdout"):
            if all(fact.role != role for fact in self.facts.values()):
                raise ValueError(f"no fact has `role: {role}`; some are trained on, and others tell how well")
        return self


class Bakeoff(Spec):
    """Methods x folds x seeds, scored by metrics on donors that a fit has not seen."""

    imputation: Name = Field(
        description="Name of an `imputations:` entry: its donor, predictors, targets and weights are used."
    )
    blocks: Items[Name] = Field(
        (),
        description="Which of its blocks are drawn; without, all. What others draw before them is taken as "
        "it truly is.",
        examples=[["income"]],
    )
    records: Annotated[int, Field(ge=10)] | None = Field(
        None,
        description="The most donors that take part, drawn evenly and in whole units; without, all.",
        examples=[10_000],
    )
    methods: dict[Name, Method] = Field(min_length=1, description="By a name of your own, a method.")
    one_method: str | None = Field(
        None, min_length=10, description="Why there is a single method: a comparison has two."
    )
    metrics: Items[Metric] = Field(min_length=1, description="What they are scored by.")
    folds: Folds = Field(description="How donors are held out.")
    seeds: Items[_Seed] = Field(
        min_length=1, examples=[[1, 2, 3]], description="Root seeds: everything is repeated for each."
    )
    draws: Draws = 10
    rare_cells: dict[Name, dict[VariableName, Range]] = Field(
        default_factory=dict,
        description="By a name of your own, ranges of targets and predictors that hold together.",
        examples=[{"old_and_self_employed": {"age": {"at_least": 62}, "own_wages": {"above": 0}}}],
    )
    prdc: Prdc = Field(default_factory=Prdc, description="How whole records are compared.")
    downstream: Downstream | None = Field(None, description="What is calibrated to, and what is held out.")
    memory: str | None = Field(
        None,
        pattern=SIZE,
        examples=["2 GiB"],
        description="The most that a cell may hold; one that holds more is ended, and its failure a result.",
    )

    @property
    def memory_bytes(self) -> int | None:
        """The most bytes of a cell."""
        return None if self.memory is None else bytes_of(self.memory)

    @model_validator(mode="after")
    def _compares(self) -> Self:
        if len(self.methods) < 2 and self.one_method is None:
            raise ValueError("a bake-off compares two methods or more; add one, or say why in `one_method:`")
        if len(self.methods) > 1 and self.one_method is not None:
            raise ValueError("`one_method` explains a single method, but there are more; remove it")
        for name, values in (("metrics", self.metrics), ("seeds", self.seeds), ("blocks", self.blocks)):
            if len(set(values)) < len(values):
                raise ValueError(f"`{name}` lists a value twice; name each once")
        return self

    @model_validator(mode="after")
    def _has_cells(self) -> Self:
        if ("rare_cells" in self.metrics) != bool(self.rare_cells):
            raise ValueError(
                "the metric `rare_cells` scores what `rare_cells:` declares; write both, or none"
            )
        if ("downstream" in self.metrics) != (self.downstream is not None):
            raise ValueError(
                "the metric `downstream` scores what `downstream:` declares; write both, or none"
            )
        if any(not ranges for ranges in self.rare_cells.values()):
            raise ValueError("a rare cell without ranges holds everybody; give it one")
        return self
