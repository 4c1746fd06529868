"""Donors that lack a target: what the spec says of them, against what is known of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Related
from compiler.frame import TEXT
from compiler.model.imputations import DropMissing, ImputeMissing
from compiler.steps.donors import read_by_where
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.context import Context
    from compiler.frame import Column, Frame
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


def missing_parameters(spec: Imputation, targets: Iterable[str]) -> dict[str, Any]:
    """Return what the runtime needs of it; nothing where such donors are refused. The reason is prose."""
    missing = spec.donor.missing
    if isinstance(missing, DropMissing):
        return {"missing": "drop"}
    if not isinstance(missing, ImputeMissing):
        return {}
    own = {name: share for name, share in missing.impute.delta.items() if name in targets}
    return {"missing": {**missing.impute.model_dump(), "delta": own}}


def completing_fits(spec: Imputation, targets: Iterable[str], donor: Frame) -> int:
    """Return how many models of one target are fitted to complete the donors of a block, at most."""
    missing = spec.donor.missing
    if not isinstance(missing, ImputeMissing):
        return 0
    lacking = sum(1 for name in targets if (c := donor.columns.get(name)) is not None and c.nullable)
    return lacking * (missing.impute.rounds if lacking > 1 else 1)


def check_missing(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say where donors may lack a target and nothing is said of it, or something is and none does."""
    if context.incomplete:
        return
    spec = imputation.spec
    known = {name: donor.columns[name] for name in spec.drawn if name in donor.columns}
    lacking = {name: column for name, column in known.items() if column.nullable}
    missing = spec.donor.missing
    if missing is None:
        _say_unsaid(context, imputation, lacking)
    elif missing != "refuse" and len(known) == len(spec.drawn) and not lacking:
        message = f"every donor has every target of `{imputation.name}`, so far as anything is known"
        help_ = "remove it: there is nothing missing"
        context.say("SPC435", message, imputation.at("donor", "missing"), help_)
    elif isinstance(missing, ImputeMissing):
        _check_delta(context, imputation, known, lacking)


def _say_unsaid(context: Context, imputation: Definition[Imputation], lacking: dict[str, Column]) -> None:
    asked = read_by_where(context, imputation, "donor")
    for name, block in imputation.spec.drawn.items():
        column = lacking.get(name)
        if column is None or column.null_at is None or name in asked:
            continue
        position = imputation.spec.blocks[block].targets.index(name)
        message = f"`{name}` may be without a value in some donors, and a run refuses those"
        help_ = "say under `donor: {missing: ...}` that they are left out, completed, or not there"
        related = (Related(column.null_at, "where it may have no value"),)
        place = imputation.at("blocks", block, "targets", position)
        context.say("SPC434", message, place, help_, related=related)


def _check_delta(
    context: Context,
    imputation: Definition[Imputation],
    known: dict[str, Column],
    lacking: dict[str, Column],
) -> None:
    """Say which shifts are of nothing: of what is not drawn, of what no donor lacks, of text."""
    missing = imputation.spec.donor.missing
    names = missing.impute.delta if isinstance(missing, ImputeMissing) else {}
    for name in names:
        span = imputation.key_at("donor", "missing", "impute", "delta", name)
        if name not in imputation.spec.drawn:
            help_ = did_you_mean(name, imputation.spec.drawn) or "name a target"
            context.say("SPC436", f"`{name}` is no target of `{imputation.name}`", span, help_)
        elif name in known and name not in lacking:
            context.say("SPC436", f"no donor lacks `{name}`: there is nothing to shift", span, "remove it")
        elif name in known and known[name].type in TEXT:
            message = f"`{name}` is text: nothing of it can be more or less"
            context.say("SPC436", message, span, "remove it, or draw truth values in its place")
