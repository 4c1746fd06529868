"""`specc compare`: a run and another dataset on facts that neither was made to meet."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import click

from specc.cli.common import FOLDER, form_option, store_option
from specc.exits import Exit
from specc.places import places
from specc.progress import counted
from specc.render.sound import sound_markdown, sound_text
from specc.sound import Asked, sound
from specc.stores import existing_store


@click.command("compare")
@click.argument("run", type=FOLDER)
@click.argument("dataset", type=click.Path(path_type=Path, exists=True))
@click.option("--calibration", metavar="NAME", help="Whose facts, where the run has several calibrations.")
@click.option(
    "--records", type=click.IntRange(2), metavar="NUMBER",
    help="Households a sample of either has.  [default: half of the smaller]",
)  # fmt: skip
@click.option(
    "--seeds", type=click.IntRange(1, 100), default=5, show_default=True, help="How many samples are drawn."
)
@store_option
@form_option
@click.option("--quiet", is_flag=True, help="Print the results only.")
def command(  # noqa: PLR0913 - one an option
    *, run: Path, dataset: Path, calibration: str | None, records: int | None, seeds: int,
    store: str | None, form: str, quiet: bool,
) -> Exit:  # fmt: skip
    """Compare the published RUN with a DATASET: a run, a folder of tables, or a file of the engine (.h5).

    As many households of each are drawn, several times, and both are refitted by the run's own method to the
    same facts that the run was trained on. Scored is what the run holds out, so that neither size nor what
    weights were made to meet decides. What the run's engine computes and the dataset does not store is
    computed for it, once. Families that the dataset has no columns for are named, and left out.
    """
    opened = existing_store(store)
    with opened.in_use():
        asked = Asked(calibration, records, seeds, places(store, None).chunks)
        found = sound(run, dataset, opened, asked, partial(counted, quiet=quiet))
    if form == "json":
        click.echo(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))
    else:
        click.echo(sound_text(found) if form == "text" else sound_markdown(found))
    return Exit.OK
