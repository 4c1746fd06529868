"""`specc frame`: what is known of the dataset's columns after each step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from compiler.facets import changes, facets
from compiler.suggest import did_you_mean
from specc.cli.common import FOLDER, compiled, tell
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.frame import frame_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from compiler.frame import Stage


@click.command("frame")
@click.argument("bundle", type=FOLDER)
@click.option(
    "--after", metavar="STEP", help="The frame after a step, such as `clone` or `clone.puf_support`."
)
@click.option("--of", metavar="NAME", help="The frame of a `frames:` entry, a donor that steps prepare.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(*, bundle: Path, after: str | None, of: str | None, form: str) -> Exit:
    """Show the columns of the bundle in the folder BUNDLE: type, unit, owner; and what each step did."""
    compilation = compiled(bundle)
    tell(compilation.diagnostics)
    if compilation.plan is None:
        raise CommandFault(Exit.FINDINGS, f"{bundle} has no frame", remedy="mend the findings above")
    folder = bundle.as_posix()
    stages = compilation.frames if of is None else _prepared(compilation.prepared, of)
    stage = stages[-1] if after is None else _named(stages, after)
    rows = facets(stage.frame, stage.values(), folder)
    steps = changes(stages, folder) if after is None else []
    if form == "json":
        said = [{"step": s.step, "place": s.place, "added": s.added, "changed": s.changed} for s in steps]
        document = {"after": stage.step, "columns": [row.record() for row in rows], "steps": said}
        click.echo(json.dumps(document, indent=1))
    else:
        click.echo(frame_text(stage.step if of is None else f"{stage.step} of {of}", rows, steps))
    return Exit.OK


def _prepared(frames: Mapping[str, Sequence[Stage]], name: str) -> Sequence[Stage]:
    """Return the steps of a prepared frame."""
    if name in frames:
        return frames[name]
    remedy = did_you_mean(name, frames) or "frames: " + (", ".join(sorted(frames)) or "none")
    raise CommandFault(Exit.USAGE, f"the bundle prepares no frame `{name}`", remedy=remedy)


def _named(stages: Sequence[Stage], after: str) -> Stage:
    """Return the step of a name, or the only one of a kind."""
    found = [stage for stage in stages if after in {stage.step, stage.kind}]
    if len(found) == 1:
        return found[0]
    steps = [stage.step for stage in (found or stages)]
    message = f"the pipeline has {len(found) or 'no'} steps `{after}`"
    remedy = did_you_mean(after, steps) or "name one of: " + ", ".join(steps)
    raise CommandFault(Exit.USAGE, message, remedy=remedy)
