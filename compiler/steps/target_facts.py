"""Facts of all calibrations side by side: each has one role, one concept, and is no benchmark as well."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from compiler.diagnostics import Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.context import Context
    from compiler.model.finish import Validation
    from compiler.model.recipe import Definition
    from compiler.model.targets import Family, Target


class _Facts(NamedTuple):
    """The facts of one family of a target."""

    target: Definition[Target]
    row: str
    family: Family
    period: int

    @property
    def name(self) -> str:
        return f"{self.target.name}.{self.family.name or self.row}"

    @property
    def about(self) -> tuple[object, ...]:
        """What is measured of whom, in which year, for what kind of places."""
        spec = self.target.spec
        domain = None if spec.domain is None else _plain(spec.domain)
        return spec.entity, self.family.measure, domain, spec.geography.level, self.period

    @property
    def shape(self) -> tuple[str | None, frozenset[str]]:
        """The variable of the bands and those of the categories."""
        spec = self.target.spec
        return (None if spec.bands is None else _plain(spec.bands.of), frozenset(spec.match))

    @property
    def is_one_number(self) -> bool:
        return self.shape == (None, frozenset()) and self.target.spec.geography.level == "nation"

    def overlaps(self, other: _Facts) -> bool:
        """Tell whether two families about the same have a fact in common for certain."""
        if self.shape != other.shape:
            return False
        ours, theirs = self.target.spec, other.target.spec
        if self.is_one_number:
            return True
        if ours.source == theirs.source:
            return _plain(ours.where or "") == _plain(theirs.where or "")
        return self.shape == (None, frozenset()) and not (ours.where or theirs.where)


def check_facts(context: Context) -> None:
    """Say where a fact has two roles, a family two concepts, and what is both trained on and a benchmark."""
    about: dict[tuple[object, ...], list[_Facts]] = {}
    trained: dict[str, list[_Facts]] = {}
    for facts in _used(context):
        about.setdefault(facts.about, []).append(facts)
        if facts.family.role == "train" and facts.is_one_number and facts.target.spec.domain is None:
            trained.setdefault(facts.family.measure, []).append(facts)
    for one, other in (pair for same in about.values() for pair in combinations(same, 2)):
        _check_roles(context, one, other)
        _check_concepts(context, one, other)
    for step in context.recipe.bundle.spec.pipeline:
        validation = context.recipe.validations.get(step.name) if step.kind == "validate" else None
        if validation is not None:
            _check_benchmarks(context, validation, trained)


def _used(context: Context) -> Iterator[_Facts]:
    """Yield the families of every target that a calibration of the pipeline names, each once."""
    names: dict[str, None] = {}
    for step in context.recipe.bundle.spec.pipeline:
        calibration = context.recipe.calibrations.get(step.name) if step.kind == "calibrate" else None
        names |= dict.fromkeys(calibration.spec.targets if calibration else ())
    for name in names:
        target = context.recipe.targets.get(name)
        if target is not None:
            for row, family in target.spec.families.items():
                period = context.period if family.aged_by else target.spec.period
                yield _Facts(target, row, family, period)


def _check_roles(context: Context, one: _Facts, other: _Facts) -> None:
    if one.family.role == other.family.role or not one.overlaps(other):
        return
    message = (
        f"`{one.name}` is for {one.family.role}, `{other.name}` states the same facts for {other.family.role}"
    )
    place = other.target.key_at("families", other.row)
    related = (Related(one.target.key_at("families", one.row), f"`{one.name}`"),)
    help_ = "leave one of the two out; what is trained on is no test of the fit"
    context.say("SPC614", message, place, help_, related=related)


def _check_concepts(context: Context, one: _Facts, other: _Facts) -> None:
    ours, theirs = one.family.concept, other.family.concept
    both_trained = one.family.role == other.family.role == "train"
    if not both_trained or ours is None or theirs is None or ours == theirs:
        return
    message = (
        f"`{one.name}` is {ours}, `{other.name}` is {theirs}: both are trained on as `{one.family.measure}`"
    )
    place = other.target.at("families", other.row, "concept")
    related = (Related(one.target.at("families", one.row, "concept"), f"`{one.name}`"),)
    help_ = "measure each by an expression of its own, or train on one of them"
    context.say("SPC612", message, place, help_, related=related)


def _check_benchmarks(
    context: Context, validation: Definition[Validation], trained: dict[str, list[_Facts]]
) -> None:
    for key, aggregate in validation.spec.aggregates.items():
        for facts in trained.get(f"sum {_plain(aggregate.sum)}", ()):
            message = f"the benchmark `{key}` is trained on as `{facts.name}`: meeting it proves nothing"
            place = validation.key_at("aggregates", key)
            related = (Related(facts.target.key_at("families", facts.row), "trained on here"),)
            help_ = "remove the benchmark, or give the family `role: audit`"
            context.say("SPC614", message, place, help_, related=related)


def _plain(expression: str | int) -> str:
    return " ".join(str(expression).split())
