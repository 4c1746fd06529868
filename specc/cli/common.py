"""What several commands share: arguments, and compiling a bundle or ending with its findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.compilation import Compilation, compile_bundle
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.findings import findings_text
from specc.samples import HELP, parse_sample
from specc.sizes import parse_size
from specc.specs import with_specs

if TYPE_CHECKING:
    from compiler.diagnostics import Diagnostic
    from compiler.plan import Plan

FOLDER = click.Path(path_type=Path)


def _share(_context: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    try:
        return None if text is None else parse_sample(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


sample_option = click.option(
    "--sample", callback=_share, metavar="SHARE", help=f"Share of households to keep; {HELP}."
)


def _bytes(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    try:
        return None if text is None else parse_size(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


store_option = click.option(
    "--store", metavar="STORE", help="Where the store is.  [default: $SPECC_STORE or .specc/store]"
)
without_option = click.option(
    "--without", multiple=True, metavar="STEP", help="Leave a clone out: `clone.NAME` copies nothing."
)
form_option = click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="For people, for programs (everything), or for the comment of a pull request.",
)  # fmt: skip
memory_option = click.option(
    "--memory", callback=_bytes, metavar="SIZE",
    help="Memory that steps may hold together, as `8 GiB`.  [default: the bundle's budget]",
)  # fmt: skip


def compiled(folder: Path, sample: float | None = None, without: tuple[str, ...] = ()) -> Compilation:
    """Compile a bundle, or the variant of it without some clones.

    Raises:
        CommandFault: there is no such folder, or no such clone.
    """
    try:
        return compile_bundle(folder, sample=sample, without=without)
    except (NotADirectoryError, ValueError) as error:
        raise CommandFault(Exit.USAGE, str(error)) from error


def existing(folder: Path) -> Path:
    """Return a folder.

    Raises:
        CommandFault: there is no such folder.
    """
    if not folder.is_dir():
        remedy = "name the folder of a bundle, such as specs/us_open"
        raise CommandFault(Exit.USAGE, f"{folder} is not a folder", remedy=remedy)
    return folder


def planned(folder: Path, sample: float | None, without: tuple[str, ...] = ()) -> Plan:
    """Return the plan of a bundle with the digests of its files; its findings are printed on stderr.

    Raises:
        CommandFault: the bundle has errors, or there is no such folder or clone.
    """
    compilation = compiled(folder, sample, without)
    tell(compilation.diagnostics)
    return with_specs(plan_in(compilation, folder), folder)


def plan_in(compilation: Compilation, folder: Path) -> Plan:
    """Return the plan that compiling a folder has given.

    Raises:
        CommandFault: the bundle has errors.
    """
    if compilation.plan is None:
        raise CommandFault(Exit.FINDINGS, f"{folder} cannot be planned", remedy="mend the findings above")
    return compilation.plan


def tell(diagnostics: list[Diagnostic]) -> None:
    """Print findings on stderr, if there are any."""
    if diagnostics:
        click.echo(findings_text([d.record() for d in diagnostics]) + "\n", err=True)
