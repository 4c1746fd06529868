"""What the steps of a compilation share: recipe, facts, the frame so far, nodes, findings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compiler.codes import CODES
from compiler.diagnostics import Diagnostic, Related, Span
from compiler.expressions import ColumnUse, ExpressionError, Parsed, parse, without_persons
from compiler.frame import Frame, Stage
from compiler.model.moves import earlier_names
from compiler.plan import Node, canonical
from compiler.suggest import did_you_mean, hint
from compiler.typed import aggregated, check_view, frame_values, typed, wanted
from compiler.wording import cut, quoted

if TYPE_CHECKING:
    from compiler.catalog.engine import EngineCatalog
    from compiler.catalog.lock import LockedSource
    from compiler.expressions import Typed
    from compiler.frame import Giving, View
    from compiler.model.recipe import Definition, Recipe, SpecT, Step
    from compiler.plan.draws import Refit
    from compiler.steps.files import Table
    from compiler.steps.undone import Held
    from compiler.typed import Want


@dataclass
class Context:
    """The state of one compilation."""

    recipe: Recipe
    engine: EngineCatalog
    locks: dict[str, LockedSource]
    sample: float | None = None
    # Steps that are left out of this variant, such as `clone.puf_support`.
    without: frozenset[str] = frozenset()
    # How places are said in a plan: the folder they stand in, and what is written instead.
    folders: dict[str, str] = field(default_factory=dict)
    # Where the bundle says that it uses a definition of another, and what such a one was called before.
    wanted: dict[tuple[str, str], Span] = field(default_factory=dict)
    used_names: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    frame: Frame = field(default_factory=lambda: Frame(()))
    # By source, uprating and the year that the donor's amounts are moved to.
    donors: dict[tuple[str, str | None, int | None], Frame] = field(default_factory=dict)
    # By imputation, who gave in each pipeline that draws it: a bake-off learns from the same donors.
    giving: dict[str, list[Giving]] = field(default_factory=dict)
    # By node of a block, what it takes to fit it anew in another draw.
    refits: dict[str, Refit] = field(default_factory=dict)
    # By content, the table that names the file of all with that content.
    files: dict[str, Table] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    # What readers of each export rely on, for the plan's metadata.
    surface: dict[str, dict[str, object]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    # Expressions over raw columns that nothing is wrong with: the columns they read, and what they give.
    in_order: dict[tuple[object, ...], tuple[frozenset[str], Typed]] = field(default_factory=dict)
    refused: set[tuple[str, str, tuple[Step, ...]]] = field(default_factory=set)
    # What constraints have made to hold so far.
    held: list[Held] = field(default_factory=list)
    # Whether a definition was missing: then the frame may lack columns for which nobody here is to blame.
    incomplete: bool = False
    # Names that are meant by misspelt ones, and amounts in the money of another year: both are reported once.
    misspelt: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    # Names of surfaces that their reference does not hold, which is said of them once: surface and name.
    strangers: set[tuple[str, str]] = field(default_factory=set)
    # Variables whose missing values have been spoken of, and which node's columns some node has read.
    nulls: set[str] = field(default_factory=set)
    reads: set[tuple[str, str]] = field(default_factory=set)
    stages: list[Stage] = field(default_factory=list)
    # Frames that were prepared to be donors, with the steps that did, and those being prepared just now.
    prepared: dict[str, tuple[Stage, ...]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    @property
    def period(self) -> int:
        """The period the dataset describes."""
        return self.recipe.bundle.spec.period

    def earlier(self, kind: str, name: str) -> list[str]:
        """Return what a definition or variable was called before, the last name first."""
        if (kind, name) in self.used_names:
            return self.used_names[kind, name]
        return earlier_names(None if self.recipe.moved is None else self.recipe.moved.spec, kind, name)

    def first_name(self, kind: str, name: str) -> str:
        """Return what a definition or variable was called first: random streams keep that name."""
        return [name, *self.earlier(kind, name)][-1]

    def address(self, text: str) -> str:
        """Return the address of a node; inside a prepared frame it has that frame's name behind it."""
        return f"{text}@{self.open[-1]}" if self.open else text

    def stream(self, text: str) -> str:
        """Return the name of a random stream; inside a prepared frame it is another than outside."""
        return f"{text}@{self.first_name('frames', self.open[-1])}" if self.open else text

    def add(self, node: Node) -> str:
        """Add a node unless one with its address is there already; return the address."""
        # As JSON gives it back, so that a plan read from a file equals the one that was written.
        parameters, engine = json.loads(canonical(node.parameters)), json.loads(canonical(node.engine))
        # Places are said from the bundle's folder, so that a plan does not depend on where it was made.
        plain = replace(node, parameters=parameters, engine=engine, place=self.said(node.place))
        self.nodes.setdefault(node.address, plain)
        for frame in node.inputs.frames.values():
            self.reads |= {(ref.node, n) for columns in frame.columns.values() for n, ref in columns.items()}
        return node.address

    def said(self, place: str) -> str:
        """Return a place as it is written in a plan: from the bundle's folder."""
        folder, slash, file = place.rpartition("/")
        return self.folders.get(folder, folder + slash) + file

    def say(
        self, code: str, message: str, span: Span, help_: str | None = None, *,
        related: tuple[Related, ...] = (),
    ) -> None:  # fmt: skip
        """Record a finding; how much it weighs is written in the table of codes."""
        severity = CODES[code].severity
        self.diagnostics.append(Diagnostic(code, message, span, help_, severity, related))

    def find(self, kind: str, name: str, span: Span) -> Definition[SpecT] | None:
        """Return the definition a name refers to, or say that there is none."""
        definitions: dict[str, Definition[SpecT]] = getattr(self.recipe, kind)
        self.used.add((kind, name))
        if name in definitions:
            return definitions[name]
        self.incomplete = True
        # What is declared, but broken, has been reported; a file that could not be read may declare the rest.
        if (kind, name) not in self.recipe.broken and not self.recipe.partial:
            known = ", ".join(sorted(definitions)) or "none yet"
            help_ = did_you_mean(name, definitions) or f"declared in `{kind}`: {known}"
            self.say("SPC201", f"`{kind}` has no `{name}`", span, help_)
        return None

    def parsed(
        self, text: str | int, owner: Definition[SpecT], *path: Step, persons: bool = False
    ) -> Parsed | None:
        """Parse the expression written at a path of a definition, or say what is wrong with it.

        `persons`: it is over rows of which a person has several, so that `over person` means something.
        """
        try:
            return parse(str(text)) if persons else without_persons(parse(str(text)))
        except ExpressionError as error:
            if (owner.kind, owner.name, path) not in self.refused:
                self.refused.add((owner.kind, owner.name, path))
                place = owner.within(error.offset, *path)
                self.say("SPC301", f"in `{cut(str(text), 60)}`: {error}", place, error.remedy)
            return None

    def expression(
        self,
        frame: Frame,
        text: str | int,
        entity: str,
        owner: Definition[SpecT],
        *path: Step,
        want: Want | None = None,
    ) -> Parsed | None:
        """Parse an expression over a frame; check its columns against frame and entity, and what it gives."""
        parsed = self.parsed(text, owner, *path)
        if parsed is None:
            return None
        checks = [self._fits(frame, use, entity, owner.within(use.offset, *path)) for use in parsed.uses]
        if not all(checks):
            return None
        found = typed(self, parsed, frame_values(self, frame, parsed.columns), owner, *path)
        if want is not None:
            wanted(self, found.value, want, owner, *path)
        return parsed

    def readable(self, frame: Frame, name: str, span: Span) -> bool:
        """Tell whether a column can be read from a frame; where not, say so at the place to blame."""
        self.used.add(("variables", name))
        if name in frame.columns:
            return True
        if name not in frame.views:
            self.unknown_column(frame, name, span)
            return False
        for view in frame.views_of({name}, frame.checked):
            frame.checked[view.name] = self._view_is_readable(frame, view)
        return frame.checked[name]

    def _view_is_readable(self, frame: Frame, view: View) -> bool:
        owner = self.recipe.variables[view.name]
        places = [(use, owner.within(use.offset, "value")) for use in view.parsed.uses]
        checks = [self._fits(frame, use, view.entity, place) for use, place in places]
        if all(checks):
            check_view(self, frame, view)
        return all(checks)

    def _fits(self, frame: Frame, use: ColumnUse, entity: str, span: Span) -> bool:
        name, window = use.name, use.window
        if not self.readable(frame, name, span):
            return False
        owner = frame.entity_of(name)
        if window is not None or owner in (entity, "household"):
            return True
        if entity == "person":
            return True
        value = frame_values(self, frame, frozenset({name})).get(name)
        remedy = aggregated(name, value, entity) if owner == "person" else f"use a column of {entity}"
        self.say("SPC302", f"`{name}` belongs to {owner}, the expression is about {entity}", span, remedy)
        return False

    def has_refused(self, owner: Definition[SpecT]) -> bool:
        """Tell whether what a definition reads is unknown, as an expression of it is not in order."""
        return any((kind, name) == (owner.kind, owner.name) for kind, name, _ in self.refused)

    def may_exist(self, name: str) -> bool:
        """Tell whether a name that nobody knows may be one that a broken or unreadable definition makes."""
        unseen = self.incomplete or self.recipe.partial or ("variables", name) in self.recipe.broken
        return unseen or name in self.misspelt

    def unknown_column(self, frame: Frame, name: str, span: Span) -> None:
        """Say that a column is not in the frame, and why that may be."""
        if self.may_exist(name):
            return
        variable = self.engine.get(name)
        if variable is not None and variable.computed:
            help_ = self._computed(frame, name)
        elif variable is not None:
            # A variable that exists is not misspelt, so that what resembles it is a hint and no fix.
            help_ = hint(name, frame.names(), or_else="no step before this one writes it")
        else:
            help_ = did_you_mean(name, [*frame.names(), *self.engine]) or "declare it under `variables:`"
        nowhere = f"is neither in the frame nor in {self.engine.name} {self.engine.version}"
        what = "is not in the frame at this step" if variable else nowhere
        self.say("SPC202", f"`{name}` {what}", span, help_)

    def _computed(self, frame: Frame, name: str) -> str:
        """Say what to read instead of a variable that the engine computes: inputs that are there, if any."""
        leaves = self.engine.leaves(name)
        inputs = [leaf for leaf in leaves if leaf in frame.columns] or leaves
        if not inputs:
            return "the engine computes it: read it after a `materialise` step"
        return f"the engine adds it up: read {quoted(inputs)}, or read it after a `materialise` step"
