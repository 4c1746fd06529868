"""What holds for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the whole builds first: they take minutes, which others of the processes fill with small tests."""
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)
