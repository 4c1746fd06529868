"""The methods by which weights may be found. docs/calibration.md says what each is good at."""

from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from compiler.model.base import NAME, Spec
from compiler.model.offered import Offered
from compiler.model.words import meanings, shared

Pair = Annotated[tuple[float, float], Strict(strict=False)]
Mass = Annotated[
    Literal["conserve"],
    Field(
        json_schema_extra=shared("Mass", "What becomes of the sum of the weights.")
        | meanings(conserve="It stays what it is at the start, after `scale_to`: one more fact, met exactly.")
    ),
]
Device = Annotated[
    Literal["auto", "cpu", "cuda"],
    Field(
        json_schema_extra=shared("Device", "Where torch runs.")
        | meanings(
            auto="On a GPU where there is one. Weights differ in their last digits between devices.",
            cpu="On the processor: the same bytes everywhere.",
            cuda="On a GPU, or not at all.",
        )
    ),
]
# What methods cannot keep: `tolerance: exact` of a target, `balance` or weights of facts.
NO_EXACT = frozenset({"microcalibrate"})
# Methods that meet all facts, so that nothing makes one count more than another.
MEET_ALL = frozenset({"ipf"})
# Methods that choose which records keep a weight, at random.
CHOOSE = frozenset({"l0", "exact_k"})
# Methods that may draw at random.
DRAW = CHOOSE | {"microcalibrate", "entry_point"}


class _Conserving(Spec):
    """A method that can keep the sum of the weights."""

    mass: Mass | None = Field(
        None, description="What becomes of the sum of the weights; without it, what facts make of it."
    )


class _Bounded(_Conserving):
    """A method that weights by the regularised dual, or ends with it."""

    distance: Literal["entropy", "chi_square", "logit"] = Field(
        "entropy",
        description="How far weights are from their start.",
        json_schema_extra=meanings(
            entropy="Raking: ratios of weights to their start are positive.",
            chi_square="The generalised regression estimator: ratios are 0 or more.",
            logit="Ratios stay strictly within `bounds`.",
        ),
    )
    bounds: Pair | None = Field(
        None,
        description="The lowest and the highest ratio of a weight to its start. `logit` needs them; "
        "the others are cut off there.",
        examples=[[0.01, 100.0]],
    )
    weight_bounds: Pair | None = Field(
        None,
        description="The lowest and the highest weight of a record that has one. Not with `logit`.",
        examples=[[1, 50000]],
    )
    penalty: Annotated[float, Field(gt=0)] = Field(
        3.0, description="Price of a relative miss; smaller fits closer.", examples=[1, 0.01]
    )

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.distance == "logit" and self.bounds is None:
            raise ValueError("`distance: logit` needs its `bounds: [LOWEST, HIGHEST]`; write them beside it")
        if self.distance == "logit" and self.weight_bounds is not None:
            raise ValueError("`distance: logit` takes no `weight_bounds`; remove them, or the distance")
        if self.bounds is not None and not 0 <= self.bounds[0] < 1 < self.bounds[1]:
            low, high = self.bounds
            message = f"no weight could stay as it is with ratios from {low:g} to {high:g}"
            raise ValueError(f"{message}; write bounds with 1 between them")
        if self.weight_bounds is not None and not 0 <= self.weight_bounds[0] < self.weight_bounds[1]:
            low, high = self.weight_bounds
            raise ValueError(f"no weight lies from {low:g} to {high:g}; write `[LOWEST, HIGHEST]`, 0 or more")
        return self


class Dual(_Bounded):
    """The regularised dual: the closest weights to the start that meet the facts, misses penalised."""

    kind: Literal["dual"] = Field(description="Which method.")


class Raking(_Conserving):
    """Classical raking to counts and totals: each fact in turn is met exactly, until all are.

    Facts that contradict each other fail the run, by name.
    """

    kind: Literal["ipf"] = Field(description="Which method.")
    precision: Annotated[float, Field(gt=0, lt=1)] = Field(
        1e-8, description="The largest relative miss of a fact at the end.", examples=[1e-6]
    )
    sweeps: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        2000, description="The most rounds over all facts."
    )


_Rate = Annotated[float, Field(gt=0, le=10)]
_Epochs = Annotated[int, Field(ge=2, le=1_000_000)]


class Microcalibrate(Spec):
    """The package microcalibrate: gradient descent on the logarithms of weights, for so many steps."""

    kind: Literal["microcalibrate"] = Field(description="Which method.")
    epochs: _Epochs = Field(500, description="How many steps.", examples=[200])
    learning_rate: _Rate = Field(
        0.02,
        description="The length of a step. Weights move by a factor of exp(epochs * learning_rate) at most.",
    )
    noise_level: Annotated[float, Field(ge=0)] = Field(
        0.0, description="The most that is added to a weight before the first step, at random."
    )
    device: Device = Field("cpu", description="Where torch runs.")


_Records = Annotated[int, Field(ge=1, le=100_000_000)]


class HardConcrete(_Bounded):
    """Gates choose records, under a penalty on each that is open; `dual` weights those chosen."""

    kind: Literal["l0"] = Field(description="Which method.")
    records: _Records = Field(description="How many records keep a weight.", examples=[50000])
    epochs: _Epochs = Field(300, description="How many steps each penalty is tried for.")
    learning_rate: _Rate = Field(0.15, description="The length of a step.")
    tries: Annotated[int, Field(ge=1, le=100)] = Field(
        12, description="The most penalties that are tried to come near to `records`."
    )
    device: Device = Field("cpu", description="Where torch runs.")


class ExactK(_Bounded):
    """A sample of so many records, balanced on every fact by the cube method; `dual` weights them."""

    kind: Literal["exact_k"] = Field(description="Which method.")
    records: _Records = Field(description="How many records keep a weight.", examples=[50000])


class CalibratorEntryPoint(_Conserving, Offered):
    """A method of your own, from an installed package: docs/calibration.md says how to write one.

    The package is not looked at before the step runs; then it has to be there, in this version.
    """

    kind: Literal["entry_point"] = Field(description="Which method.")
    name: Annotated[
        str,
        Field(
            pattern=NAME,
            max_length=120,
            examples=["acme_solver"],
            description="The name of its entry point, in the group `specc.calibrators`.",
        ),
    ]
    bounds: Pair | None = Field(
        None, description="The lowest and the highest ratio of a weight to its start.", examples=[[0.1, 10]]
    )
    weight_bounds: Pair | None = Field(
        None, description="The lowest and the highest weight of a record that has one.", examples=[[1, 5000]]
    )


Calibrator = Annotated[
    Dual | Raking | Microcalibrate | HardConcrete | ExactK | CalibratorEntryPoint,
    Field(discriminator="kind"),
]
