"""`calibrate:` facts, their matrix, and the weights that meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import Owner
from compiler.model.calibrators import DRAW
from compiler.model.targets import USUAL_TOLERANCE
from compiler.plan import Estimate, Inputs, Node, cost
from compiler.steps.cloned import household_flags
from compiler.steps.method import check_method
from compiler.steps.population import INTERNAL_WEIGHT, WEIGHT
from compiler.steps.replicates import replicate, rotate
from compiler.steps.staged import stages
from compiler.steps.target_geography import place_variable
from compiler.steps.target_measures import check_measures
from compiler.steps.target_precision import group_weights
from compiler.steps.targets import facts_node

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.finish import Calibration
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target
    from compiler.typed import Want


def calibrate(context: Context, name: str, span: Span) -> None:
    """Add the nodes of a calibration; the frame's weight is the calibrated one afterwards."""
    definition: Definition[Calibration] | None = context.find("calibrations", name, span)
    if definition is None or not context.frame.rows:
        return
    spec = definition.spec
    targets: dict[str, Definition[Target]] = {}
    for position, target_name in enumerate(spec.targets):
        target: Definition[Target] | None = context.find(
            "targets", target_name, definition.at("targets", position)
        )
        if target is not None:
            targets[target_name] = target
    if spec.start.scale_to is not None and spec.start.scale_to not in spec.targets:
        context.say(
            "SPC601",
            f"the start is scaled to `{spec.start.scale_to}`, which is not among the targets",
            definition.at("start", "scale_to"),
            "name one of: " + ", ".join(spec.targets),
        )
    matrix = _matrix(context, definition, targets)
    check_method(context, definition, targets)
    if INTERNAL_WEIGHT in context.frame.columns:
        from compiler.steps.starts import check_starts  # noqa: PLC0415 - many frames are not cloned

        check_starts(context, definition)
    more = _misses(targets) | stages(context, definition, targets)
    _weights(context, definition, matrix, more)


def _misses(targets: dict[str, Definition[Target]]) -> dict[str, Any]:
    """Return what misses cost, where it is not the usual: rows of a table may say more, in the matrix."""
    said = {name: t.spec.tolerance for name, t in targets.items() if "tolerance" not in t.spec.precision}
    tolerances = {name: tolerance for name, tolerance in said.items() if tolerance != USUAL_TOLERANCE}
    weights = group_weights(targets)
    return {**({"tolerances": tolerances} if tolerances else {}), **({"weights": weights} if weights else {})}


def _matrix(
    context: Context, definition: Definition[Calibration], targets: dict[str, Definition[Target]]
) -> str:
    reads: set[str] = set()
    measures = {name: _measures(context, target, reads) for name, target in targets.items()}
    facts = {
        f"facts.{name}": address
        for name, target in targets.items()
        if (address := facts_node(context, target))
    }
    return context.add(Node(
        address=f"matrix.{definition.name}", operation="matrix", version=2, parameters={"targets": measures},
        inputs=Inputs({"frame": context.frame.slice(reads)}, facts),
        outputs={"matrix": ("matrix",)},
        estimate=cost.linear("matrix", context.frame.size), place=str(definition.key),
    ))  # fmt: skip


def _measures(context: Context, target: Definition[Target], reads: set[str]) -> dict[str, Any]:
    """Check every expression of a target over the frame; return what the matrix needs of it."""
    spec = target.spec

    def text(expression: str | int | None, want: Want, *path: str) -> str | None:
        if expression is None:
            return None
        parsed = context.expression(context.frame, expression, spec.entity, target, *path, want=want)
        reads.update(parsed.columns if parsed else ())
        return str(expression)

    check_measures(context, target)
    place = place_variable(target)
    placed = {place["variable"]: ("geography", "level")} if place is not None else {}
    for name, path in {**{name: ("match", name) for name in spec.match}, **placed}.items():
        context.expression(context.frame, name, spec.entity, target, *path)
        reads.add(name)
    return {
        "entity": spec.entity,
        "periods": {name: context.period if f.aged_by else spec.period for name, f in spec.named.items()},
        "place": place,
        "domain": text(spec.domain, ("bool", "`domain`"), "domain"),
        "band": text(spec.bands.of, ("number", "a banded value"), "bands", "of") if spec.bands else None,
        "match": sorted(spec.match),
        "families": {
            f.name or row: text(f.sum, ("number", "`sum`"), "families", row, "sum")
            for row, f in spec.families.items()
        },
    }


def _stream(context: Context, definition: Definition[Calibration], operation: str) -> str | None:
    """Return the random stream of a method that draws."""
    draws = definition.spec.method.kind in DRAW
    name = context.first_name("calibrations", definition.name)
    return context.stream(f"{operation}.{name}") if draws else None


def _activation(
    context: Context, definition: Definition[Calibration], flags: set[str]
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return what is told of clones band by band, and what is read for it."""
    spec, path = definition.spec.activation, ("activation", "by")
    if spec is None:
        return {}, frozenset()
    if not flags and not context.incomplete:
        message = "no household has a flag: there are no clones to tell of"
        context.say("SPC643", message, definition.key_at("activation"), "clone the frame, or remove it")
    parsed = context.expression(
        context.frame, spec.by, "household", definition, *path, want=("number", "`by`")
    )
    told = {"activation": {"by": str(spec.by), "bands": list(spec.bands)}}
    return told, parsed.columns if parsed else frozenset()


def _estimate(kind: str, rows: float) -> Estimate:
    """Return what a method takes; of somebody's own nobody knows before it was measured."""
    known = kind not in {"dual", "entry_point"}
    return cost.linear(f"calibrate.{kind}" if known else "calibrate", rows)


def _weights(
    context: Context, definition: Definition[Calibration], matrix: str, more: dict[str, Any]
) -> None:
    spec, frame = definition.spec, context.frame
    start = INTERNAL_WEIGHT if INTERNAL_WEIGHT in frame.columns else WEIGHT
    address = f"calibrate.{definition.name}"
    flags = {
        name
        for name, column in frame.columns.items()
        if column.entity == "household" and column.type == "bool"
    }
    activation, reads = _activation(context, definition, flags)
    clones = household_flags(context)
    told = {"clones": clones} if clones else {}
    solving = {
        "method": spec.method.model_dump(exclude_none=True),
        **({"balance": list(spec.balance)} if spec.balance else {}),
        **more, "minimum_carriers": spec.minimum_carriers, "scale_to": spec.start.scale_to,
        "weight": WEIGHT, "start": start,
    }  # fmt: skip
    context.add(Node(
        address=address, operation="calibrate", version=4,
        stream=_stream(context, definition, "calibrate"),
        parameters={**solving, "flags": sorted(flags), **told, **activation},
        inputs=Inputs({"frame": frame.slice({WEIGHT, start, *flags, *reads})}, {"matrix": matrix}),
        outputs={"household": (WEIGHT,)},
        estimate=_estimate(spec.method.kind, frame.size), place=str(definition.key),
    ))  # fmt: skip
    replicate(context, definition, matrix, solving)
    rotate(context, definition, matrix, solving, _stream(context, definition, "rotate"))
    owner, ref = Owner(f"calibrations.{definition.name}", definition.key), frame.ref(address)
    weight = frame.columns[WEIGHT]._replace(ref=ref, period=context.period, span=definition.key, owner=owner)
    context.frame = frame.with_columns([weight])
