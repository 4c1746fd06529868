"""How a command ends: the one table of exit codes, shown by `specc --help`."""

from __future__ import annotations

import enum
from typing import Self


class Exit(enum.IntEnum):
    """An exit code with what it means."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """Make a code that knows its meaning."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    OK = 0, "done; warnings may have been printed"
    FINDINGS = 1, "errors in the bundle, an unaccepted break, a failed cell, or with `--check` a stale file"
    CHANGES = 2, "only with `--detailed-exitcode`: done, and there are changes"
    USAGE = 3, "wrong usage, or something about this machine is missing or in the way"
    FAILED = 4, "a step failed while it ran; what was finished before it is kept"
    STALE = 5, "the plan is stale: its bundle now compiles to another one, or a source is not what it pins"
    BUG = 70, "a defect of specc; a file with the details was written"
    INTERRUPTED = 130, "stopped with Ctrl-C; what was finished is kept"


def table() -> str:
    """Return one line a code, for people."""
    return "\n".join(f"  {code.value:>3}  {code.meaning}" for code in Exit)
