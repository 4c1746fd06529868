"""The donor of an imputation: a source's frame, in the money of the recipient's year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.steps.donor_sample import sampled_by
from compiler.steps.population import population
from compiler.steps.uprate import MONEY, in_money_of, uprated

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.imputations import Donor, Imputation
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source
    from compiler.model.upratings import Uprating
    from compiler.plan.draws import Refit


def donor_frame(context: Context, imputation: Definition[Imputation]) -> Frame | None:
    """Return the donor's frame in the money of the recipient's year; None where there can be none."""
    donor = imputation.spec.donor
    if donor.rows is not None:
        return context.frame
    period = next((c.period for c in context.frame.columns.values() if c.unit == MONEY), None)
    if donor.source is None:
        from compiler.steps.prepared import prepared_donor  # noqa: PLC0415

        return prepared_donor(context, imputation, period)
    key = (donor.source, donor.uprate, period)
    if key not in context.donors:
        frame = _new_donor_frame(context, imputation, period)
        if frame is None:
            return None
        context.donors[key] = frame
    return context.donors[key]


def _new_donor_frame(
    context: Context, imputation: Definition[Imputation], period: int | None
) -> Frame | None:
    """Return the donor with its amounts in the money of the year `period`, that of the recipient."""
    donor = imputation.spec.donor
    source: Definition[Source] | None = context.find("sources", donor.name, imputation.at("donor", "source"))
    frame = population(context, source) if source else None
    if frame is None or source is None:
        return None
    period = source.spec.period if period is None else period
    if donor.uprate is not None and period is not None:
        return _uprated(context, imputation, frame, donor.uprate, period)
    if source.spec.period != period:
        context.say(
            "SPC406",
            f"the donor's amounts are of {source.spec.period}, the recipient's of {period}",
            imputation.at("donor"),
            "add `uprate:` to the donor",
            related=(Related(source.at("period"), "the donor's period"),),
        )
    return frame


def _uprated(
    context: Context, imputation: Definition[Imputation], frame: Frame, name: str, period: int
) -> Frame:
    uprating: Definition[Uprating] | None = context.find("upratings", name, imputation.at("donor", "uprate"))
    if uprating is None:
        return in_money_of(frame, period)
    donor = imputation.spec.donor
    read = _read_of_donor(context, frame, donor)
    address = _own_address(context, f"uprate.{name}.{donor.source}", period)
    return uprated(context, frame, uprating, period, address, read)


def _own_address(context: Context, address: str, period: int) -> str:
    """Return the address of an uprating of a donor; a second one, to another year, has the year behind it."""
    return f"{address}.{period}" if address in context.nodes else address


def _read_of_donor(context: Context, frame: Frame, donor: Donor) -> set[str]:
    """Return the stored columns that any imputation reads of this donor: nothing else needs to be moved."""
    names: set[str] = set()
    for imputation in context.recipe.imputations.values():
        other = imputation.spec.donor
        if (other.source, other.uprate) == (donor.source, donor.uprate):
            names |= {
                *imputation.spec.predictors,
                *(t for block in imputation.spec.blocks.values() for t in block.targets),
            }
            names |= read_by_where(context, imputation) | sampled_by(imputation.spec)
            names |= {other.cluster} if other.cluster is not None else set()
            names |= imputation.spec.kept_together
    return frame.stored(names)


def read_by_where(context: Context, imputation: Definition[Imputation], role: str | None = None) -> set[str]:
    """Return the columns that tell who takes part, and who of them gives or receives."""
    spec = imputation.spec
    conditions: list[tuple[str | int | None, tuple[str, ...]]] = [(spec.where, ("where",))]
    conditions += [(spec.donor.rows, ("donor", "rows"))] if role == "donor" else []
    conditions += [(spec.receive, ("receive",))] if role == "recipient" else []
    parsed = [context.parsed(text, imputation, *path) for text, path in conditions if text is not None]
    return {*spec.within}.union(*(found.columns for found in parsed if found is not None))


def refit(context: Context, imputation: Definition[Imputation], donor: Frame, reads: set[str]) -> Refit:
    """Return what it takes to fit a block anew; all blocks of an imputation learn from the same weights."""
    from compiler.plan.draws import Refit  # noqa: PLC0415 - most bundles draw once

    cluster = imputation.spec.donor.cluster
    stream = context.stream(f"impute.{context.first_name('imputations', imputation.name)}.refit")
    return Refit(stream, cluster, donor.slice(reads | ({cluster} if cluster else set())))
