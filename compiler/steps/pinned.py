"""Files that lie in a bundle: whether they are the ones that the spec pins."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.sources import Source

# Larger files are held to their digest when they are read: lint takes no time for them.
_MOST_HASHED = 4 * 1024**2


def check_pinned_files(context: Context) -> None:
    """Say of every source in use when its file is small, lies in the bundle and is not the one it pins."""
    digests: dict[tuple[Path, str], str | None] = {}
    for name, source in context.recipe.sources.items():
        lock = context.locks.get(name)
        # Of a source that is not locked as it is, that is said.
        if ("sources", name) in context.used and lock is not None and lock.sha256 == source.spec.sha256:
            place = (Path(source.key.file).parent, source.spec.locator)
            if place not in digests:
                digests[place] = _digest(*place)
            _compare(context, source, digests[place])


def _compare(context: Context, source: Definition[Source], found: str | None) -> None:
    if found is None or found == source.spec.sha256:
        return
    file, pinned = f"`{source.spec.locator}` of the bundle", source.spec.sha256[:12]
    message = f"{file} has the digest {found[:12]}, the spec pins {pinned}"
    help_ = f"write `sha256: {found}` and run `specc sources lock`, or restore the file"
    context.say("SPC708", message, source.at("sha256"), help_)


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
