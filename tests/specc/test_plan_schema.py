"""`schemas/plan.schema.json`: what every plan is, committed, and held against plans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from compiler.compilation import compile_bundle
from specc.cli.common import planned
from specc.plan_schema import plan_schema, plan_schema_text

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_schema_is_that_of_plans() -> None:
    """Whoever changes the plan renews the file."""
    renew = "the plan changed: run `specc schema --of plan --out schemas/plan.schema.json`"
    committed = (ROOT / "schemas" / "plan.schema.json").read_text(encoding="utf-8")
    assert committed == plan_schema_text(), renew


@pytest.mark.parametrize("bundle", ["specs/us_open", "tests/compiler/cases/base"])
def test_plans_are_what_the_schema_says(bundle: str) -> None:
    """A plan as it is compiled, and as `specc plan --out` writes it with its files' digests."""
    compiled = compile_bundle(ROOT / bundle).plan
    assert compiled is not None
    for plan in (compiled, planned(ROOT / bundle, None)):
        errors = Draft202012Validator(plan_schema()).iter_errors(json.loads(plan.to_json()))
        assert [error.message for error in errors] == []


def test_a_plan_with_another_key_is_none() -> None:
    """The schema is closed: what it does not know is refused."""
    compiled = compile_bundle(ROOT / "specs" / "us_open").plan
    assert compiled is not None
    document = json.loads(compiled.to_json())
    document["nodes"][0]["colour"] = "red"
    (error,) = Draft202012Validator(plan_schema()).iter_errors(document)
    assert "colour" in error.message
