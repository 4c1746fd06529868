"""Files that lie in a bundle: whether they are the ones that the spec pins."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.model.locators import archive_of, in_bundle
from compiler.steps.files import tables_of

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.diagnostics import Span
    from compiler.model.tables import File

# Larger files are held to their digest when they are read: lint takes no time for them.
_MOST_HASHED = 4 * 1024**2


def check_pinned_files(context: Context) -> None:
    """Say of every source in use when its file is small, lies in the bundle and is not the one it pins."""
    digests: dict[tuple[Path, str], str | None] = {}
    for name, source in context.recipe.sources.items():
        for table in tables_of(source) if ("sources", name) in context.used else ():
            lock = context.locks.get(table.name)
            # Of a table that is not locked as it is, that is said.
            if lock is None or lock.sha256 != table.content:
                continue
            for place, part in (each for each in table.places if in_bundle(each[1].locator)):
                file = (Path(source.key.file).parent, archive_of(part.locator))
                if file not in digests:
                    digests[file] = _digest(*file)
                _compare(context, source.at(*place, "sha256"), part, digests[file])


def _compare(context: Context, span: Span, part: File, found: str | None) -> None:
    # Nothing is said of a file that nothing pins.
    if found is None or part.digest is None or found == part.digest:
        return
    file = f"`{archive_of(part.locator)}` of the bundle"
    message = f"{file} has the digest {found[:12]}, the spec pins {part.digest[:12]}"
    help_ = f"write `sha256: {found}` and run `specc sources lock`, or restore the file"
    context.say("SPC708", message, span, help_)


def _digest(bundle: Path, locator: str) -> str | None:
    """Return the digest of a small file of the bundle, None where there is none that can be read."""
    root, file = bundle.resolve(), (bundle / locator).resolve()
    try:
        if not file.is_relative_to(root) or not file.is_file() or file.stat().st_size > _MOST_HASHED:
            return None
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        # A run says what is wrong with it; it may have the pinned bytes from elsewhere.
        return None
