"""The `moved` kind: what had another name once, so that a rename is no end and no beginning."""

from pydantic import Field

from compiler.model.base import Name, Spec, VariableName

Renames = dict[Name, Name]


class Moved(Spec):
    """Earlier names and what they became, kind by kind, as `{old: new}`."""

    sources: Renames = Field(
        {}, description="Of `sources:` entries; what they draw at random stays what it was."
    )
    variables: dict[Name, VariableName] = Field(
        {},
        description="Of `variables:` entries, or of inputs of the engine.",
        examples=[{"old_leaf": "new_leaf"}],
    )
    surfaces: Renames = Field({}, description="Of `surfaces:` entries.")
    clones: Renames = Field({}, description="Of `clones:` entries.")
    imputations: Renames = Field(
        {},
        description="Of `imputations:` entries; what they draw at random stays what it was.",
        examples=[{"tax_detail": "detail"}],
    )
    constraints: Renames = Field({}, description="Of `constraints:` entries.")
    upratings: Renames = Field({}, description="Of `upratings:` entries.")
    derivations: Renames = Field({}, description="Of `derivations:` entries.")
    draws: Renames = Field({}, description="Of `draws:` entries; what they draw stays what it was.")
    frames: Renames = Field(
        {}, description="Of `frames:` entries; what is drawn at random on the way stays what it was."
    )
    targets: Renames = Field(
        {}, description="Of `targets:` entries; the matrix is named anew, so that it is built again."
    )
    materialisations: Renames = Field({}, description="Of `materialisations:` entries.")
    calibrations: Renames = Field({}, description="Of `calibrations:` entries.")
    exports: Renames = Field({}, description="Of `exports:` entries.")
    validations: Renames = Field({}, description="Of `validations:` entries.")

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
