"""What stops the runtime, told in the words of the command line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from runtime.errors import DigestMismatch, RuntimeFault
from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = "finished steps stay in the store; run again to go on"


@contextmanager
def told(note: str | None = KEPT, mismatch: Exit = Exit.FAILED) -> Iterator[None]:
    """Turn what stops a build, a failed step or Ctrl-C, into the end of the command.

    `mismatch` is how it ends where a source is not the pinned one.
    """
    try:
        yield
    except RuntimeFault as fault:
        code = mismatch if isinstance(fault, DigestMismatch) else Exit.FAILED
        raise CommandFault(code, fault.message, place=fault.place, remedy=fault.remedy, note=note) from fault
    except KeyboardInterrupt as interrupt:
        raise CommandFault(Exit.INTERRUPTED, "interrupted", note=note) from interrupt
