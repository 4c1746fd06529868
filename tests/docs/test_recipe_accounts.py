"""Nothing that the enhanced CPS consists of is unaccounted for, and every place that is named exists."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from recipe_accounts import PAGE, RECIPE, Account, accounts, page, place

from compiler.syntax.document import MapNode, SequenceNode, plain
from compiler.syntax.reader import read_text

if TYPE_CHECKING:
    from pathlib import Path


def test_every_item_has_a_place_that_exists_or_a_reason() -> None:
    """A key that was renamed or removed is noticed here."""
    every = accounts()
    lost = [account for account in every if account.key and place(account) is None]
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


def test_committed_page_is_what_the_accounts_say() -> None:
    """`SPECC_UPDATE_GOLDEN=1 pytest tests/docs/test_recipe_accounts.py` writes it."""
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")
    assert page() == PAGE.read_text(encoding="utf-8")


def test_a_key_that_leads_nowhere_has_no_place() -> None:
    """Neither below a value, nor beside it, nor in a file that is not there."""
    keys = ["bundle.name.more", "bundle.nothing", "bundle.pipeline.999"]
    assert [place(Account("", "", "bundle.yaml", key, "")) for key in keys] == [None] * 3
    assert place(Account("", "", "nothing.yaml", "bundle.name", "")) is None
    assert place(Account("", "", "bundle.yaml", "bundle.name", "")) is not None
