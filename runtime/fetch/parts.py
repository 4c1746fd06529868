"""A file of a table as the plan tells of it, and the user's own that stands for one that nothing pins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.errors import FetchError
from runtime.fetch.local import override
from runtime.fetch.locator import basename, parse

if TYPE_CHECKING:
    from pathlib import Path

_MEMBER = re.compile(r"(?P<archive>[^!]+\.(?:zip|db|sqlite|sqlite3))!(?P<member>.+)", re.IGNORECASE)
_SUFFIXES = ("", ".csv", ".csv.gz", ".json", ".json.gz", ".parquet", ".zip", ".db", ".sqlite")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table: the source's name for it, where it is, its digest; None where nothing pins it.

    `bundle` is the folder that a relative locator starts from, `comment` what lines begin with that are no
    data.
    """

    name: str
    locator: str
    sha256: str | None
    bundle: Path | None = None
    comment: str | None = None

    @property
    def member(self) -> str | None:
        """The member of the archive, or the table of the database, that is meant."""
        inside = _MEMBER.fullmatch(self.locator)
        return None if inside is None else inside["member"]

    @property
    def is_table(self) -> bool:
        """Whether the file is a SQLite database, of which one table is meant."""
        return self.member is not None and not self.file.lower().endswith(".zip")

    @property
    def file(self) -> str:
        """The locator of the file itself, or of the archive it is in."""
        inside = _MEMBER.fullmatch(self.locator)
        return self.locator if inside is None else inside["archive"]


def stand_in(part: Part, overrides: Path | None) -> Path | None:
    """Return the user's own file for one that nothing pins: by the source's name, or as its locator ends."""
    if overrides is None:
        return None
    own = [part.name + suffix for suffix in _SUFFIXES]
    member = [] if part.member is None else [part.member.rpartition("/")[2]]
    return override(overrides, *own, *member, basename(parse(part.file)))


def absent(parts: list[Part]) -> FetchError:
    """Return what is said of files that nothing pins and nobody has put into the folder."""
    named = ", ".join(f"`{part.name}`" for part in parts)
    last = (parts[0].member or parts[0].file).rpartition("/")[2]
    return FetchError(
        f"the file of {named} is not fetched from anywhere: its source pins no digest",
        place=named,
        remedy=f"put it as {parts[0].name} or {last} into a folder, and name that with `--sources DIR`",
        kind="not-public",
    )
