"""`specc rules`: everything that lint can say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from compiler.rules import rules
from specc.exits import Exit
from specc.render.rules import record, rules_markdown, rules_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from compiler.rules import Rule


@click.command("rules")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="For people, for machines, or the page docs/rules.md.",
)  # fmt: skip
def command(*, form: str) -> Exit:
    """List every rule: code, name, severity, whether it may be ignored, and a summary."""
    click.echo(_RENDER[form](rules()))
    return Exit.OK


def _json(found: Sequence[Rule]) -> str:
    return json.dumps([record(rule) for rule in found], indent=2, ensure_ascii=False)


def _markdown(found: Sequence[Rule]) -> str:
    return rules_markdown(found).rstrip("\n")


_RENDER: dict[str, Callable[[Sequence[Rule]], str]] = {
    "text": rules_text, "json": _json, "markdown": _markdown,
}  # fmt: skip
