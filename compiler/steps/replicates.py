"""`replicates:` and `rotation:` of a calibration: nodes that solve its problem again, beside its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import TEXT
from compiler.model.replicates import Bootstrap
from compiler.plan import Estimate, Inputs, Node, cost
from compiler.steps.staged import check_facts_of
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.finish import Calibration
    from compiler.model.recipe import Definition
    from compiler.model.replicates import ReplicateWeights

# What the calibration has decided already: which facts are trained on.
_DECIDED = ("stages", "accept", "minimum_carriers")
# What a replicate takes of a solution: its search begins where the whole sample's ended, which saves some.
_SHARE = 0.8
Parameters = dict[str, Any]


def replicate(
    context: Context, definition: Definition[Calibration], matrix: str, solving: Parameters
) -> None:
    """Add the node that calibrates every replicate to the same facts, from the same matrix."""
    spec, reads = definition.spec.replicates, set[str]()
    if spec is None:
        return
    if isinstance(spec, Bootstrap):
        told = _drawn(context, definition, spec, reads)
    else:
        told = _columns(context, definition, spec, reads)
    if told is None:
        return
    name, frame = definition.name, context.frame
    number = told["count"] if "count" in told else len(told["columns"])
    reads |= {solving["weight"], solving["start"]}
    context.add(Node(
        address=f"replicate.{name}", operation="replicate", version=1,
        parameters=_solving(solving) | {"replicates": told},
        inputs=Inputs({"frame": frame.slice(reads)}, {"matrix": matrix, "calibrated": f"calibrate.{name}"}),
        outputs={"replicates": ("weights", "facts")},
        stream=context.stream(f"replicate.{context.first_name('calibrations', name)}"),
        estimate=_times("replicate", frame.size, number), place=str(definition.key_at("replicates")),
    ))  # fmt: skip


def rotate(
    context: Context,
    definition: Definition[Calibration],
    matrix: str,
    solving: Parameters,
    stream: str | None,
) -> None:
    """Add the node that holds folds of the trained facts out in turn."""
    spec, name, frame = definition.spec.rotation, definition.name, context.frame
    if spec is None:
        return
    targets = {each: context.recipe.targets[each] for each in definition.spec.targets
               if each in context.recipe.targets}  # fmt: skip
    folds: dict[str, Any] = {"by": spec.by, "folds": spec.folds}
    if isinstance(spec.folds, dict):
        for fold, facts in spec.folds.items():
            check_facts_of(context, definition, targets, facts, "rotation", "folds", fold)
        named = [{"fold": fold, **facts.model_dump()} for fold, facts in spec.folds.items()]
        folds = {"folds": [{key: value for key, value in each.items() if value} for each in named]}
    reads = {solving["weight"], solving["start"]}
    context.add(Node(
        address=f"rotate.{name}", operation="rotate", version=1,
        parameters=_solving(solving) | {"rotation": folds},
        inputs=Inputs({"frame": frame.slice(reads)}, {"matrix": matrix, "calibrated": f"calibrate.{name}"}),
        outputs={"report": ("folds",)}, stream=stream,
        estimate=_times("rotate", frame.size, len(folds["folds"]) if "by" not in folds else folds["folds"]),
        place=str(definition.key_at("rotation")),
    ))  # fmt: skip


def _solving(solving: Parameters) -> Parameters:
    return {key: value for key, value in solving.items() if key not in _DECIDED}


def _times(operation: str, rows: float, number: int) -> Estimate:
    once = cost.linear(operation, rows)
    return Estimate(round(once.seconds * (1 + _SHARE * number), 1), int(once.memory + rows * 8 * number))


def _drawn(
    context: Context, definition: Definition[Calibration], spec: Bootstrap, reads: set[str]
) -> Parameters | None:
    texts = {key: text for key in ("strata", "units") if (text := getattr(spec, key)) is not None}
    for key, text in texts.items():
        parsed = context.expression(context.frame, text, "household", definition, "replicates", key)
        if parsed is None:
            return None
        reads |= parsed.columns
    return {"scheme": spec.scheme, "count": spec.count, **{key: str(text) for key, text in texts.items()}}


def _columns(
    context: Context, definition: Definition[Calibration], spec: ReplicateWeights, reads: set[str]
) -> Parameters | None:
    """Return the columns in order and what a variance is of them; say where there are none."""
    names = _named(context, definition, spec)
    if names is None:
        return None
    if spec.scales and len(spec.scales) != len(names):
        message = f"{len(names)} replicate weights have {len(spec.scales)} scales"
        context.say("SPC642", message, definition.at("replicates", "scales"), "write one for each")
        return None
    told: Parameters = {"scheme": spec.scheme, "columns": names}
    if spec.of is not None:
        place = definition.at("replicates", "of")
        if not _is_weight(context, spec.of, place):
            return None
        told["of"] = spec.of
    reads.update(names, [told["of"]] if "of" in told else [])
    extra = {"rho": spec.rho, "scales": list(spec.scales)}
    return told | {key: value for key, value in extra.items() if value not in (None, [])}


def _named(context: Context, definition: Definition[Calibration], spec: ReplicateWeights) -> list[str] | None:
    if not isinstance(spec.columns, str):
        places = [definition.at("replicates", "columns", number) for number in range(len(spec.columns))]
        known = [_is_weight(context, name, at) for name, at in zip(spec.columns, places, strict=True)]
        return list(spec.columns) if all(known) else None
    prefix, columns = spec.columns.removesuffix("*"), context.frame.columns
    found = sorted((n for n in columns if n.startswith(prefix)), key=lambda name: (len(name), name))
    place = definition.at("replicates", "columns")
    if len(found) < 2 and not context.incomplete:
        message = f"{len(found) or 'no'} column{'s' if not found else ''} of the frame begin with `{prefix}`"
        help_ = did_you_mean(prefix, columns) or "bring them in as variables of households"
        context.say("SPC642", message, place, help_)
    known = [_is_weight(context, name, place) for name in found]
    return found if len(found) > 1 and all(known) else None


def _is_weight(context: Context, name: str, place: Any) -> bool:  # noqa: ANN401 - a span
    """Tell whether a column is a number of households; say where it is not."""
    frame = context.frame
    if not context.readable(frame, name, place):
        return False
    entity = frame.entity_of(name)
    if entity == "household" and name in frame.columns and frame.type_of(name) not in TEXT:
        return True
    what = f"of {entity}" if entity != "household" else "no stored number"
    message = f"`{name}` is {what}, and weights are numbers of households that are stored"
    context.say("SPC642", message, place, "name columns with a weight a household")
    return False
