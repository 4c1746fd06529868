"""The files of a source: one, several one after another, and those that are joined to their rows."""

import hashlib
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from compiler.model.base import Items, LayoutPath, Name, Sha256, Spec
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


class Joined(Spec):
    """A further table: each row of the source takes the columns of the row there that has the same key."""

    locator: Locator | None = Field(
        None,
        min_length=1,
        description="Where it is, as the `locator` of a source.",
        examples=["data/asec.zip!hhpub25.csv"],
    )
    sha256: Digest | None = Field(
        None, description="Digest of the file, or of the whole archive that it is in; or `none:` and why."
    )
    comment: Comment | None = Field(
        None,
        description="What lines of the file begin with that are no data; they are skipped.",
        examples=["#"],
    )
    files: Items[File] = Field(
        (), description="Several files with the same columns, one after another, in place of `locator`."
    )
    keys: dict[Name, Name] = Field(
        min_length=1,
        description="By key column of the rows, the key column of this table. There each key stands once.",
        examples=[{"PH_SEQ": "H_SEQ", "PF_SEQ": "FFPOS"}],
    )
    prefix: Name | None = Field(
        None,
        description="What its columns are read with, where names of both tables are the same.",
        examples=["hh_"],
    )
    missing: Literal["allowed"] | None = Field(
        None,
        description="Whether rows may have no partner, and no values then. Where it is not said, that fails.",
    )
    layout: LayoutPath | None = Field(None, description="The documented columns of this table.")

    @model_validator(mode="after")
    def _has_files(self) -> Self:
        check_files(self.locator, self.comment, self.sha256, self.files, "a joined table")
        return self

    @cached_property
    def parts(self) -> tuple[File, ...]:
        """Its files, one after another."""
        return parts_of(self.locator, self.comment, self.sha256, self.files)

    @cached_property
    def content(self) -> str:
        """What tells this table from others."""
        return content_of(self.parts)


def check_files(
    locator: str | None, comment: str | None, sha256: Digest | None, files: tuple[File, ...], what: str
) -> None:
    """Check that a table is said to be one file or several.

    Raises:
        ValueError: it is neither, or both.
    """
    if (locator is None) != (sha256 is None):
        raise ValueError("a file has a place and a digest; write `locator:` and `sha256:`")
    if (locator is None) == (not files):
        raise ValueError(f"{what} is one file or several; write `locator:` and `sha256:`, or `files:`")
    if comment is not None and files:
        raise ValueError("each of several files has its own `comment:`; write it in `files:`")


def parts_of(
    locator: str | None, comment: str | None, sha256: Digest | None, files: tuple[File, ...]
) -> tuple[File, ...]:
    """Return the files of a table that is written as one, or as several."""
    if locator is None or sha256 is None:
        return files
    return (File.model_construct(locator=locator, sha256=sha256, comment=comment),)


def content_of(parts: tuple[File, ...]) -> str:
    """Return what tells a table from others: of one file its content, of several a digest of all of them."""
    if len(parts) == 1:
        return parts[0].content
    return hashlib.sha256("\n".join(part.content for part in parts).encode()).hexdigest()
