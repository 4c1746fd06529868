"""The files of a source: one, several one after another, and those that are joined to their rows."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from compiler.model.base import LayoutPath, Name, Sha256, Spec
from compiler.model.locators import checked_locator, member_of

Locator = Annotated[str, AfterValidator(checked_locator)]


class Unpinned(Spec):
    """A file that nobody can pin: it is not public, or cannot be had where the spec is written."""

    none: str = Field(
        min_length=10,
        description="Why there is no digest, and how somebody comes by the file.",
        examples=["IRS Public Use File, licensed; put puf_2015.csv into the folder of --sources"],
    )


Digest = Sha256 | Unpinned
Comment = Annotated[str, Field(pattern=r"^[^\s\w\"',;]{1,3}$")]


class File(Spec):
    """One file, pinned by its digest."""

    locator: Locator = Field(
        min_length=1,
        description="Where it is, as the `locator` of a source.",
        examples=["https://www2.census.gov/programs-surveys/cps/datasets/2024/basic/jan24pub.csv"],
    )
    sha256: Digest = Field(
        description="Digest of the file, or of the whole archive that it is in; or `none:` and why."
    )
    comment: Comment | None = Field(
        None, description="What lines begin with that are no data; they are skipped.", examples=["#"]
    )

    @property
    def digest(self) -> str | None:
        """What its bytes are held to, None where nothing pins them."""
        return None if isinstance(self.sha256, Unpinned) else self.sha256

    @cached_property
    def content(self) -> str:
        """What tells this file from others: digest and member, or the locator where nothing is pinned.

        Behind it stands what lines begin with that are skipped: without them it is another table.
        """
        skipped = self.comment or ""
        if isinstance(self.sha256, Unpinned):
            return f"none:{self.locator}{skipped}"
        member = member_of(self.locator)
        return (self.sha256 if member is None else f"{self.sha256}!{member}") + skipped

    @property
    def parameters(self) -> dict[str, str]:
        """What the node that fetches it is told: the locator only where nothing else says what it is."""
        skipped = {} if self.comment is None else {"comment": self.comment}
        if isinstance(self.sha256, Unpinned):
            return {"locator": self.locator, **skipped}
        member = member_of(self.locator)
        inside = {} if member is None else {"member": member}
        return {"sha256": self.sha256, **inside, **skipped}


class Joined(File):
    """A further file: each row of the source takes the columns of the row there that has the same key."""

    keys: dict[Name, Name] = Field(
        min_length=1,
        description="By key column of the rows, the key column of this file. There each key stands once.",
        examples=[{"PH_SEQ": "FH_SEQ", "PF_SEQ": "FFPOS"}],
    )
    prefix: Name | None = Field(
        None,
        description="What its columns are read with, where names of both files are the same.",
        examples=["hh_"],
    )
    missing: Literal["allowed"] | None = Field(
        None,
        description="Whether rows may have no partner, and no values then. Where it is not said, that fails.",
    )
    layout: LayoutPath | None = Field(None, description="The documented columns of this file.")


def content_of(parts: tuple[File, ...]) -> str:
    """Return what tells a table from others: of one file its content, of several a digest of all of them."""
    if len(parts) == 1:
        return parts[0].content
    return hashlib.sha256("\n".join(part.content for part in parts).encode()).hexdigest()
