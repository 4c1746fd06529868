"""`specc store`: what a store holds, what of it is broken, what can go."""

from __future__ import annotations

from specc.cli import Commands

command = Commands(
    "store",
    help="Look after a store.",
    above="store ",
    commands_help={
        "ls": "List what a store holds, and which published runs need it.",
        "verify": "Read all of it again, and name what is broken.",
        "gc": "Remove what no published run needs and nobody has used for a while.",
    },
)
