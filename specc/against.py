"""`--against REF|FILE|RUN`: the plan that today's is compared with."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.beside import uses_of
from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity
from compiler.load import spec_files
from compiler.migrations import migrated
from compiler.model.base import NAME
from specc.exits import Exit
from specc.faults import CommandFault
from specc.git import beside_at, bundle_at
from specc.runs import is_run, plan_of_run
from specc.saved import read_plan

if TYPE_CHECKING:
    from compiler.compilation import Compilation
    from compiler.plan import Plan


# No bundle can use a folder of this name, so that no used one can stand in its place.
_OWN = "the bundle itself"


def plan_against(against: str, folder: Path, sample: float | None, without: tuple[str, ...] = ()) -> Plan:
    """Return a saved plan for a file, a run's plan for a folder, else the bundle's plan at that git ref.

    `sample` and `without` are those of the plan that it is compared with.

    Raises:
        CommandFault: it is no plan or run, there is no such ref, or the bundle had errors then (all 3).
    """
    file = Path(against)
    if file.is_file():
        return read_plan(file)
    if file.is_dir():
        return plan_of_run(file)
    if file.suffix == ".json":
        remedy = "write one with `specc plan BUNDLE --out plan.json`"
        raise CommandFault(Exit.USAGE, f"there is no plan {file}", remedy=remedy)
    return _plan_at(against, folder, sample, without)


def run_folder(against: str) -> list[Path]:
    """Return the folder of the run that is compared with, where it is one: it holds manifests of its own."""
    return [Path(against)] if is_run(Path(against)) else []


def _plan_at(ref: str, folder: Path, sample: float | None, without: tuple[str, ...]) -> Plan:
    with tempfile.TemporaryDirectory(prefix="specc-against-") as name:
        there = Path(name)
        own = there / _OWN
        bundle_at(folder, ref, own)
        for used in _in_todays_language(own):
            beside_at(folder, used, ref, there / used)
            _in_todays_language(there / used)
        compilation = _compiled(own, ref, sample, without)
    if compilation.plan is not None:
        return compilation.plan
    first = next(d for d in compilation.diagnostics if d.severity is Severity.ERROR)
    place = str(first.span).replace(f"{own.as_posix()}/", "").replace(f"{there.as_posix()}/", "../")
    raise CommandFault(
        Exit.USAGE,
        f"{folder} had errors at {ref}, the first of them {first.code}: {first.message}",
        place=f"{ref}:{place}",
        remedy="name a ref at which it compiles, or a plan.json",
    )


def _compiled(own: Path, ref: str, sample: float | None, without: tuple[str, ...]) -> Compilation:
    try:
        return compile_bundle(own, sample=sample, without=without)
    except ValueError as error:
        raise CommandFault(Exit.USAGE, f"at {ref} {error}", remedy="leave out --without") from error


def _in_todays_language(folder: Path) -> list[str]:
    """Migrate a bundle, so that history can be compared across a change of language; return what it uses."""
    documents, _ = spec_files(folder)
    for file, text in migrated(tuple(documents)).items():
        Path(file).write_bytes(text.encode())
    return [name for name in uses_of(documents) if re.match(NAME, name)]
