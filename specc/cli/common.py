"""What several commands share: arguments, and compiling a bundle or ending with its findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from compiler.compilation import Compilation, compile_bundle
from compiler.diagnostics import Diagnostic

from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.findings import findings_text
from specc.samples import HELP, parse_sample
from specc.specs import with_specs

if TYPE_CHECKING:
    from compiler.plan import Plan

FOLDER = click.Path(path_type=Path)


class Share(click.ParamType):
    """A share of households; `None` stands for all of them, so it is kept beside its text."""

    name = "share"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the share, 1 for the whole."""
        if isinstance(value, float):  # click may convert what is converted already
            return value
        try:
            return parse_sample(value) or 1.0
        except ValueError as error:
            self.fail(str(error), param, ctx)


sample_option = click.option(
    "--sample", type=Share(), help=f"Share of households to keep; {HELP}.", metavar="SHARE"
)


def share(sample: float | None) -> float | None:
    """Return the sample as the compiler takes it: None for the whole."""
    return None if sample == 1 else sample


def compiled(folder: Path, sample: float | None = None) -> Compilation:
    """Compile a bundle.

    Raises:
        CommandFault: there is no such folder.
    """
    try:
        return compile_bundle(folder, sample=share(sample))
    except NotADirectoryError as error:
        raise CommandFault(Exit.USAGE, str(error)) from error


def planned(folder: Path, sample: float | None) -> Plan:
    """Return the plan of a bundle with the digests of its files; its findings are printed on stderr.

    Raises:
        CommandFault: the bundle has errors, or there is no such folder.
    """
    compilation = compiled(folder, sample)
    tell(compilation.diagnostics)
    if compilation.plan is None:
        raise CommandFault(Exit.FINDINGS, f"{folder} cannot be planned", remedy="mend the findings above")
    return with_specs(compilation.plan, folder)


def tell(diagnostics: list[Diagnostic]) -> None:
    """Print findings on stderr, if there are any."""
    if diagnostics:
        click.echo(findings_text([d.record() for d in diagnostics]) + "\n", err=True)
