"""`specc verify`: is a published run what its manifests say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.common import FOLDER, store_option
from specc.exits import Exit
from specc.places import places
from specc.published import published_run
from specc.render.columns import count
from specc.stores import reached
from specc.verification.files import files
from specc.verification.kept import kept
from specc.verification.prints import published_prints, stored_prints
from specc.verification.problem import Looked
from specc.verification.records import records

if TYPE_CHECKING:
    from pathlib import Path

    from specc.places import Places
    from specc.published import Published


_FILES, _NODES = ("file", "files"), ("node", "nodes")
_KEPT = ("node in the store", "nodes in the store")


@click.command("verify")
@click.argument("run", metavar="RUN", type=FOLDER)
@store_option
@reached()
def command(*, run: Path, store: str | None) -> Exit:
    """Check the run published in the folder RUN against its manifests, from the bytes.

    Every file's digest, every fingerprint, every key and the plan's; and what the store still has of the run:
    what is damaged there is set aside, so that the next run builds it again.
    """
    published = published_run(run)
    parts = _looked(published, places(store, None))
    problems = [problem for part in parts.values() for problem in part.problems]
    for problem in problems:
        click.echo(f"{problem.place}: {problem.message}")
    looked = ", ".join(count(part.number, *noun) for noun, part in parts.items())
    verdict = f"{count(len(problems), 'problem')} in" if problems else "all is as the manifests say:"
    click.echo(f"{run}: {verdict} {looked}")
    return Exit.FINDINGS if problems else Exit.OK


def _looked(run: Published, where: Places) -> dict[tuple[str, str], Looked]:
    """Return what was found, by what was looked at; figures are counted only of manifests that are whole."""
    found = {_FILES: files(run), _NODES: records(run)}
    if found[_NODES].problems:
        return found
    artifacts, stored = kept(run, where)
    again = [published_prints(run), stored_prints(run, artifacts)]
    prints = Looked(
        [problem for each in again for problem in each.problems], sum(each.number for each in again)
    )
    return {**found, ("fingerprint", "fingerprints"): prints, _KEPT: stored}
