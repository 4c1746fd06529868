"""Fixtures of the runtime's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from runtime_harness import Bench

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation. No power cut is waited for: files are not synced."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    return Bench(tmp_path)
