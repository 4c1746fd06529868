"""`specc engine`: what is known of the tax-benefit engine."""

from __future__ import annotations

from specc.cli import Commands

command = Commands(
    "engine",
    help="Work with the tax-benefit engine.",
    above="engine ",
    commands_help={
        "snapshot": "Write down the facts of the installed engine, for lint to read.",
        "diff": "Show what another release changes, and what that means for a bundle.",
    },
)
