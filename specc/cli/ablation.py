"""`specc ablation`: a recipe with and without each of its clones, on facts that neither was made to meet."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import click

from specc.ablation.carry_out import Asked, ablation
from specc.ablation.variants import How
from specc.cli.common import (
    FOLDER,
    existing,
    form_option,
    memory_option,
    planned,
    sample_option,
    store_option,
)
from specc.exits import Exit
from specc.places import places
from specc.progress import counted
from specc.render.ablation import ablation_markdown, ablation_text

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan


@click.command("ablation")
@click.argument("bundle", type=FOLDER)
@sample_option
@click.option("--calibration", metavar="NAME", help="Whose facts, where the bundle has several calibrations.")
@click.option(
    "--records", type=click.IntRange(2), metavar="NUMBER",
    help="Households a sample of each variant has.  [default: half of the smallest]",
)  # fmt: skip
@click.option(
    "--seeds", type=click.IntRange(2, 100), default=5, show_default=True, help="How many samples are drawn."
)
@store_option
@click.option("--sources", type=FOLDER, help="Folder of files that stand in for the sources.")
@memory_option
@click.option("--jobs", type=click.IntRange(1), help="Steps at a time.  [default: one a processor]")
@form_option
@click.option("--quiet", is_flag=True, help="Print the results only.")
def command(  # noqa: PLR0913 - one an option
    *, bundle: Path, sample: float | None, calibration: str | None, records: int | None, seeds: int,
    store: str | None, sources: Path | None, memory: int | None, jobs: int | None, form: str, quiet: bool,
) -> Exit:  # fmt: skip
    """Say what each clone of the bundle in the folder BUNDLE is worth.

    The recipe is built whole, without each clone, and without all of several, as far as its calibrated
    weights; what the store has is reused. As many households of each variant are drawn, several times, and
    refitted to the facts that both are trained on; everything else is scored: what is held out, what is
    audited, and what one of them has too few records for.
    """
    plan = planned(existing(bundle), sample)
    how = How(bundle, places(store, sources), memory, jobs, quiet)
    asked = Asked(calibration, records, seeds)
    found = ablation(
        plan, partial(_variant, bundle, sample), asked, how, counted("samples refitted", quiet=quiet)
    )
    if form == "json":
        click.echo(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))
    else:
        click.echo(ablation_text(found) if form == "text" else ablation_markdown(found))
    return Exit.OK


def _variant(bundle: Path, sample: float | None, without: tuple[str, ...]) -> Plan:
    return planned(bundle, sample, without)
