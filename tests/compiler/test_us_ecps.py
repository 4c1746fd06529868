"""The recipe of the enhanced CPS: without findings, planned without data, and short enough to be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from compiler_bundles import findings

from compiler.compilation import compile_bundle

RECIPE = Path(__file__).parents[2] / "specs" / "us_ecps"
MOST_LINES = 1500
WIDEST = 240


def test_recipe_compiles_without_findings() -> None:
    """Not even a warning: whatever is left out is left out with a reason."""
    assert findings(RECIPE) == []


def test_recipe_is_planned_without_any_data() -> None:
    """Every step of its pipeline, though not one of the survey files is there."""
    plan = compile_bundle(RECIPE).plan
    assert plan is not None
    steps = {node.operation for node in plan.nodes}
    assert {"units", "population", "clone", "impute", "calibrate", "export", "validate"} <= steps
    assert not list(RECIPE.glob("*.zip"))


def test_recipe_is_short() -> None:
    """A person reads and reviews it: this is the contract of the language with those who write in it."""
    lines = [line for path in RECIPE.glob("*.yaml") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) < MOST_LINES
    assert max(map(len, lines)) <= WIDEST


@pytest.mark.parametrize(
    ("variable", "file", "line"),
    [
        ("taxable_interest_income", "asec.yaml", "        taxable_interest_income: INT_VAL * 0.680"),
        ("takes_up_tanf_if_eligible", "draws.yaml", "      takes_up_tanf_if_eligible: {entity"),
        ("pre_subsidy_rent", "donors.yaml", "        pre_subsidy_rent: "),
    ],
)
def test_line_that_makes_a_variable_is_known(variable: str, file: str, line: str) -> None:
    """What `specc show VARIABLE` prints: the line itself, not where the source or set begins."""
    spans = compile_bundle(RECIPE).written_at(variable).values()
    written = {(Path(span.file).name, _line(span.file, span.line)) for span in spans}
    assert any(name == file and text.startswith(line) for name, text in written), written


def test_line_that_says_how_a_variable_is_computed_is_known() -> None:
    """Nothing writes a limit: it is an expression, of which a person wants the line just as much."""
    span = compile_bundle(RECIPE).computed_at("limit_of_ira")
    assert span is not None
    assert _line(span.file, span.line).startswith("  limit_of_ira: {entity")


def _line(file: str, line: int) -> str:
    return Path(file).read_text(encoding="utf-8").splitlines()[line - 1]
