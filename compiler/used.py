"""A recipe with what it uses of other bundles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.catalog.lock import LockedSource
    from compiler.diagnostics import Diagnostic, Span
    from compiler.model.recipe import Recipe
    from compiler.syntax.document import Document

Key = tuple[str, str]


@dataclass(slots=True)
class Used:
    """A recipe, and beside it what is known of the bundles that it uses.

    Attributes:
        recipe: the bundle's own definitions and the used ones.
        documents: the files of the used bundles.
        diagnostics: what is wrong with what is used, and with how.
        locks: the locked facts of used sources.
        folders: the folder of each used bundle, as its places name it.
        wanted: where the bundle says that it uses a definition, by kind and name.
        unlocked: whether the lock of a used bundle cannot be read, so that nothing is known of its sources.
        names: what used definitions were called before, the last name first.
    """

    recipe: Recipe
    documents: tuple[Document, ...] = ()
    diagnostics: list[Diagnostic] = field(default_factory=list)
    locks: dict[str, LockedSource] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    wanted: dict[Key, Span] = field(default_factory=dict)
    unlocked: bool = False
    names: dict[Key, list[str]] = field(default_factory=dict)
