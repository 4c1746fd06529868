"""What a definition refers to by name: the sources and variables that it cannot do without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from compiler.expressions import ExpressionError, parse
from compiler.model.base import PROSE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from compiler.model.recipe import Definition
    from compiler.used import Key

_WORD = re.compile(r"\w+")


def needs(definition: Definition[Any], variables: Collection[str]) -> set[Key]:
    """Return what a definition refers to; of the names in its expressions those that are `variables`."""
    values = definition.spec.model_dump(by_alias=True)
    if definition.kind == "sources":
        # Its expressions are over raw columns: only what they are written to is a variable.
        columns = (values.get("population") or {}).get("columns", {})
        return {("variables", name) for name in columns if name in variables}
    return set(_of(values, "", frozenset(variables)))


def _of(value: object, key: str, variables: frozenset[str]) -> Iterator[Key]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _names(str(name), variables)
            yield from _of(inner, str(name), variables)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _of(inner, key, variables)
    elif isinstance(value, str) and key == "source":
        yield "sources", value
    elif isinstance(value, str) and key not in PROSE:
        yield from _names(value, variables)


def _names(text: str, variables: frozenset[str]) -> Iterator[Key]:
    # Most texts hold none of the names, and need no parser to say so.
    if variables.isdisjoint(_WORD.findall(text)):
        return
    try:
        columns = parse(text).columns
    except ExpressionError:
        return
    for name in sorted(columns & variables):
        yield "variables", name
