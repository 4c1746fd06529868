"""`specc bakeoff`: imputation methods compared on donors that their fits have not seen."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.suggest import did_you_mean
from specc.bakeoff.carry_out import Asked, carry_out
from specc.bakeoff.results import lines, table
from specc.bakeoff.summary import summary
from specc.cli.common import (
    FOLDER,
    compiled,
    existing,
    form_option,
    memory_option,
    plan_in,
    sample_option,
    store_option,
    tell,
)
from specc.exits import Exit
from specc.faults import CommandFault
from specc.files import write_file
from specc.places import places
from specc.render.bakeoff import bakeoff_markdown, bakeoff_text
from specc.report.bakeoff import bakeoff_page
from specc.specs import with_specs

if TYPE_CHECKING:
    from compiler.bakeoffs import Trials
    from compiler.compilation import Compilation
    from specc.bakeoff.summary import Summary

RESULTS, LINES, PAGE = "results.parquet", "results.jsonl", "report.html"


@click.command("bakeoff")
@click.argument("bundle", type=FOLDER)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@sample_option
@click.option("--out", type=FOLDER, help="Folder for the results.  [default: build/BUNDLE-bakeoffs]")
@store_option
@click.option("--sources", type=FOLDER, help="Folder of files that stand in for the sources.")
@memory_option
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True,
    help="Cells at a time; with more than one their times are not to be compared.",
)  # fmt: skip
@form_option
@click.option("--quiet", is_flag=True, help="Print the results only.")
def command(  # noqa: PLR0913 - one an option
    *,
    bundle: Path,
    names: tuple[str, ...],
    sample: float | None,
    out: Path | None,
    store: str | None,
    sources: Path | None,
    memory: int | None,
    jobs: int,
    form: str,
    quiet: bool,
) -> Exit:
    """Carry out the bake-offs of the bundle in the folder BUNDLE, or those that are named.

    Every method learns from all folds of the donors but one and draws that one, for each fold and seed, in a
    process of its own. What is in the store is reused. A method that fails is a result: the others go on,
    and the command ends with 1.
    """
    compilation = compiled(existing(bundle), sample)
    tell(compilation.diagnostics)
    plan = with_specs(plan_in(compilation, bundle), bundle)
    chosen = _chosen(compilation, names, bundle)
    asked = Asked(bundle, places(store, sources), memory, jobs, quiet)
    outcomes = carry_out(plan, chosen, asked)
    found = [summary(trials, each) for trials, each in zip(chosen, outcomes, strict=True)]
    folder = out or Path("build") / f"{plan.bundle}-bakeoffs"
    for each in found:
        _write(each, folder / each.bakeoff)
    click.echo(_shown(found, form))
    if form == "text":
        click.echo(f"\nwritten to {folder}: {RESULTS}, {LINES} and {PAGE} of each")
    return Exit.FINDINGS if any(each.failures for each in found) else Exit.OK


def _chosen(compilation: Compilation, names: tuple[str, ...], bundle: Path) -> list[Trials]:
    known = compilation.bakeoffs
    if not known:
        remedy = "declare one under `bakeoffs:`; docs/bakeoffs.md shows how"
        raise CommandFault(Exit.USAGE, f"{bundle} declares no bake-off", remedy=remedy)
    for name in names:
        if name not in known:
            help_ = did_you_mean(name, known) or f"it has {', '.join(sorted(known))}"
            raise CommandFault(Exit.USAGE, f"{bundle} has no bake-off `{name}`", remedy=help_)
    chosen = [known[name] for name in dict.fromkeys(names or known)]
    for trials in chosen:
        _refuse_unclear(trials)
    return chosen


def _refuse_unclear(trials: Trials) -> None:
    """Refuse a bake-off whose donors are nobody's, or of several pipelines that may differ."""
    if trials.drawn_in == 1:
        return
    said = "no pipeline draws" if trials.drawn_in == 0 else f"{trials.drawn_in} pipelines draw"
    message = f"{said} `{trials.imputation}`, whose donors the bake-off `{trials.name}` compares methods on"
    remedy = "let one pipeline draw it, as `impute: NAME` or in a clone"
    raise CommandFault(Exit.USAGE, message, remedy=remedy)


def _write(found: Summary, folder: Path) -> None:
    content = io.BytesIO()
    table(found.outcomes).write_parquet(content)
    write_file(folder / RESULTS, content.getvalue())
    write_file(folder / LINES, lines(found.outcomes).encode())
    write_file(folder / PAGE, bakeoff_page(found).encode())


def _shown(found: list[Summary], form: str) -> str:
    if form == "json":
        return json.dumps([each.as_json() for each in found], indent=1, ensure_ascii=False, allow_nan=False)
    render = bakeoff_markdown if form == "markdown" else bakeoff_text
    return "\n\n".join(render(each) for each in found)
