"""`specc explain`: what a finding means, why it matters, what to write instead."""

from __future__ import annotations

import click

from compiler.rules import Rule, rules
from compiler.suggest import did_you_mean
from specc.exits import Exit
from specc.faults import CommandFault
from specc.render.rules import explain_text


@click.command("explain")
@click.argument("code", metavar="CODE|NAME")
def command(*, code: str) -> Exit:
    """Show what a finding means: its CODE, such as SPC202, or its name, such as unknown-variable."""
    click.echo(explain_text(_asked_for(code)))
    return Exit.OK


def _asked_for(word: str) -> Rule:
    found = {key: rule for rule in rules() for key in (rule.code, rule.name)}
    # Codes are written in capitals, names in small letters; who asks need not know.
    for key in (word.upper(), word.lower()):
        if key in found:
            return found[key]
    near = did_you_mean(word.upper(), (rule.code for rule in rules()))
    remedy = near or did_you_mean(word, (rule.name for rule in rules())) or "`specc rules` lists all"
    raise CommandFault(Exit.USAGE, f"there is no rule `{word}`", remedy=remedy)
