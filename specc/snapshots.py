"""The snapshots that `specc engine diff` compares: files, the committed one, or that of a git ref."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.catalog.engine import SNAPSHOTS, EngineCatalog, engines
from specc.exits import Exit
from specc.faults import CommandFault
from specc.git import files_at

if TYPE_CHECKING:
    from contextlib import ExitStack

COMMITTED = "committed"
_REMEDY = "write one with `specc engine snapshot --out FILE.jsonl`"


def the_engine(name: str | None) -> str:
    """Return the engine whose committed snapshots are meant: the one named, else the only one there is.

    Raises:
        CommandFault: there is no such snapshot, or there are several and none is named.
    """
    known = engines()
    if name in known or (name is None and len(known) == 1):
        return name or known[0]
    remedy = "name one with --engine: " + ", ".join(known)
    raise CommandFault(
        Exit.USAGE, f"there is no committed snapshot of {name or 'just one engine'}", remedy=remedy
    )


def snapshot(named: str, engine: str, stack: ExitStack) -> EngineCatalog:
    """Return a snapshot: a `.jsonl` file, the committed one, or the committed one as it stood at a git ref.

    What a git ref needs on disk is there until the stack is closed.

    Raises:
        CommandFault: there is no such file or ref, or it is no whole snapshot.
    """
    file = Path(named)
    if named == COMMITTED:
        return _whole(SNAPSHOTS / f"{engine}.jsonl", named)
    if file.is_file():
        return _whole(file, named)
    if file.suffix == ".jsonl":
        raise CommandFault(Exit.USAGE, f"there is no snapshot {file}", remedy=_REMEDY)
    there = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="specc-engine-")))
    if not files_at(SNAPSHOTS, named, there, lambda name: name.startswith(f"{engine}.")):
        message, remedy = f"there was no snapshot of {engine} at {named}", "name a later ref, or a file"
        raise CommandFault(Exit.USAGE, message, remedy=remedy)
    return _whole(there / f"{engine}.jsonl", f"{engine}.jsonl at {named}")


def _whole(path: Path, named: str) -> EngineCatalog:
    """Return a catalog of which every line has been read once, so that nothing is found broken later."""
    try:
        catalog = EngineCatalog(path)
        for name in catalog:
            catalog.get(name)
        _ = catalog.indices
    except OSError as error:
        missing = Path(error.filename).name
        message = f"{named} is no whole snapshot: {missing} cannot be read ({error.strerror})"
        raise CommandFault(
            Exit.USAGE, message, remedy=f"keep its three files together, or {_REMEDY}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandFault(Exit.USAGE, f"{named} is no snapshot: {error!r}", remedy=_REMEDY) from error
    return catalog
