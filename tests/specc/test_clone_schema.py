"""The schema of a clone's summary: committed, and held against one that has every kind of figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from specc.clone_schema import clone_schema, clone_schema_text

if TYPE_CHECKING:
    from cli_desk import Desk

COMMITTED = Path(__file__).resolve().parents[2] / "schemas/clone_summary.schema.json"


def test_the_committed_schema_is_that_of_summaries(desk: Desk) -> None:
    """Whoever changes the summary renews the file; the command prints it."""
    renew = "run `specc schema --of clone --out schemas/clone_summary.schema.json`"
    assert COMMITTED.read_text(encoding="utf-8") == clone_schema_text(), renew
    assert json.loads(desk.specc("schema", "--of", "clone").out) == clone_schema()


def test_an_empty_summary_lacks_what_is_required() -> None:
    """Every figure is there in every summary: a missing one is refused by its name."""
    said = [error.message for error in Draft202012Validator(clone_schema()).iter_errors({})]
    assert any("'clone_initial_weight_sum' is a required property" in message for message in said)
