"""The `imputations` kind: who gives what to whom, and by which model."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from compiler.model.base import Entity, Expression, Items, Name, Spec, VariableName, Weights
from compiler.model.methods import Auto, Model, tried
from compiler.model.words import meanings, shared


class Top(Spec):
    """The top of a distribution, kept whole: a plain subsample would cut it off."""

    top: Annotated[
        float,
        Field(gt=0, lt=1, examples=[0.005], description="The weighted share of donors that is the top."),
    ]
    by: VariableName = Field(description="The donors' amount that says who is at the top.")


class NothingKept(Spec):
    """Keeping nothing is allowed, but never in silence."""

    none: str = Field(min_length=10, description="Why no donor is kept for its own sake.")


def _kept(value: object) -> str:
    is_nothing = isinstance(value, NothingKept) or (isinstance(value, dict) and "none" in value)
    return "nothing" if is_nothing else "the top"


class DonorSample(Spec):
    """Fewer donors: the top whole, the rest drawn evenly without replacement, its weighted total kept."""

    records: Annotated[int, Field(ge=1, examples=[20_000], description="How many donors are left.")]
    keep: Annotated[
        Annotated[Top, Tag("the top")] | Annotated[NothingKept, Tag("nothing")],
        Discriminator(_kept),
        Field(description="Which donors are kept whatever the draw."),
    ]


class DropMissing(Spec):
    """Donors that lack a target are left out of the block that draws it: for a reason, which is said."""

    drop: str = Field(
        min_length=10,
        description="Why those who have the target stand for those who lack it.",
        examples=["one page in a hundred was lost in the post"],
    )


class Completion(Spec):
    """How targets that donors lack are drawn, from donors that have them, by the model of the block."""

    rounds: Annotated[
        int,
        Field(
            ge=1, le=50, description="How often the targets of a block are gone through, where several lack."
        ),
    ] = 5
    indicators: bool = Field(
        False,
        description="Whether a target is also drawn by which other targets of the block the donor lacks.",
    )
    delta: dict[VariableName, Annotated[float, Field(ge=-1, le=10)]] = Field(
        {},
        description="By target, how much more (or less) those who lack it are said to have than was drawn, "
        "as a share: the manifest says what the mean would be. It is reported, and never applied.",
        examples=[{"employment_income_before_lsr": -0.2}],
    )


class ImputeMissing(Spec):
    """Donors that lack a target have it drawn first, anew in each draw."""

    impute: Completion = Field(description="How; `{}` is as good as any.", examples=[{"rounds": 5}])


def _missing(value: object) -> str:
    if isinstance(value, str):
        return "refused"
    is_dropped = isinstance(value, DropMissing) or (isinstance(value, dict) and "drop" in value)
    return "dropped" if is_dropped else "imputed"


Missing = Annotated[
    Annotated[Literal["refuse"], Tag("refused")]
    | Annotated[DropMissing, Tag("dropped")]
    | Annotated[ImputeMissing, Tag("imputed")],
    Discriminator(_missing),
]


class Donor(Spec):
    """The donor source, and how its amounts reach the recipient's period."""

    source: Name | None = Field(None, description="Name of a `sources:` entry with a population.")
    frame: Name | None = Field(
        None, description="Name of a `frames:` entry, instead of a source: a donor that steps have prepared."
    )
    rows: Expression | None = Field(
        None,
        description="Instead of both, which rows of the frame itself give, as those who answered give to "
        "those who did not. It is about donors alone; `receive` says who receives.",
        examples=["not person_is_clone"],
    )
    uprate: Name | None = Field(
        None,
        description="Name of an `upratings:` entry: it moves the donor to the recipient's period.",
    )
    sample: DonorSample | None = Field(None, description="Learn from fewer donors than there are.")
    missing: Missing | None = Field(
        None,
        description="What becomes of donors that lack a target: `refuse` ends the run, as without this key; "
        "`{drop: WHY}` leaves them out; `{impute: {}}` draws what they lack first.",
        examples=["refuse", {"drop": "the publisher blanks a few at random"}, {"impute": {"rounds": 5}}],
    )
    cluster: VariableName | None = Field(
        None,
        description="With `draws:` of the bundle: a whole number or code of the donors; those with an equal "
        "one were one answer, or were asked together. Without it, donors of a household are.",
    )

    @model_validator(mode="after")
    def _one_donor(self) -> Self:
        if sum(given is not None for given in (self.source, self.frame, self.rows)) != 1:
            raise ValueError(
                "a donor is a source, a prepared frame, or rows of the frame itself; "
                "write one of `source:`, `frame:` and `rows:`"
            )
        if self.source is None and self.uprate is not None:
            raise ValueError("a frame is moved by a step of its own; write `uprate:` in its pipeline")
        return self

    @property
    def name(self) -> str:
        """The name of the source or of the frame."""
        return self.source or self.frame or ""

    @property
    def said(self) -> str:
        """The donor in words."""
        return f"the donor `{self.name}`" if self.rows is None else "the frame itself"


class Block(Spec):
    """Targets drawn together."""

    targets: Items[VariableName] = Field(
        min_length=1, description="What is drawn from the donor, in the order in which a chained model draws."
    )
    after: Items[Name] = Field((), description="Names of blocks whose targets become predictors of this one.")
    model: Model = Field(description="How they are drawn.", examples=[{"kind": "forest"}])

    @model_validator(mode="after")
    def _is_drawable(self) -> Self:
        if any(method.kind == "rank_match" for method in tried(self.model)) and len(self.targets) > 1:
            raise ValueError(
                "`rank_match` draws one target; give each a block of its own, or draw them by another model"
            )
        return self


Scale = Annotated[
    Literal["log", "asinh", "rank", "quantile"],
    Field(
        json_schema_extra=shared("Scale", "On which scale a model sees an amount. What is drawn is undone.")
        | meanings(
            log="The natural logarithm, of amounts above zero.",
            asinh="The hyperbolic arcsine: a logarithm that also knows zero and losses.",
            rank="The weighted rank among donors, from 0 to 1.",
            quantile="The normal score of that rank: ranks as a normal distribution has them.",
        )
    ),
]


class Rare(Spec):
    """Categories of few donors, and of none, become one."""

    fewer_than: Annotated[int, Field(ge=2, le=100_000)] = Field(
        description="A category with fewer donors than this is rare.", examples=[50]
    )
    into: Annotated[str, Field(min_length=1, max_length=120)] = Field(
        description="The category that rare ones become.", examples=["other"]
    )


class Imputation(Spec):
    """A donor, predictors and blocks of targets."""

    donor: Donor = Field(description="Who gives.")
    entity: Entity = Field(description="The entity whose rows are donors and recipients.")
    where: Expression | None = Field(None, description="Which rows give and receive.")
    receive: Expression | None = Field(
        None,
        description="Which of them receive, where not all do; it is about recipients alone.",
        examples=["person_is_clone"],
    )
    elsewhere: Literal["zero", "keep"] | None = Field(
        None,
        description="What rows get that do not receive.",
        json_schema_extra=meanings(zero="Zero, or false.", keep="What they had before this step."),
    )
    within: Items[VariableName] = Field(
        (),
        description="In what donor and recipient agree: each combination of values has a model of its own.",
        examples=[["is_unit_head"]],
    )
    weights: Weights = Field(
        description="`design`: donors are drawn in proportion to their weight. `{none: WHY}`: all alike."
    )
    predictors: Items[VariableName] = Field(
        min_length=1, description="What donor and recipient both have, and what the model conditions on."
    )
    transform: dict[VariableName, Scale] = Field(
        {},
        description="By predictor or target, the scale on which models see it that go by more than order.",
        examples=[{"unit_wages": "asinh"}],
    )
    zeros_apart: Items[VariableName] = Field(
        (),
        description="Predictors of which models of distances and lines are told apart whether they are zero, "
        "and how much there is of them otherwise.",
        examples=[["unit_business"]],
    )
    rare: dict[VariableName, Rare] = Field(
        {},
        description="By predictor that is text, which of its categories are put together.",
        examples=[{"industry": {"fewer_than": 50, "into": "other"}}],
    )
    reference_persons: str | None = Field(
        None,
        min_length=10,
        description="Where donor and recipient take another for the reference person: what makes predictors "
        "mean the same all the same.",
        examples=["predictors are those of the man of a couple on both sides"],
    )
    surface: Name | None = Field(
        None,
        description="Name of a `surfaces:` entry: all that the blocks draw, so that each name of its "
        "reference is drawn or left out with a reason. A clone says it itself.",
    )
    blocks: dict[Name, Block] = Field(
        min_length=1,
        description="By a name of your own, what is drawn together. Blocks are drawn in the order that "
        "`after` asks for; the order here means nothing.",
    )

    @model_validator(mode="after")
    def _says_who_receives(self) -> Self:
        if self.donor.rows is not None and self.receive is None:
            raise ValueError("some rows of the frame give; say which of them receive, by `receive:`")
        return self

    @property
    def for_some(self) -> tuple[str, ...]:
        """The keys that say that not every row receives."""
        return tuple(key for key in ("where", "receive") if getattr(self, key) is not None)

    @property
    def kept_together(self) -> set[str]:
        """The ids that tell which donors no fold splits, of blocks whose model is chosen."""
        autos = [block.model for block in self.blocks.values() if isinstance(block.model, Auto)]
        return {auto.folds.ids for auto in autos if auto.folds.ids is not None}

    @cached_property
    def drawn(self) -> dict[str, str]:
        """Every target with the block that draws it last."""
        return {target: name for name, block in self.blocks.items() for target in block.targets}
