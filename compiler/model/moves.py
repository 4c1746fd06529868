"""The `moved` kind: what had another name once, so that a rename is no end and no beginning."""

from __future__ import annotations

from pydantic import Field

from compiler.model.base import Name, Spec

Renames = dict[Name, Name]


class Moved(Spec):
    """Earlier names and what they became, kind by kind, as `{old: new}`."""

    sources: Renames = Field({}, description="Sources; what they draw at random stays what it was.")
    variables: Renames = Field(
        {},
        description="Variables of the bundle or inputs of the engine.",
        examples=[{"old_leaf": "new_leaf"}],
    )
    surfaces: Renames = Field({}, description="Surfaces.")
    clones: Renames = Field({}, description="Clones.")
    imputations: Renames = Field(
        {},
        description="Imputations; what they draw at random stays what it was.",
        examples=[{"tax_detail": "detail"}],
    )
    constraints: Renames = Field({}, description="Sets of constraints.")
    upratings: Renames = Field({}, description="Upratings.")
    targets: Renames = Field({}, description="Targets; the matrix is named anew, so that it is built again.")
    materialisations: Renames = Field({}, description="Materialisations.")
    calibrations: Renames = Field({}, description="Calibrations.")
    exports: Renames = Field({}, description="Exports.")
    validations: Renames = Field({}, description="Validations.")

    def of(self, kind: str) -> Renames:
        """Return the renames of a kind."""
        found: Renames = getattr(self, kind)
        return found


def earlier_names(moved: Moved | None, kind: str, name: str) -> list[str]:
    """Return what a definition was called before, the last name first; a circle ends where it closes."""
    renames = {} if moved is None else moved.of(kind)
    names = [name]
    while (old := next((old for old, new in renames.items() if new == names[-1]), None)) not in (
        None,
        *names,
    ):
        names.append(str(old))
    return names[1:]
