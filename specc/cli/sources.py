"""`specc sources`: what is known of the sources of a bundle."""

from __future__ import annotations

from specc.cli import Commands

command = Commands(
    "sources",
    help="Work with the sources of a bundle.",
    above="sources ",
    commands_help={
        "lock": "Fetch the sources and write down what lint is to know of them.",
        "diff": "Show what a new lock means for the bundle.",
    },
)
