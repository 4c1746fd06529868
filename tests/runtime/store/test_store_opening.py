"""A store is opened by its location, from wherever."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime.errors import StoreError
from runtime.locations import local_folder
from runtime.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("spell", [Path, str, Path.as_uri])
def test_a_folder_is_opened_by_its_path_or_its_url(
    tmp_path: Path, spell: Callable[[Path], str | Path]
) -> None:
    """A `file://` URL is another word for the path, percent signs and all."""
    folder = tmp_path / "a store of 10 %"
    assert open_store(spell(folder)).root == folder


def test_what_a_store_says_of_its_location_opens_it_again(tmp_path: Path) -> None:
    """From another process, which may have another working folder."""
    store = open_store(tmp_path / "store")
    assert open_store(store.location).root == store.root


@pytest.mark.parametrize("location", ["file://server/share", "file://"])
def test_a_url_of_no_folder_here_is_refused(location: str) -> None:
    """The message has the location and what to write."""
    with pytest.raises(StoreError, match=f"there can be no store at {location}"):
        local_folder(location)
