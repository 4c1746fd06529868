"""Nothing that the enhanced CPS consists of is unaccounted for, and every place that is named exists."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from recipe_accounts import RECIPE, accounts, departures, pages, place

from compiler.syntax.document import MapNode, SequenceNode, plain
from compiler.syntax.reader import read_text

if TYPE_CHECKING:
    from pathlib import Path


def test_every_item_has_a_place_that_exists_or_a_reason() -> None:
    """A key that was renamed or removed is noticed here."""
    every = accounts()
    lost = [account for account in every if account.key and place(account.file, account.key) is None]
    silent = [account for account in every if not account.key and len(account.reason) < 10]
    assert (lost, silent) == ([], [])


def test_every_item_is_accounted_for_once() -> None:
    """Two rows on one item of a section would be two truths."""
    items = [(account.section, account.item) for account in accounts()]
    assert [item for item in set(items) if items.count(item) > 1] == []


@pytest.mark.parametrize("path", sorted((RECIPE / "references").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_name_of_a_reference_list_is_accounted_for(path: Path) -> None:
    """The lists are the enhanced CPS's own."""
    root = read_text(str(path.read_text(encoding="utf-8")), "list.yaml").root
    assert isinstance(root, MapNode)
    assert isinstance(root.entries["names"], SequenceNode)
    names = plain(root.entries["names"])
    assert isinstance(names, list)
    assert sorted({*names} - {account.item for account in accounts()}) == []


def test_every_departure_has_its_reason_and_a_place_that_exists() -> None:
    """What is not there any more is no departure."""
    every = departures()
    lost = [each for each in every if each.key and place(each.file, each.key) is None]
    silent = [each for each in every if not (each.enhanced_cps and each.recipe and each.why)]
    assert (lost, silent) == ([], [])


def test_committed_pages_are_what_the_tables_say() -> None:
    """`SPECC_UPDATE_GOLDEN=1 pytest tests/docs/test_recipe_accounts.py` writes them."""
    for path, text in pages().items():
        if os.environ.get("SPECC_UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


def test_a_key_that_leads_nowhere_has_no_place() -> None:
    """Neither below a value, nor beside it, nor in a file that is not there."""
    keys = ["bundle.name.more", "bundle.nothing", "bundle.pipeline.999"]
    assert [place("bundle.yaml", key) for key in keys] == [None] * 3
    assert place("nothing.yaml", "bundle.name") is None
    assert place("bundle.yaml", "bundle.name") is not None
