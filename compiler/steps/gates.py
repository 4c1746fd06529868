"""Gates of a validation: what they read, and bounds that decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.finish import Calibration, Validation
    from compiler.model.gates import Fits, Gate
    from compiler.model.recipe import Definition
    from compiler.typed import Want

    Known = Definition[Validation]

_WANTS: dict[str, Want | None] = {
    "sum": ("number", "`sum`"),
    "mean": ("number", "`mean`"),
    "divided_by": ("number", "`divided_by`"),
    "share": ("bool", "`share`"),
    "every": ("bool", "`every`"),
    "where": ("bool", "`where`"),
    "by": None,
}
_SHARES = frozenset({"stored_weight", "differing_copies", "active_households", "weight_share"})


def gate(context: Context, definition: Known, key: str, reads: set[str]) -> dict[str, Any]:
    """Check a gate, and remember what it reads; return what the runtime needs of it."""
    spec = definition.spec.gates[key]
    _check_bounds(context, definition, key, spec)
    bounds = {"at_least": spec.at_least, "at_most": spec.at_most}
    if spec.fits is not None:
        _check_fits(context, definition, key, spec.fits)
        return {"statistic": "fits", **spec.fits.model_dump(), **bounds}
    if spec.weights is not None:
        _known(context, definition, spec.weights.calibration, "gates", key, "weights", "calibration")
        return {"statistic": "weights", **spec.weights.model_dump(), **bounds}
    if spec.clone is not None:
        # Most bundles have no such gate.
        from compiler.steps.clone_gates import clone_gate  # noqa: PLC0415

        return {"statistic": "clone", **clone_gate(context, definition, key, spec.clone, reads), **bounds}
    entity = spec.count or spec.of or _entity(context, definition, key, spec)
    for name, text in spec.texts.items():
        path = ("gates", key, name)
        checked = context.expression(context.frame, text, entity, definition, *path, want=_WANTS[name])
        reads |= checked.columns if checked else frozenset()
    texts = {name: str(text) for name, text in spec.texts.items()}
    value = texts.pop(spec.statistic, "1")
    return {"statistic": spec.statistic, "value": value, "entity": entity, **texts, **bounds}


def calibrations_of(validation: Validation) -> list[str]:
    """Return the calibrations whose facts the gates of a validation look at, each once."""
    told = [gate.fits or gate.weights for gate in validation.gates.values()]
    return list(dict.fromkeys(each.calibration for each in told if each is not None))


def _entity(context: Context, definition: Known, key: str, spec: Gate) -> str:
    """Return whose statistic it is: persons' where anything of a person is read, else that of a group."""
    read: set[str] = set()
    for name, text in spec.texts.items():
        parsed = context.parsed(text, definition, "gates", key, name)
        for use in parsed.uses if parsed else ():
            read |= {use.window or context.frame.entity_of(use.name)} if use.name in context.frame else set()
        read |= parsed.windows if parsed else set()
    groups = sorted(read - {"household"})
    return "person" if "person" in groups else next(iter(groups), "household")


def _check_bounds(context: Context, definition: Known, key: str, spec: Gate) -> None:
    low, high = spec.at_least, spec.at_most
    is_share = spec.statistic in ("share", "fits")
    is_share |= spec.weights is not None and spec.weights.measure == "tiny_share"
    is_share |= spec.clone is not None and spec.clone.measure in _SHARES
    if low is not None and high is not None and low > high:
        message = f"nothing is at least {low:g} and at most {high:g}: the gate `{key}` cannot hold"
        context.say("SPC620", message, definition.at("gates", key, "at_most"), "write the lower bound first")
    elif is_share and ((low is not None and low > 1) or (high is not None and high < 0)):
        place = definition.at("gates", key, "at_least" if low is not None and low > 1 else "at_most")
        message = f"a share is from 0 to 1: the gate `{key}` cannot hold"
        context.say("SPC620", message, place, "write 0.05 for 5 percent")
    elif is_share and (low is None or low <= 0) and (high is None or high >= 1):
        place = definition.at("gates", key, "at_most" if high is not None else "at_least")
        message = f"a share is from 0 to 1: the gate `{key}` holds whatever the data"
        context.say("SPC620", message, place, "write bounds within 0 and 1")


def _known(context: Context, definition: Known, name: str, *path: str) -> Definition[Calibration] | None:
    """Return a calibration that a gate looks at; say where no step before has carried it out."""
    place = definition.at(*path)
    calibration: Definition[Calibration] | None = context.find("calibrations", name, place)
    if calibration is not None and f"calibrate.{name}" not in context.nodes and not context.incomplete:
        message = f"no step before this one carries out the calibration `{name}`"
        context.say("SPC621", message, place, "validate after `calibrate`")
    return calibration


def _check_fits(context: Context, definition: Known, key: str, fits: Fits) -> None:
    calibration = _known(context, definition, fits.calibration, "gates", key, "fits", "calibration")
    if calibration is None:
        return
    targets = calibration.spec.targets
    if fits.target is not None and fits.target not in targets:
        message = f"`{fits.target}` is no target of the calibration `{fits.calibration}`"
        help_ = did_you_mean(fits.target, targets) or "it has: " + ", ".join(targets[:12])
        context.say("SPC621", message, definition.at("gates", key, "fits", "target"), help_)
