"""The JSON files of a published run, and what is said of files that are gone or damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from specc.exits import Exit
from specc.faults import CommandFault

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


def read_json(path: Path) -> Json:
    """Return what a JSON file of a run says.

    Raises:
        CommandFault: it is not there, or is none (3).
    """
    try:
        found: Json = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise lost(path) from error
    except ValueError as error:
        raise damaged(path) from error
    return found


def lost(path: Path) -> CommandFault:
    """Return the fault that a file of a run is not there."""
    remedy = "run it again: what is in the store is reused"
    return CommandFault(
        Exit.USAGE, f"the run has no {path}; it lost it, or an older specc published it", remedy=remedy
    )


def damaged(path: Path) -> CommandFault:
    """Return the fault that a file of a run cannot be read."""
    remedy = "run it again: what is in the store is reused"
    return CommandFault(Exit.USAGE, f"{path} is damaged", remedy=remedy)
