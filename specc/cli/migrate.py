"""`specc migrate`: bring the files of a bundle from an older language to today's."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.diagnostics import has_errors
from compiler.load import spec_files
from compiler.migrations import migrated
from compiler.model.bundle import LANGUAGE
from compiler.model.language import another_language, language_of
from specc.cli.common import FOLDER, existing, tell
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.columns import count
from specc.render.findings import clean_lines
from specc.rewrite import Rewrite, difference, write_all


@click.command("migrate")
@click.argument("bundle", type=FOLDER)
@click.option("--check", is_flag=True, help="Write nothing; end with 1 if there is something to migrate.")
@click.option("--diff", "shown", is_flag=True, help="Show what changes; with it alone nothing is written.")
def command(*, bundle: Path, check: bool, shown: bool) -> Exit:
    """Rewrite the spec files of the folder BUNDLE in today's language.

    Comments, order, quotes and line ends stay. All files are written, or none.
    """
    rewrites = _rewrites(bundle)
    if not rewrites:
        click.echo(f"nothing to migrate: {bundle} is written in language {LANGUAGE}")
        return Exit.OK
    files = count(len(rewrites), "file")
    if shown or check:
        click.echo(clean_lines(difference(rewrites)) if shown else f"{files} to migrate in {bundle}")
        return Exit.FINDINGS if check else Exit.OK
    write_all(rewrites)
    click.echo(clean_lines(difference(rewrites)))
    click.echo(f"\n{files} of {bundle} migrated to language {LANGUAGE}; `specc lint {bundle}` checks it")
    return Exit.OK


def _rewrites(bundle: Path) -> list[Rewrite]:
    documents, found = spec_files(existing(bundle))
    language = language_of(documents)
    if language is not None and language[0] > LANGUAGE and (newer := another_language(documents, "")):
        found.append(newer)
    if has_errors(found):
        tell(found)
        raise CommandFault(Exit.FINDINGS, f"{bundle} cannot be migrated", remedy="mend the findings above")
    texts = {document.file: document.text for document in documents}
    return [Rewrite(Path(file), texts[file], after) for file, after in migrated(tuple(documents)).items()]
