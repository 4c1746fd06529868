"""The methods by which a block may be drawn. docs/imputation.md says what each is good at."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.model.base import NAME, Items, Spec
from compiler.model.offered import Offered
from compiler.model.trials import OF_BAKEOFFS, Draws, Folds, Metric, Prdc
from compiler.model.words import meanings

# Models that draw values between those of donors, or rank them. Of an entry point only the run knows.
DRAW_NO_TEXT = frozenset({"ols", "quantreg", "rank_match"})
# How often what a method draws for equal parameters has changed, with the first, where it has.
_REVISIONS = {"forest": 2}

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


class HotDeck(Spec):
    """A hot deck: a whole block is copied from a donor like the recipient."""

    kind: Literal["hotdeck"] = Field(description="Which model.")
    choose: Literal["nearest", "constrained", "random"] = Field(
        "nearest",
        description="How a donor is chosen.",
        json_schema_extra=meanings(
            nearest="Among the nearest, in proportion to weight.",
            constrained="The nearest, but each donor as often as his weight says: the recipients together "
            "get what the donors have, whoever they are.",
            random="Among those of the recipient's class, in proportion to weight. A class is everybody "
            "with the same predictors; those named last are given up first where donors are few.",
        ),
    )
    neighbours: Annotated[int, Field(ge=1, le=1000)] = Field(
        10,
        description="With `nearest`: among how many a donor is drawn; those as near as the last too.",
    )
    fewest: Annotated[int, Field(ge=1, le=10_000)] = Field(
        5, description="With `random`: fewest donors of a class."
    )
    bands: Annotated[int, Field(ge=2, le=1000)] = Field(
        10, description="With `random`: a predictor with more values than this is cut into so many bands."
    )

    @model_validator(mode="after")
    def _says_nothing_idle(self) -> Self:
        for key, choose in (("neighbours", "nearest"), ("fewest", "random"), ("bands", "random")):
            if key in self.model_fields_set and self.choose != choose:
                raise ValueError(f"`{key}` is for `choose: {choose}`; remove it, or choose that")
        return self


_Rare = Annotated[
    int,
    Field(
        ge=10,
        le=100_000,
        description="A class of values (zeros; losses, gains) with fewer donors than this is drawn with its "
        "share, whatever the predictors.",
    ),
]


class ZeroInflated(Spec):
    """A gate for zero, then a quantile forest for the other amounts; one of each a target, chained."""

    kind: Literal["zi_qrf"] = Field(description="Which model.")
    trees: _Trees = 100
    leaf: _Leaf = 5
    rare: _Rare = 25


class RegimeAware(Spec):
    """A gate for the sign, then a quantile forest for losses and one for gains, chained over targets."""

    kind: Literal["regime_aware"] = Field(description="Which model.")
    trees: _Trees = 100
    leaf: _Leaf = 5
    rare: _Rare = 25


class Cart(Spec):
    """One tree: a whole block is copied from a donor of the recipient's leaf."""

    kind: Literal["cart"] = Field(description="Which model.")
    leaf: _Leaf = 5


class LeastSquares(Spec):
    """Weighted linear regression with drawn residuals, chained over targets. Draws values no donor has."""

    kind: Literal["ols"] = Field(description="Which model.")
    residuals: Literal["empirical", "normal"] = Field(
        "empirical",
        description="What is added to the fitted value.",
        json_schema_extra=meanings(
            empirical="The residual of a donor, drawn in proportion to weight.",
            normal="A normal number with the variance of the residuals.",
        ),
    )


class QuantileRegression(Spec):
    """Weighted linear quantile regression, chained over targets. Draws values no donor has."""

    kind: Literal["quantreg"] = Field(description="Which model.")
    levels: Annotated[int, Field(ge=3, le=199)] = Field(19, description="How many quantiles are fitted.")
    donors: Annotated[int, Field(ge=100, le=100_000)] = Field(
        2000, description="The most donors that a regression is fitted to, a sample in proportion to weight."
    )


class RankMatch(Spec):
    """Recipients in the order of a quantile forest's draw get the donors' values in order. One target."""

    kind: Literal["rank_match"] = Field(description="Which model.")
    trees: _Trees = 100
    leaf: _Leaf = 5


class EntryPoint(Offered):
    """A method of your own, from an installed package: docs/imputation.md says how to write one.

    The package is not looked at before the step runs; then it has to be there, in this version.
    """

    kind: Literal["entry_point"] = Field(description="Which model.")
    name: Annotated[
        str,
        Field(
            pattern=NAME,
            max_length=120,
            examples=["acme_forest"],
            description="The name of its entry point, in the group `specc.imputers`.",
        ),
    ]


_Methods = (
    Forest
    | QuantileForest
    | HotDeck
    | ZeroInflated
    | RegimeAware
    | Cart
    | LeastSquares
    | QuantileRegression
    | RankMatch
    | EntryPoint
)
Method = Annotated[_Methods, Field(discriminator="kind")]


class Auto(Spec):
    """The best of some methods on the donors themselves: each is tried on folds that its fit has not seen.

    The winner is then fitted to all donors, as if it had been named.
    """

    kind: Literal["auto"] = Field(description="Which model.")
    candidates: Items[Method] = Field(
        min_length=1,
        description="Between which methods; of those that are equally good the first.",
        examples=[[{"kind": "forest"}, {"kind": "qrf", "trees": 50}]],
    )
    metric: Metric = Field(description="What decides: the mean of its summary over folds.")
    folds: Folds = Field(description="How donors are held out.")
    draws: Draws = 10
    prdc: Prdc = Field(
        default_factory=Prdc, description="With `prdc` and `prdc_embedded`: how whole records are compared."
    )

    @model_validator(mode="after")
    def _decides(self) -> Self:
        if self.metric in OF_BAKEOFFS:
            raise ValueError(f"`{self.metric}` scores what a bake-off declares; choose another metric")
        if "prdc" in self.model_fields_set and not self.metric.startswith("prdc"):
            raise ValueError(f"`prdc` says nothing where `{self.metric}` decides; remove it")
        return self


Model = Annotated[_Methods | Auto, Field(discriminator="kind")]


def tried(model: Model) -> tuple[Method, ...]:
    """Return the methods that a model may turn out to be."""
    return model.candidates if isinstance(model, Auto) else (model,)


def revisions(model: Model) -> dict[str, dict[str, int]]:
    """Return, as a parameter of what draws by a model, which methods no longer draw what they first did.

    What was drawn before is then not taken for what would be drawn now; what other methods drew stays.
    """
    kinds: list[str] = [each.kind for each in tried(model)]
    found = {kind: _REVISIONS[kind] for kind in kinds if kind in _REVISIONS}
    return {"revisions": found} if found else {}
