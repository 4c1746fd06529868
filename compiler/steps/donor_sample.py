"""A donor sample: fewer donors to learn from, the top of them kept whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import TEXT
from compiler.model.imputations import Top

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.frame import Frame
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition


def sampled_by(spec: Imputation) -> set[str]:
    """Return the column that says who is kept, where one does."""
    top = _top(spec)
    return set() if top is None else {top.by}


def sample_size(spec: Imputation, donors: float) -> float:
    """Return how many donors are learnt from."""
    return donors if spec.donor.sample is None else min(donors, spec.donor.sample.records)


def sample_parameters(context: Context, imputation: Definition[Imputation]) -> dict[str, Any]:
    """Return what the runtime needs of the sample; all blocks learn from the same one, so it has one stream.

    Nothing where there is no sample.
    """
    sample, top = imputation.spec.donor.sample, _top(imputation.spec)
    if sample is None:
        return {}
    kept = None if top is None else {"share": top.top, "by": top.by}
    stream = context.stream(f"impute.{context.first_name('imputations', imputation.name)}.donors")
    return {"sample": {"records": sample.records, "top": kept, "stream": stream}}


def check_sample(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say why the top of a sample cannot be told by the column that is named."""
    spec, top = imputation.spec, _top(imputation.spec)
    span = imputation.at("donor", "sample", "keep", "by")
    if top is None or not context.readable(donor, top.by, span):
        return
    kind, owner = donor.type_of(top.by), donor.entity_of(top.by)
    if kind in TEXT or kind == "bool":
        what = "text" if kind in TEXT else "a truth value"
        message = f"`{top.by}` is {what}: it has no top to keep"
        context.say("SPC422", message, span, "name an amount, or write `keep: {none: ...}` with a reason")
    elif owner != spec.entity:
        message = f"`{top.by}` belongs to {owner}, the donors are of {spec.entity}"
        help_ = f"declare a variable of {spec.entity} that aggregates or projects it"
        context.say("SPC422", message, span, help_)


def check_cluster(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say why a column cannot tell which donors were one answer."""
    spec, name = imputation.spec, imputation.spec.donor.cluster
    span = imputation.at("donor", "cluster")
    if name is None or not context.readable(donor, name, span):
        return
    kind, owner = donor.type_of(name), donor.entity_of(name)
    if kind not in TEXT and kind != "int":
        help_ = "name a whole number or a code"
        context.say("SPC306", f"`{name}` is of type {kind}, which tells no clusters", span, help_)
    elif owner not in (spec.entity, "household") and spec.entity != "person":
        message = f"`{name}` belongs to {owner}, the donors are of {spec.entity}"
        context.say("SPC302", message, span, f"use a column of {spec.entity} or of household")


def _top(spec: Imputation) -> Top | None:
    sample = spec.donor.sample
    return sample.keep if sample is not None and isinstance(sample.keep, Top) else None
