"""What is done to variables before a model sees them: scales, zeros told apart, rare categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.frame import TEXT
from compiler.model.methods import tried
from compiler.steps.known import of_frame
from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.frame import Frame
    from compiler.model.imputations import Imputation
    from compiler.model.methods import Model
    from compiler.model.recipe import Definition

# Methods that split predictors, to which order alone counts; that compare targets by ranks, or never.
_SPLITS = frozenset({"forest", "qrf", "zi_qrf", "regime_aware", "cart", "rank_match"})
_COPIES = frozenset({"forest", "cart", "hotdeck"})
# Methods that draw a sign first: zero has to stay zero.
_GATES = frozenset({"zi_qrf", "regime_aware"})


def sees_scale_of_predictors(model: Model) -> bool:
    """Tell whether a model makes something of the scale of a predictor, and not of its order alone."""
    methods = tried(model)
    return any(m.kind not in _SPLITS and getattr(m, "choose", None) != "random" for m in methods)


def sees_scale_of_targets(model: Model) -> bool:
    """Tell whether a model makes something of the scale of a target."""
    return any(method.kind not in _COPIES for method in tried(model))


def scale_parameters(
    spec: Imputation, model: Model, predictors: Sequence[str], targets: Sequence[str]
) -> dict[str, Any]:
    """Return what the runtime needs of the scales on which a model sees a block; nothing without any."""
    of_predictors = predictors if sees_scale_of_predictors(model) else ()
    of_targets = targets if sees_scale_of_targets(model) else ()
    scales = {n: kind for n, kind in spec.transform.items() if n in of_predictors or n in of_targets}
    apart = [name for name in of_predictors if name in spec.zeros_apart]
    return {**({"transform": scales} if scales else {}), **({"zeros_apart": apart} if apart else {})}


def rare_parameters(spec: Imputation, predictors: Sequence[str]) -> dict[str, Any]:
    """Return what the runtime needs of rare categories; nothing where none are put together."""
    rare = {name: rule.model_dump() for name, rule in spec.rare.items() if name in predictors}
    return {"rare": rare} if rare else {}


def check_scales(context: Context, imputation: Definition[Imputation], donor: Frame) -> None:
    """Say which preparations of a variable cannot be carried out, and which no model makes anything of."""
    spec = imputation.spec
    for name, kind in spec.transform.items():
        span = imputation.key_at("transform", name)
        known = {*spec.predictors, *spec.drawn}
        if _is_number(context, donor, name, span, known, "neither predictor nor target"):
            _check_scale(context, imputation, donor, (name, kind), span)
    for position, name in enumerate(spec.zeros_apart):
        span = imputation.at("zeros_apart", position)
        if name in spec.drawn and name not in _predictors(spec):
            message = f"`{name}` is drawn: whether it is zero is no predictor"
            help_ = "draw it by `zi_qrf`, which draws zeros apart from amounts"
            context.say("SPC446", message, span, help_)
        elif _is_number(context, donor, name, span, _predictors(spec), "no predictor"):
            _say_idle(context, imputation, name, span)
    for name in spec.rare:
        _check_rare(context, imputation, donor, name)


def _predictors(spec: Imputation) -> set[str]:
    """Return all that some block conditions on."""
    earlier = (other for block in spec.blocks.values() for other in block.after if other in spec.blocks)
    return {*spec.predictors}.union(*(spec.blocks[other].targets for other in earlier))


def _is_number(context: Context, donor: Frame, name: str, span: Span, known: set[str], what: str) -> bool:
    """Tell whether a name is one of those known and a number; say why not."""
    if name not in known:
        if not context.may_exist(name):
            help_ = did_you_mean(name, known) or "remove it, or let a block read it"
            context.say("SPC446", f"`{name}` is {what} of this imputation", span, help_)
        return False
    if name not in donor.names():
        return False  # said where it is read
    kind = donor.type_of(name)
    if kind in TEXT or kind == "bool":
        words = "text" if kind in TEXT else "a truth value"
        context.say("SPC446", f"`{name}` is {words}, which has no scale", span, "name an amount or a count")
        return False
    return True


def _check_scale(
    context: Context, imputation: Definition[Imputation], donor: Frame, asked: tuple[str, str], span: Span
) -> None:
    (name, kind), spec = asked, imputation.spec
    block = spec.drawn.get(name)
    kinds = [] if block is None else [method.kind for method in tried(spec.blocks[block].model)]
    gate = next((method for method in kinds if method in _GATES), None)
    if gate is not None and kind != "asinh":
        message = f"`{name}` is drawn by `{gate}`, which tells zero from losses; `{kind}` does not"
        context.say("SPC446", message, span, "use `asinh`, which does")
    elif kind == "log" and (low := _lowest(context, imputation, donor, name)) is not None:
        message = f"`{name}` is {low:g} for some donor, which has no logarithm"
        help_ = "use `asinh`; or tell the zeros of a predictor apart under `zeros_apart:`"
        context.say("SPC446", message, span, help_)
    else:
        _say_idle(context, imputation, name, span)


def _lowest(context: Context, imputation: Definition[Imputation], donor: Frame, name: str) -> float | None:
    """Return the least value of a donor if it surely has no logarithm."""
    spec = imputation.spec
    known = of_frame(context, donor, frozenset({name})).get(name)
    if known is None or known.kind != "number" or known.low is None or spec.where or spec.donor.rows:
        return None
    is_told = name in spec.zeros_apart and known.low == 0
    return known.low if known.low <= 0 and not is_told else None


def _say_idle(context: Context, imputation: Definition[Imputation], name: str, span: Span) -> None:
    """Say where no block makes anything of the scale of a variable."""
    spec, used = imputation.spec, []
    for block in spec.blocks.values():
        earlier = {t for other in block.after if other in spec.blocks for t in spec.blocks[other].targets}
        if name in {*spec.predictors, *earlier} - {*block.targets}:
            used.append((sees_scale_of_predictors(block.model), block.model.kind))
        if name in block.targets:
            used.append((sees_scale_of_targets(block.model), block.model.kind))
    if not any(seen for seen, _ in used):
        kinds = ", ".join(f"`{kind}`" for kind in dict.fromkeys(kind for _, kind in used))
        message = f"the scale of `{name}` changes nothing: {kinds} goes by the order of values"
        help_ = "remove it; models of distances and lines see it, such as `ols`, `quantreg` and `hotdeck`"
        context.say("SPC445", message, span, help_)


def _check_rare(context: Context, imputation: Definition[Imputation], donor: Frame, name: str) -> None:
    """Say where categories cannot be put together."""
    span, spec = imputation.key_at("rare", name), imputation.spec
    if name in spec.drawn:
        message = f"`{name}` is drawn: putting its rare categories together would lose them"
        help_ = "put them together in the donor's `columns:`, where it is seen what is drawn"
        context.say("SPC446", message, span, help_)
    elif name not in spec.predictors:
        if not context.may_exist(name):
            help_ = did_you_mean(name, spec.predictors) or "remove it, or name it under `predictors:`"
            context.say("SPC446", f"`{name}` is no predictor of this imputation", span, help_)
    elif name in donor.names() and donor.type_of(name) not in TEXT:
        help_ = "put numbers together by an expression, or tell it as text"
        context.say("SPC446", f"`{name}` is no text: it has no categories", span, help_)
