"""`materialise:` what later steps read and the engine computes. The list is derived, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.expressions import ExpressionError, parse
from compiler.frame import Column, Owner, by_entity
from compiler.plan import Inputs, Node, cost
from compiler.steps.facts import engine_facts
from compiler.steps.nulls import check_nulls
from compiler.steps.uprate import MONEY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.catalog.engine import EngineVariable
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.finish import Calibration, Materialisation
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target


def materialise(context: Context, name: str, span: Span) -> None:
    """Add the node that computes engine variables for the whole frame."""
    definition: Definition[Materialisation] | None = context.find("materialisations", name, span)
    if definition is None or not context.frame.rows:
        return
    # An input that no step writes is not filled with the engine's default: reading it is an error.
    later = sorted(_read_later(context) - context.frame.names())
    wanted = [v for name in later if (v := context.engine.get(name)) is not None and v.computed]
    # A calibration or validation that is missing or broken may be the one that reads some.
    if not wanted and not context.recipe.broken and not context.recipe.partial:
        message = "no later step reads a variable that the engine computes"
        context.say("SPC506", message, span, "remove the step")
    if wanted:
        _compute(context, definition, wanted, span)


def _compute(
    context: Context, definition: Definition[Materialisation], wanted: list[EngineVariable], span: Span
) -> None:
    frame, name = context.frame, definition.name
    inputs = {column for column in frame.columns if column in context.engine and column != "household_weight"}
    _check_inputs(context, inputs)
    check_nulls(context, inputs)
    address = f"materialise.{name}"
    columns = [
        _computed(context, variable, address, Owner(f"materialisations.{name}", span)) for variable in wanted
    ]
    # Formulas and parameters stand in no snapshot, so a release may change any value: its version counts.
    engine = {**engine_facts(context, inputs | {v.name for v in wanted}), "version": context.engine.version}
    context.add(Node(
        address=address, operation="materialise", version=1,
        parameters={"period": context.period, "hints": definition.spec.model_dump()},
        inputs=Inputs({"frame": frame.slice(inputs)}), outputs=by_entity(columns), engine=engine,
        estimate=cost.engine(frame.size, definition.spec.households_per_chunk, definition.spec.workers),
        place=str(definition.key),
    ))  # fmt: skip
    context.frame = frame.with_columns(columns)


def _computed(context: Context, variable: EngineVariable, address: str, owner: Owner) -> Column:
    return Column(
        variable.name, variable.entity, variable.type, variable.unit, context.period,
        context.frame.ref(address), owner.span, variable.per, owner=owner,
    )  # fmt: skip


def _check_inputs(context: Context, inputs: set[str]) -> None:
    for name in sorted(inputs):
        column = context.frame.columns[name]
        is_stale = column.unit == MONEY and column.period != context.period
        known = name in context.stale or context.engine.computes(name) or context.incomplete
        if is_stale and not known:
            message = (
                f"`{name}` reaches the engine in USD of {column.period}, the dataset is of {context.period}"
            )
            context.say("SPC403", message, column.span, "uprate it before `materialise`")


def _read_later(context: Context) -> set[str]:
    """Return every column that targets and validations of the pipeline read."""
    texts: list[str | int] = []
    for step in context.recipe.bundle.spec.pipeline:
        if step.kind == "calibrate" and (calibration := context.recipe.calibrations.get(step.name)):
            texts += _read_beside(calibration.spec)
            for name in calibration.spec.targets:
                target = context.recipe.targets.get(name)
                texts += _read_by(target.spec) if target else []
        elif step.kind == "validate" and (validation := context.recipe.validations.get(step.name)):
            texts += [aggregate.sum for aggregate in validation.spec.aggregates.values()]
            texts += [text for gate in validation.spec.gates.values() for text in gate.texts.values()]
    return _columns(context, texts)


def _read_beside(calibration: Calibration) -> list[str | int]:
    """Return what a calibration reads itself: bands of activation, strata and units of a bootstrap."""
    activation, replicates = calibration.activation, calibration.replicates
    texts = [None if activation is None else activation.by]
    texts += [getattr(replicates, key, None) for key in ("strata", "units")]
    return [text for text in texts if text is not None]


def _read_by(target: Target) -> list[str | int]:
    sums = (family.sum for family in target.families.values())
    texts = (target.domain, target.bands.of if target.bands else None, *target.match, *sums)
    return [text for text in texts if text is not None]


def _columns(context: Context, texts: Iterable[str | int]) -> set[str]:
    """Return what expressions read, and what the values of the variables among it read in turn."""
    found: set[str] = set()
    waiting = list(texts)
    while waiting:
        try:
            new = parse(str(waiting.pop())).columns - found
        except ExpressionError:
            continue  # said where the expression is used
        found |= new
        values = (context.recipe.variables[name].spec.value for name in new & context.recipe.variables.keys())
        waiting += [value for value in values if value is not None]
    return found
