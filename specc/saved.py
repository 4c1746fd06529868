"""A plan that was written to a file: read back, and compared with what its bundle says today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.compilation import compile_bundle
from compiler.plan.reading import plan_from_json
from specc.exits import Exit
from specc.faults import CommandFault
from specc.specs import USES, Specs, changes, specs_in, specs_of, with_specs

if TYPE_CHECKING:
    from compiler.plan import Plan

_AGAIN = "write it again with `specc plan {bundle} --out {file}`, and review it"


def saved_plan(file: Path) -> tuple[Plan, Path]:
    """Return a saved plan and the folder of its bundle, which still compiles to it.

    The plan comes from compiling the bundle again: its key, and so every result, is the saved one's, and its
    locators and budget are those of the spec, whatever was done to the file.

    Raises:
        CommandFault: the file is no plan or was edited (3), or its bundle compiles to another one (5).
    """
    plan = read_plan(file)
    specs = specs_in(plan)
    folder = Path(specs.bundle)
    if not folder.is_dir():
        remedy = "run it from the folder that it was planned in"
        raise CommandFault(Exit.USAGE, f"{file} was made from {folder}, which is not here", remedy=remedy)
    now = _compiled_again(plan, folder)
    if now is None or now.key != plan.key:
        raise _stale(file, specs, specs_of(folder, plan.metadata.get(USES, ())), compiles=now is not None)
    return with_specs(now, folder), folder


def _compiled_again(plan: Plan, folder: Path) -> Plan | None:
    try:
        return compile_bundle(folder, sample=plan.sample, without=plan.without).plan
    except ValueError:  # a clone that the plan is without is no longer in its bundle
        return None


def read_plan(file: Path) -> Plan:
    """Return a saved plan as it was written, whatever its bundle says today.

    Raises:
        CommandFault: the file is no plan, or was edited (3).
    """
    try:
        return plan_from_json(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        message, remedy = f"{file} is no JSON: {error}", "write one with `specc plan BUNDLE --out plan.json`"
        raise CommandFault(Exit.USAGE, message, remedy=remedy) from error
    except (KeyError, TypeError, AttributeError) as error:
        message, remedy = (
            f"{file} is no plan: {error!r}",
            "write one with `specc plan BUNDLE --out plan.json`",
        )
        raise CommandFault(Exit.USAGE, message, remedy=remedy) from error
    except ValueError as error:  # its message says what to do
        raise CommandFault(Exit.USAGE, f"{file}: {error}") from error


def _stale(file: Path, before: Specs, after: Specs, *, compiles: bool) -> CommandFault:
    changed = changes(before, after)
    what = "now compiles to another plan" if compiles else "has errors now"
    why = (
        f"changed since: {', '.join(changed)}"
        if changed
        else "its files are the same, so specc itself changed"
    )
    remedy = _AGAIN.format(bundle=before.bundle, file=file)
    return CommandFault(Exit.STALE, f"{file} is stale: {before.bundle} {what} ({why})", remedy=remedy)
