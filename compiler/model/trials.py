"""How methods are tried on donors that their fits have not seen: by folds, scored by metrics."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.model.base import Entity, Spec, VariableName
from compiler.model.words import meanings, shared

Metric = Annotated[
    Literal[
        "crps",
        "pinball",
        "zero_shares",
        "total_errors",
        "tail_shares",
        "quantile_errors",
        "wasserstein",
        "ks",
        "rank_correlation_error",
        "mutual_information_error",
        "prdc",
        "prdc_embedded",
        "rare_cells",
        "downstream",
    ],
    Field(
        json_schema_extra=shared("Metric", "A score of drawn values against true ones, all weighted.")
        | meanings(
            crps="Continuous ranked probability score of each target: how far the draws are from the truth.",
            pinball="Quantile loss of each target at 5, 25, 50, 75 and 95 %, of the quantiles of the draws.",
            zero_shares="Share of exact zeros of each target, drawn against true.",
            total_errors="Relative error of the total of each target.",
            tail_shares="Share of each target's positive total that the top 1 and 10 % hold, drawn - true.",
            quantile_errors="Drawn less true quantiles of each target, in its unit.",
            wasserstein="Distance of each target's drawn and true distributions, in its unit.",
            ks="Largest difference of each target's drawn and true distribution functions.",
            rank_correlation_error="Mean absolute error of the Spearman correlations between targets.",
            mutual_information_error="Mean absolute error of the information that targets share.",
            prdc="Precision, recall, density and coverage of whole records, columns standardised.",
            prdc_embedded="The same in an embedding learnt from the donors: principal components of ranks.",
            rare_cells="Share of each cell of `rare_cells`, drawn over true, with an interval.",
            downstream="Error of totals held out, after a calibration of the draws to others.",
        )
    ),
]
# Metrics of bake-offs alone: they score what is declared beside them.
OF_BAKEOFFS = frozenset({"rare_cells", "downstream"})
# Metrics that pass over targets that are text.
OF_NO_TEXT = frozenset({"pinball", "zero_shares", "tail_shares", "quantile_errors", "rank_correlation_error"})
Draws = Annotated[int, Field(ge=2, le=1000, description="How often each record that was held out is drawn.")]


class Folds(Spec):
    """How donors are divided into those that teach and those that test."""

    count: Annotated[int, Field(ge=2, le=100, description="Number of folds.")]
    by: Entity = Field(description="The units that are never split between folds.", examples=["household"])
    ids: VariableName | None = Field(
        None,
        description="A whole number or code of the donors: those with an equal one are not split either, as "
        "the implicates of one answer are not.",
    )


class Prdc(Spec):
    """How whole records are compared by their nearest neighbours."""

    neighbours: Annotated[
        int, Field(ge=1, le=100, description="Which neighbour's distance is the radius.")
    ] = 5
    records: Annotated[
        int, Field(ge=10, le=20_000, description="The most records of a side; more are drawn from evenly.")
    ] = 2000
