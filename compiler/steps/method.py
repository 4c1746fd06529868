"""`method:` of a calibration: what is asked of one that cannot keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.model.calibrators import CHOOSE, MEET_ALL, NO_EXACT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.context import Context
    from compiler.model.finish import Calibration
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target


def check_method(
    context: Context, definition: Definition[Calibration], targets: Mapping[str, Definition[Target]]
) -> None:
    """Say what the method cannot keep, or would not heed."""
    spec, kind = definition.spec, definition.spec.method.kind
    for name, target in targets.items():
        if kind in NO_EXACT and target.spec.tolerance == "exact":
            message = f"`{kind}` meets no fact exactly, and `{name}` asks for it"
            remedy = "choose `kind: dual`, or give the target a tolerance"
            context.say("SPC622", message, definition.at("method", "kind"), remedy)
    if kind in MEET_ALL and spec.balance:
        message = f"`{kind}` meets all facts: none weighs more than another"
        context.say("SPC622", message, definition.at("balance"), "remove `balance`, or choose `kind: dual`")
    for key in ("stages", "replicates", "rotation"):
        if kind in CHOOSE and getattr(spec, key):
            message = f"`{kind}` chooses records anew each time: `{key}` would compare different ones"
            context.say("SPC622", message, definition.at(key), f"remove `{key}`, or choose `kind: dual`")
