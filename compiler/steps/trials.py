"""Trials of methods on the donors of an imputation: what `auto` and bake-offs both ask for."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

from compiler.diagnostics import Related
from compiler.frame import TEXT
from compiler.model.methods import Auto
from compiler.model.trials import OF_NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.imputations import Imputation
    from compiler.model.recipe import Definition
    from compiler.model.trials import Folds

    At = Callable[..., Span]
_T = TypeVar("_T")


def check_auto(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say of every block that leaves its model open why nothing could be chosen."""
    for name, block in imputation.spec.blocks.items():
        model = block.model
        if not isinstance(model, Auto):
            continue

        def at(*path: str | int, block: str = name) -> Span:
            return imputation.at("blocks", block, "model", *path)

        check_folds(context, imputation, model.folds, lambda *path, at=at: at("folds", *path), donor)
        check_metric(context, model.metric, block.targets, at("metric"), donor)
        if len(model.candidates) == 1:
            message = "one candidate leaves nothing to choose"
            context.say("SPC438", message, at("candidates"), "add another, or name it as the model")
        for first, second in equal(list(enumerate(model.candidates))):
            related = (Related(at("candidates", first), "the same method"),)
            message = "two candidates are the same method with the same parameters"
            context.say("SPC423", message, at("candidates", second), "change or remove one", related=related)


def check_folds(
    context: Context, imputation: Definition[Imputation], folds: Folds, at: At, donor: Frame | None
) -> None:
    """Say where donors cannot be divided: no whole units, ids that cannot be read, too few units."""
    by, entity = folds.by, imputation.spec.entity
    if entity != "person" and by not in (entity, "household"):
        # Only persons stand in every group.
        message = f"the donors are of {entity}, and one of them may lie in more than one {by}"
        context.say("SPC302", message, at("by"), f"write `by: {entity}` or `by: household`")
    if donor is not None:
        _check_ids(context, imputation, folds.ids, at("ids") if folds.ids else None, donor)
    _check_count(context, imputation, folds, at, donor)


def _check_ids(
    context: Context, imputation: Definition[Imputation], name: str | None, span: Span | None, donor: Frame
) -> None:
    """Say where the ids that keep donors together cannot be read, row by row of the donors."""
    entity = imputation.spec.entity
    if name is None or span is None or not context.readable(donor, name, span):
        return
    owner = donor.entity_of(name)
    if owner not in (entity, "household") and entity != "person":
        message = f"`{name}` belongs to {owner}, the donors are of {entity}"
        context.say("SPC302", message, span, f"use a column of {entity} or of household")


def _check_count(
    context: Context, imputation: Definition[Imputation], folds: Folds, at: At, donor: Frame | None
) -> None:
    """Say where there are more folds than donors, let alone units of them."""
    sample = imputation.spec.donor.sample
    rows = _rows(context, imputation, donor) if folds.by != "person" else None
    help_ = "ask for fewer folds"
    if sample is not None and folds.count > sample.records:
        related = (Related(imputation.at("donor", "sample", "records"), "the sample"),)
        message = f"{folds.count} folds of a sample of {sample.records} donors: some would be empty"
        context.say("SPC439", message, at("count"), f"{help_}, or for more records", related=related)
    elif rows is not None and folds.count > rows:
        message = f"{folds.count} folds of a file with {rows} rows: some would be empty"
        context.say("SPC439", message, at("count"), help_)


def _rows(context: Context, imputation: Definition[Imputation], donor: Frame | None) -> int | None:
    """Return the rows of the donor's file, where no more than one unit comes of a row."""
    name = imputation.spec.donor.source
    source = None if name is None else context.recipe.sources.get(name)
    if source is None or donor is None or source.spec.split is not None:
        return None
    return int(donor.size) or None


def check_metric(context: Context, metric: str, targets: Sequence[str], span: Span, donor: Frame) -> None:
    """Say where a metric measures none of the targets."""
    if metric not in OF_NO_TEXT or any(target not in donor.columns for target in targets):
        return
    numbers = [target for target in targets if donor.columns[target].type not in TEXT]
    if metric == "rank_correlation_error" and len(numbers) < 2:
        message = "`rank_correlation_error` compares pairs of targets that are numbers, and there are none"
        context.say("SPC437", message, span, "choose another metric, such as `crps`")
    elif not numbers:
        message = f"`{metric}` measures numbers, and all targets are text"
        context.say("SPC437", message, span, "choose `crps`, `total_errors` or `ks`, which count categories")


def equal(named: Iterable[tuple[_T, object]]) -> list[tuple[_T, _T]]:
    """Return each name whose value an earlier one has, after the first that has it."""
    found: dict[_T, _T] = {}
    for (first, value), (second, other) in combinations(named, 2):
        if value == other:
            found.setdefault(second, first)
    return [(first, second) for second, first in found.items()]
