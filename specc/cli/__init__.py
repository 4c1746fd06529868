"""The command line: one module a command, imported when it is asked for, so that `specc lint` stays light."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from specc.exits import Exit, table
from specc.faults import CommandFault, not_installed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_OURS = ("compiler", "runtime", "specc")
_HELP = {
    "init": "Write a small, complete bundle to start from.",
    "lint": "Check a bundle and show every finding with its place.",
    "explain": "Show what a finding means, why it matters, what to write instead.",
    "rules": "List everything that lint can say.",
    "plan": "Show what a build would do, and write plan.json.",
    "breaking": "Guard the output surface: end with 1 on a break that nothing accepts.",
    "why": "Show why a step would run again, down to what was edited.",
    "show": "Show the life of a variable: who makes, reads and exports it.",
    "frame": "Show the columns after each step: type, unit, period, owner.",
    "graph": "Draw a plan, as Mermaid or DOT.",
    "run": "Build a bundle or a plan, and publish the results.",
    "bakeoff": "Compare imputation methods on donors held out, as `bakeoffs:` say.",
    "status": "Show the runs that use a store just now.",
    "store": "Look after a store (ls, verify, gc).",
    "diff": "Compare two published runs: columns, variables, facts, weights, totals.",
    "compare": "Compare a run with another dataset: as many records, the same refit, facts held out.",
    "ablation": "Say what each clone is worth: built with and without it, refitted and scored alike.",
    "report": "Write a run as one HTML page: fit, weights, imputation, steps.",
    "coverage": "Show what every row of the tables of facts is used for, and why not.",
    "verify": "Check a published run against its manifests, from the bytes.",
    "sources": "Describe the sources of a bundle, and compare descriptions (lock, diff).",
    "migrate": "Rewrite a bundle of an older language in today's.",
    "engine": "Take the facts of the installed engine, and compare releases (snapshot, diff).",
    "schema": "Print the JSON Schema of the spec language.",
}


class Commands(click.Group):
    """Commands with their help; each is called `command` in a module of its own, imported when asked for.

    The module of `specc lint` is `specc.cli.lint`, that of `specc sources diff` is `specc.cli.sources_diff`.
    """

    def __init__(self, *args: Any, commands_help: dict[str, str], above: str = "", **settings: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*args, **settings)
        self._help, self._above = commands_help, above

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands, in the order of a day's work."""
        return list(self._help)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a command, None when there is none of that name."""
        if cmd_name not in self._help:
            return None
        command: click.Command = _module(self._above + cmd_name).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._help.items()))


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"specc.cli.{name.replace(' ', '_')}")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in _OURS:
            raise
        raise not_installed(name, missing) from error


@click.command(
    cls=Commands,
    commands_help=_HELP,
    epilog="\b\nExit codes:\n" + table(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="specc", message="specc %(version)s")
def cli() -> None:
    """Compile and run declarative builds of survey microdata."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code; whatever ends it early is told on stderr."""
    try:
        # Commands return their exit code; `--help` and `--version` return 0.
        return int(cli.main(arguments, prog_name="specc", standalone_mode=False) or Exit.OK)
    except CommandFault as fault:
        click.echo(str(fault), err=True)
        if _debugging():
            click.echo(_traceback(fault), err=True)
        return fault.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("specc: interrupted", err=True)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone (`specc lint ... | head`); Python must not complain on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.USAGE
    except Exception as error:  # noqa: BLE001 - the last place where a defect can be told
        return _defect(error)


def _debugging() -> bool:
    return os.environ.get("SPECC_DEBUG") == "1"


def _traceback(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _defect(error: Exception) -> Exit:
    click.echo(f"specc: this is a defect of specc: {type(error).__name__}: {error}", err=True)
    details = _traceback(error)
    if _debugging():
        click.echo(details, err=True)
        return Exit.BUG
    descriptor, name = tempfile.mkstemp(prefix="specc-defect-", suffix=".txt")
    os.close(descriptor)
    Path(name).write_text(f"specc {' '.join(sys.argv[1:])}\n\n{details}", encoding="utf-8")
    click.echo(f"  details: {name} (or set SPECC_DEBUG=1); please report it with them", err=True)
    return Exit.BUG
