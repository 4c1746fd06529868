"""Where the facts of a target are: codes of the table become codes of the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.geography import PLACES, VARIABLES, WIDTHS, aliases, coding

if TYPE_CHECKING:
    from compiler.context import Context
    from compiler.model.recipe import Definition
    from compiler.model.targets import Target
    from compiler.steps.target_table import Table


def geography(context: Context, target: Definition[Target], table: Table) -> dict[str, Any] | None:
    """Return how the runtime finds the place of a row; None where all facts are of the nation."""
    _no_place_as_match(context, target)
    spec = target.spec.geography
    if spec.column is None or spec.coded is None:
        return None
    places = coding(spec.level, spec.coded)
    # A file that holds 6 for 06 has been read as numbers: the zeros are no part of it. A text must have them.
    digits = WIDTHS[spec.level] if spec.coded == "fips" else None
    column = table.text(spec.column, None, "geography", "column")
    return {
        "level": spec.level,
        "column": column,
        "coded": spec.coded,
        "digits": digits,
        "form": places.form,
        "codes": places.codes,
    }


def place_variable(target: Definition[Target]) -> dict[str, Any] | None:
    """Return how a record's place is read from the frame; None where all facts are of the nation."""
    level = target.spec.geography.level
    if level == "nation":
        return None
    return {"variable": VARIABLES[level], "digits": WIDTHS[level], "aliases": aliases(level)}


def _no_place_as_match(context: Context, target: Definition[Target]) -> None:
    for name, match in target.spec.match.items():
        if name in PLACES:
            level, coded = PLACES[name]
            line = f"geography: {{level: {level}, column: {_yaml(match.column)}, coded: {coded}}}"
            message = f"`{name}` is a place: its codes are compared as they stand, and no report knows of it"
            help_ = f"write `{line}` instead"
            context.say("SPC610", message, target.key_at("match", name), help_)


def _yaml(expression: str | int) -> str:
    text = str(expression)
    return text if text.replace("_", "").isalnum() else "'" + text.replace("'", "''") + "'"
