"""Rules of a constraint as linear ones: terms, a sense and a bound, each with a name that people can read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from compiler.model.constraints import Bounds, Part, Sum, Zero

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostics import Span
    from compiler.model.constraints import Constraint
    from compiler.model.recipe import Definition

Sense = Literal["equal", "at_least", "at_most"]
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
_SIGNS = {"equal": "=", "at_least": ">=", "at_most": "<="}


class Linear(NamedTuple):
    """What holds: the terms, each times its coefficient, added up, stand in a sense to a bound.

    `kind` is the kind of rule it comes from, `number` its position in the constraint; `kept` are the
    variables that it says nobody changes, `where` the rows it is about, those of the whole set included.
    """

    label: str
    kind: type[Sum | Bounds | Part | Zero]
    number: int
    terms: tuple[tuple[str, int], ...]
    sense: Sense
    bound: str
    where: str | None
    place: Span
    kept: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The variables it is about."""
        return tuple(name for name, _ in self.terms)

    @property
    def constant(self) -> float | None:
        """The bound, where it is the same number for every row."""
        return float(self.bound) if _NUMBER.fullmatch(self.bound.strip()) else None

    @property
    def parameters(self) -> dict[str, Any]:
        """What the runtime needs of it."""
        terms = [list(term) for term in self.terms]
        said = {"label": self.label, "sense": self.sense, "bound": self.bound, "where": self.where}
        return {**said, "terms": terms}


def linear_rules(definition: Definition[Constraint]) -> list[Linear]:
    """Return the rules of a constraint as linear ones."""
    return [rule for number in range(len(definition.spec.rules)) for rule in _of(definition, number)]


def _of(definition: Definition[Constraint], number: int) -> Iterator[Linear]:
    rule, place = definition.spec.rules[number], definition.at("rules", number)
    where = _both(definition.spec.where, rule.where)
    if isinstance(rule, Sum):
        terms = ((rule.total, 1), *((name, -1) for name in sorted(rule.parts)))
        label = f"{rule.total} = {' + '.join(sorted(rule.parts))}"
        kept = {"parts": (rule.total,), "total": rule.parts, "both": ()}[rule.adjust]
        yield Linear(_named(label, where), Sum, number, terms, "equal", "0", where, place, kept=kept)
    elif isinstance(rule, Part):
        terms, label = ((rule.part, 1), (rule.whole, -1)), f"{rule.part} <= {rule.whole}"
        sides = {"part": (rule.whole,), "whole": (rule.part,), "both": ()}
        kept = sides[rule.adjust]
        yield Linear(_named(label, where), Part, number, terms, "at_most", "0", where, place, kept=kept)
    elif isinstance(rule, Zero):
        for at, name in enumerate(rule.zero):
            span = definition.at("rules", number, "zero", at)
            label = _named(f"{name} = 0", where)
            yield Linear(label, Zero, number, ((name, 1),), "equal", "0", where, span)
    else:
        yield from _bounds(definition, rule, number, where)


def _bounds(
    definition: Definition[Constraint], rule: Bounds, number: int, where: str | None
) -> Iterator[Linear]:
    senses: tuple[Sense, ...] = ("at_least", "at_most")
    for sense in senses:
        bound = rule.at_least if sense == "at_least" else rule.at_most
        for at, name in enumerate(rule.of if bound is not None else ()):
            span = definition.at("rules", number, "of", at)
            label = _named(f"{name} {_SIGNS[sense]} {bound}", where)
            yield Linear(label, Bounds, number, ((name, 1),), sense, str(bound), where, span)


def _named(label: str, where: str | None) -> str:
    return label if where is None else f"{label} where {where}"


def _both(outer: str | int | None, inner: str | int | None) -> str | None:
    written = [str(each) for each in (outer, inner) if each is not None]
    return " and ".join(f"({each})" for each in written) if len(written) > 1 else next(iter(written), None)
