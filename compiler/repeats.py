"""Lists of names say each name once, whatever they are lists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Related
from compiler.model.base import Spec
from compiler.model.recipe import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.context import Context
    from compiler.model.recipe import Definition, SpecT, Step


def say_repeats(context: Context) -> None:
    """Say which lists of any definition, and which reference lists, hold a name more than once."""
    for kind in (*KINDS, "references"):
        for definition in getattr(context.recipe, kind).values():
            for path, names in _lists_in(definition.spec, ()):
                _say(context, definition, path, names)


def _say(
    context: Context, definition: Definition[SpecT], path: tuple[Step, ...], names: tuple[str, ...]
) -> None:
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        if first.setdefault(name, position) != position:
            place = definition.at(*path, position)
            related = (Related(definition.at(*path, first[name]), "first here"),)
            context.say("SPC511", f"`{name}` is listed twice", place, "remove one", related=related)


def _lists_in(value: object, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], tuple[str, ...]]]:
    """Yield every list of names or values below a piece of a spec, with its path."""
    parts: dict[Step, object] = {}
    if isinstance(value, Spec):
        fields = type(value).model_fields.items()
        parts = {info.alias or name: getattr(value, name) for name, info in fields}
    elif isinstance(value, dict):
        parts = value
    elif isinstance(value, tuple):
        names = tuple(item for item in value if isinstance(item, str))
        if names and len(names) == len(value):
            yield path, names
        parts = dict(enumerate(value))
    for step, part in parts.items():
        yield from _lists_in(part, (*path, step))
