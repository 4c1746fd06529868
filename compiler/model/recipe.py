"""A recipe: every definition of a bundle with the places it was written at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from compiler.diagnostics import Span
from compiler.model.bakeoffs import Bakeoff
from compiler.model.base import Spec
from compiler.model.breaks import Break
from compiler.model.bundle import Bundle
from compiler.model.clones import Clone
from compiler.model.constraints import Constraint
from compiler.model.derivations import Derivation
from compiler.model.draws import DrawSet
from compiler.model.finish import Calibration, Export, Materialisation, Validation
from compiler.model.frames import PreparedFrame
from compiler.model.imputations import Imputation
from compiler.model.moves import Moved
from compiler.model.sources import Source
from compiler.model.surfaces import Surface
from compiler.model.targets import Target
from compiler.model.upratings import Uprating
from compiler.model.variables import Variable
from compiler.syntax.document import MapNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from compiler.model.references import ReferenceList

SpecT = TypeVar("SpecT", bound=Spec)
Step = str | int


@dataclass(frozen=True, slots=True)
class Definition(Generic[SpecT]):
    """One named thing of a recipe."""

    kind: str
    name: str
    spec: SpecT
    node: Node
    key: Span
    # The bundle beside this one that it is used from; empty for what is this bundle's own.
    bundle: str = ""

    def at(self, *path: Step) -> Span:
        """Return the span of the value at a path, or of the last thing on the way to it that exists."""
        return locate(self.node, path, self.key, prefer_key=False)

    def within(self, offset: int, *path: Step) -> Span:
        """Return the place `offset` characters into the scalar at a path."""
        return inside(self.node, path, self.at(*path), offset)

    def key_at(self, *path: Step) -> Span:
        """Return the span of the key that a path ends in."""
        return locate(self.node, path, self.key, prefer_key=True)


@dataclass(frozen=True, slots=True)
class Recipe:
    """All definitions of a bundle, by kind and name."""

    bundle: Definition[Bundle]
    # Names that are declared, but not in order; and whether some file or kind could not be read at all.
    broken: frozenset[tuple[str, str]] = frozenset()
    partial: bool = False
    sources: dict[str, Definition[Source]] = field(default_factory=dict)
    variables: dict[str, Definition[Variable]] = field(default_factory=dict)
    surfaces: dict[str, Definition[Surface]] = field(default_factory=dict)
    clones: dict[str, Definition[Clone]] = field(default_factory=dict)
    imputations: dict[str, Definition[Imputation]] = field(default_factory=dict)
    constraints: dict[str, Definition[Constraint]] = field(default_factory=dict)
    upratings: dict[str, Definition[Uprating]] = field(default_factory=dict)
    derivations: dict[str, Definition[Derivation]] = field(default_factory=dict)
    draws: dict[str, Definition[DrawSet]] = field(default_factory=dict)
    frames: dict[str, Definition[PreparedFrame]] = field(default_factory=dict)
    targets: dict[str, Definition[Target]] = field(default_factory=dict)
    materialisations: dict[str, Definition[Materialisation]] = field(default_factory=dict)
    calibrations: dict[str, Definition[Calibration]] = field(default_factory=dict)
    exports: dict[str, Definition[Export]] = field(default_factory=dict)
    validations: dict[str, Definition[Validation]] = field(default_factory=dict)
    moved: Definition[Moved] | None = None
    bakeoffs: dict[str, Definition[Bakeoff]] = field(default_factory=dict)
    breaks: dict[str, Definition[Break]] = field(default_factory=dict)
    # By path, as surfaces and exports name them; see `reference_key`.
    references: dict[str, Definition[ReferenceList]] = field(default_factory=dict)

    def included(self, surface: Definition[Surface]) -> dict[str, Span]:
        """Return the names that a surface includes, in order, each with the place that includes it.

        A surface that includes the rest of a reference which could not be read is no part of a recipe.
        """
        if surface.spec.include == "rest":
            return self._rest(surface)
        found: dict[str, Span] = {}
        for position, name in enumerate(surface.spec.include):
            found.setdefault(name, surface.at("include", position))
        return found

    def _rest(self, surface: Definition[Surface]) -> dict[str, Span]:
        spec = surface.spec
        found: dict[str, Span] = {}
        reference, others = self.references[reference_key(surface)], self.accounted_besides(surface)
        for position, name in enumerate(reference.spec.names):
            exclusion = spec.exclude.get(name)
            if exclusion is None and name not in others:
                found.setdefault(name, reference.at("names", position))
            for instead in exclusion.used if exclusion is not None else ():
                found.setdefault(instead, surface.at("exclude", name, "instead"))
        return found

    def accounted_besides(self, surface: Definition[Surface]) -> set[str]:
        """Return the names that the surfaces beside one account for.

        What is left out of one on purpose may be meant for the other.
        """
        names = [other for other in surface.spec.besides if other in self.surfaces]
        others = [self.surfaces[name] for name in names if self.surfaces[name] is not surface]
        return {name for other in others for name in self.accounted(other)}

    def accounted(self, surface: Definition[Surface]) -> set[str]:
        """Return the names that a surface accounts for to others, less what it leaves out on purpose."""
        named = self.references.get(reference_key(surface))
        listed = surface.spec.include if surface.spec.include != "rest" else ()
        found = {*surface.spec.exclude, *listed, *(named.spec.names if named is not None else ())}
        left_out = {n for n, e in surface.spec.exclude.items() if e.reason == "intentional_divergence"}
        return found - left_out


KINDS: dict[str, type[Spec]] = {
    "sources": Source,
    "variables": Variable,
    "surfaces": Surface,
    "clones": Clone,
    "imputations": Imputation,
    "constraints": Constraint,
    "upratings": Uprating,
    "derivations": Derivation,
    "draws": DrawSet,
    "frames": PreparedFrame,
    "targets": Target,
    "materialisations": Materialisation,
    "calibrations": Calibration,
    "exports": Export,
    "validations": Validation,
    "bakeoffs": Bakeoff,
    "breaks": Break,
}
# Of these a bundle has one at most.
SINGLE: dict[str, type[Spec]] = {"bundle": Bundle, "moved": Moved}


def reference_key(surface: Definition[Surface]) -> str:
    """Return under what a recipe keeps a surface's reference: a path, which may lead to the bundle beside."""
    path = surface.spec.reference or ""
    return f"../{surface.bundle}/{path}" if surface.bundle else path


def locate(node: Node, path: tuple[Step, ...], key: Span, *, prefer_key: bool) -> Span:
    """Walk a path of keys and list positions through a tree, as far as it goes."""
    span, key_span = node.span, key
    for step in path:
        if isinstance(node, MapNode) and isinstance(step, str) and step in node.entries:
            key_span, node = node.keys[step], node.entries[step]
            span = node.span
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            span = key_span = node.span
        else:
            break
    return key_span if prefer_key or isinstance(node, MapNode) else span


def inside(node: Node, path: tuple[Step, ...], span: Span, offset: int) -> Span:
    """Narrow the span of the scalar at a path to a place inside it, where it stands on one line."""
    if span.line != span.end_line or not offset:
        return span
    for step in path:
        if isinstance(node, MapNode) and step in node.entries:
            node = node.entries[str(step)]
        elif isinstance(node, SequenceNode) and isinstance(step, int):
            node = node.items[step]
    quote = int(isinstance(node, ScalarNode) and not node.plain)
    column = min(span.column + quote + offset, span.end_column)
    return Span(span.file, span.line, column, span.end_line, span.end_column)
