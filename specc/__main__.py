"""`specc` and `python -m specc`: the command line of a process, and how the process ends."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from specc.cli import main
from specc.exits import Exit

# They read a bundle and say something about it; what they hold is of no use when they end.
_ONLY_SPEAK = frozenset({"lint", "plan", "breaking", "why", "show", "frame", "graph"})


def process() -> NoReturn:
    """Carry out the command line of this process, and end it."""
    # Plugins of other packages have no say in what a spec may be, and pydantic would read what every
    # installed package says of itself to look for them.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if not _ONLY_SPEAK.intersection(sys.argv[1:2]):
        sys.exit(main())
    # A bundle of thousands of variables is millions of objects: looking for cycles among them, and taking
    # them apart at the end, is up to a fifth of the time that a person waits.
    gc.disable()
    # DuckDB's thread comes back for the next expressions as soon as it is done, not 5 ms later.
    sys.setswitchinterval(0.0005)
    _leave(main())


def _leave(code: int) -> NoReturn:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = Exit.USAGE
    os._exit(code)


if __name__ == "__main__":
    process()
