"""`export:` and `validate:` what others read, and how it compares with what others published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.expressions import infer
from compiler.expressions.values import contradict
from compiler.plan import FrameRef, Inputs, Node, cost
from compiler.steps.contract import check_contract
from compiler.steps.exported import STRUCTURE, Exported, surface_facts
from compiler.steps.facts import engine_facts
from compiler.steps.gates import calibrations_of, gate
from compiler.steps.nulls import check_nulls
from compiler.steps.population import INTERNAL_WEIGHT, STORED_WEIGHT, WEIGHT
from compiler.typed import frame_values

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.expressions import Parsed
    from compiler.frame import Column, Frame
    from compiler.model.finish import Export, Validation
    from compiler.model.recipe import Definition


def export(context: Context, name: str, span: Span) -> None:
    """Add the node that writes a dataset."""
    definition: Definition[Export] | None = context.find("exports", name, span)
    if definition is None or not context.frame.rows:
        return
    spec = definition.spec
    _check_files(context, definition)
    inputs = {c for c in context.frame.columns if c in context.engine and not context.engine.computes(c)}
    stored = inputs | {WEIGHT}
    if spec.policyengine:
        check_nulls(context, stored)
    tables = set(context.frame.columns) - {INTERNAL_WEIGHT} if spec.parquet else stored
    start = _start(context) if spec.start else {}
    check_contract(context, definition, Exported.of(spec, stored | STRUCTURE, tables | STRUCTURE | {*start}))
    context.surface[f"export.{name}"] = surface_facts(context, context.frame, tables | stored)
    context.add(Node(
        address=f"export.{name}", operation="export", version=1,
        parameters={"period": context.period, "policyengine": spec.policyengine, "variables": sorted(stored),
                    "parquet": spec.parquet, "columns": sorted(tables),
                    **({"start": {name: ref.name for name, ref in start.items()}} if start else {})},
        inputs=Inputs({"frame": context.frame.slice(tables | stored), **_start_frame(context, start)}),
        outputs={"dataset": ("files",)},
        engine=engine_facts(context, stored | STRUCTURE),
        estimate=cost.linear("export", context.frame.size), place=str(definition.key),
    ))  # fmt: skip


def _start(context: Context) -> dict[str, Column]:
    """Return what a calibration starts from, by the name that tables have it under."""
    frames = [stage.frame for stage in context.stages]
    calibrated = [at for at, stage in enumerate(context.stages) if stage.kind == "calibrate"]
    columns = (frames[calibrated[0] - 1] if calibrated else context.frame).columns
    named = {STORED_WEIGHT: WEIGHT, INTERNAL_WEIGHT: INTERNAL_WEIGHT}
    return {name: columns[column] for name, column in named.items() if column in columns}


def _start_frame(context: Context, start: dict[str, Column]) -> dict[str, FrameRef]:
    columns = {column.name: column.ref for column in start.values()}
    return {"start": FrameRef(context.frame.rows, {"household": columns})} if start else {}


def _check_files(context: Context, export: Definition[Export]) -> None:
    """Say that there is no file, or which an earlier export writes too: case often makes no difference."""
    if export.spec.policyengine is None and export.spec.parquet is None:
        help_ = "add `policyengine: NAME.h5` or `parquet: FOLDER`"
        context.say("SPC602", f"the export `{export.name}` writes nothing", export.key, help_)
    done = [
        node.address.removeprefix("export.") for node in context.nodes.values() if node.operation == "export"
    ]
    for key, what in (("policyengine", "file"), ("parquet", "folder")):
        name = getattr(export.spec, key)
        for other in (context.recipe.exports[earlier] for earlier in done):
            if name is not None and name.lower() == (getattr(other.spec, key) or "").lower():
                related = (Related(other.at(key), "written here first"),)
                message = f"`{other.name}` and `{export.name}` both write the {what} `{name}`"
                context.say("SPC607", message, export.at(key), "name another one", related=related)


def _entity_of(frame: Frame, parsed: Parsed) -> str:
    """Return the entity whose units an aggregate adds up: the group, where it is taken over one."""
    read = {u.window or frame.entity_of(u.name) for u in parsed.uses if u.name in frame}
    return next(iter(sorted((read | parsed.windows) - {"household"})), "household")


def _check_unit(context: Context, definition: Definition[Validation], key: str, checked: Parsed) -> None:
    """Say where a total is not in the unit that the benchmark is said to be in."""
    unit = infer(checked, frame_values(context, context.frame, checked.columns)).value.unit
    declared = definition.spec.aggregates[key].unit
    if contradict(unit, declared):
        written = definition.at("aggregates", key, "unit")
        message = f"the unit of `{key}` is {declared}, its `sum` is in {unit}"
        help_ = f"write `unit: {unit}`, or sum something else"
        context.say("SPC307", message, written, help_)


def _aggregate(
    context: Context, definition: Definition[Validation], key: str, reads: set[str]
) -> dict[str, str | float | None]:
    """Check an aggregate, and remember what it reads; return what the runtime needs of it."""
    aggregate, path = definition.spec.aggregates[key], ("aggregates", key, "sum")
    parsed = context.parsed(aggregate.sum, definition, *path)
    entity = _entity_of(context.frame, parsed) if parsed else "household"
    want = ("number", "`sum`")
    checked = context.expression(context.frame, aggregate.sum, entity, definition, *path, want=want)
    if checked is not None:
        _check_unit(context, definition, key, checked)
        reads |= checked.columns
    return {
        "sum": str(aggregate.sum),
        "entity": entity,
        "benchmark": float(aggregate.benchmark),
        "tolerance": float(aggregate.tolerance),
        "unit": aggregate.unit,
    }


def _replicates(context: Context) -> dict[str, str]:
    """Return the replicates of the weights as they are at this step, where there are any."""
    weight, frame = context.frame.columns.get(WEIGHT), context.frame
    if weight is None or weight.ref.rows != len(frame.rows):
        return {}
    operation, _, rest = weight.ref.node.partition(".")
    address = f"replicate.{rest}"
    return {"replicates": address} if operation == "calibrate" and address in context.nodes else {}


def _clones(context: Context, spec: Validation) -> dict[str, FrameRef]:
    """Return the frames before and after the clones that gates look at."""
    if all(gate.clone is None for gate in spec.gates.values()):
        return {}
    from compiler.steps.clone_gates import frames_of  # noqa: PLC0415 - most bundles have no such gate

    return frames_of(context, spec)


def validate(context: Context, name: str, span: Span) -> None:
    """Add the node that compares weighted totals with published ones."""
    definition: Definition[Validation] | None = context.find("validations", name, span)
    if definition is None or not context.frame.rows:
        return
    spec, reads = definition.spec, {WEIGHT}
    aggregates = {key: _aggregate(context, definition, key, reads) for key in spec.aggregates}
    gates = {key: gate(context, definition, key, reads) for key in spec.gates}
    calibrated = {f"calibrate.{name}": f"calibrate.{name}" for name in calibrations_of(spec)}
    known = {name: address for name, address in calibrated.items() if address in context.nodes}
    known |= _replicates(context)
    context.add(Node(
        address=f"validate.{name}", operation="validate", version=1,
        parameters={"aggregates": aggregates, "weight": WEIGHT, "blocking": spec.blocking,
                    **({"gates": gates} if gates else {})},
        inputs=Inputs({"frame": context.frame.slice(reads), **_clones(context, spec)}, known),
        outputs={"report": ("aggregates",)},
        estimate=cost.linear("validate", context.frame.size), place=str(definition.key),
    ))  # fmt: skip
