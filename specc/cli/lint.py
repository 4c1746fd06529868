"""`specc lint`: every finding of a bundle, for people, machines and pull requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from compiler.diagnostics import has_errors
from specc.cli.common import FOLDER, compiled, existing
from specc.exits import Exit
from specc.render.columns import count
from specc.render.findings import clean_lines, findings_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from compiler.diagnostics import Diagnostic, DiagnosticRecord

    Render = Callable[[Sequence[DiagnosticRecord]], str]


@click.command("lint")
@click.argument("bundle", type=FOLDER)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text",
    show_default=True,
    help="For people, for machines (a list of findings), for a GitHub workflow (annotations, and a step "
    "summary), or for code scanning (SARIF 2.1.0).",
)  # fmt: skip
@click.option("--fix", is_flag=True, help="Apply the safe fixes to the files, then show what is left.")
@click.option("--diff", "shown", is_flag=True, help="With --fix: show what it would change, write nothing.")
def command(*, bundle: Path, form: str, fix: bool, shown: bool) -> Exit:
    """Check the bundle in the folder BUNDLE without opening data or loading the engine.

    Ends with 0 when there is no error (warnings may be), 1 when there is one, 3 when there is no such folder.
    """
    if shown and not fix:
        raise click.UsageError("--diff shows what --fix would change; add --fix")
    diagnostics = _mended(bundle, shown=shown) if fix else compiled(bundle).diagnostics
    click.echo(_RENDER[form]([diagnostic.record() for diagnostic in diagnostics]))
    return Exit.FINDINGS if has_errors(diagnostics) else Exit.OK


def _mended(bundle: Path, *, shown: bool) -> list[Diagnostic]:
    # Imported when asked for: to look at a bundle needs no way to write it.
    from specc.fixing import fixed  # noqa: PLC0415
    from specc.rewrite import difference, write_all  # noqa: PLC0415

    done = fixed(existing(bundle))
    if shown and done.rewrites:
        click.echo(clean_lines(difference(done.rewrites)), err=True)
    elif done.rewrites:
        write_all(done.rewrites)
    verb = "would be fixed" if shown else "fixed"
    click.echo(f"{count(done.count, 'finding')} {verb}, {len(done.left)} left", err=True)
    return done.left


def _json(records: Sequence[DiagnosticRecord]) -> str:
    return json.dumps(records, indent=2, ensure_ascii=False)


def _github(records: Sequence[DiagnosticRecord]) -> str:
    # Imported when asked for, as SARIF is: people lint far more often than machines.
    from specc.render.github import workflow_commands, write_step_summary  # noqa: PLC0415

    write_step_summary(records)
    return workflow_commands(records)


def _sarif(records: Sequence[DiagnosticRecord]) -> str:
    from specc.render.sarif import sarif  # noqa: PLC0415

    return sarif(records)


_RENDER: dict[str, Render] = {"text": findings_text, "json": _json, "github": _github, "sarif": _sarif}
