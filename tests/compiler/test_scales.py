"""A plan holds the scales that a model sees, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from compiler_bundles import base_bundle, edit

from compiler.compilation import compile_bundle

if TYPE_CHECKING:
    from pathlib import Path

INCOME = "income: {targets: [taxable_interest_income], model: {kind: forest}}"
BAKEOFF = """bakeoffs:
  rivals:
    imputation: detail
    folds: {by: household, count: 2}
    seeds: [1]
    metrics: [crps]
    methods: {trees: {kind: forest}, lines: {kind: ols}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a bundle that says scales of a predictor and of a target, which its forests do not see."""
    bundle = base_bundle(tmp_path / "bundle")
    said = "weights: design\n    transform: {unit_wages: asinh, taxable_interest_income: quantile}\n"
    edit(bundle, "detail.yaml", "weights: design\n", said + "    zeros_apart: [unit_wages]\n")
    return bundle


def blocks(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the parameters of the blocks of a bundle without findings."""
    compilation = compile_bundle(folder)
    assert compilation.diagnostics == []
    assert compilation.plan is not None
    return {node.address: node.parameters for node in compilation.plan.nodes if node.operation == "impute"}


def test_each_block_has_the_scales_that_its_model_sees(folder: Path) -> None:
    """A line sees those of its predictors and targets, a forest none."""
    edit(folder, "detail.yaml", INCOME, INCOME.replace("forest", "ols"))
    found = blocks(folder)
    income, costs = found["impute.detail.income"], found["impute.detail.costs"]
    assert income["transform"] == {"taxable_interest_income": "quantile", "unit_wages": "asinh"}
    assert income["zeros_apart"] == ["unit_wages"]
    assert not {"transform", "zeros_apart", "rare"} & costs.keys()


def test_in_a_bakeoff_it_is_the_method_that_sees(folder: Path) -> None:
    """Whatever the blocks are drawn by: methods are compared as they would draw."""
    edit(folder, "detail.yaml", INCOME, INCOME.replace("forest", "ols"))
    (folder / "bakeoffs.yaml").write_text(BAKEOFF, encoding="utf-8")
    compilation = compile_bundle(folder)
    cells = {cell.method: cell.node.parameters for cell in compilation.bakeoffs["rivals"].cells}
    assert ["transform" in block for block in cells["lines"]["blocks"]] == [True, True]
    assert ["transform" in block for block in cells["trees"]["blocks"]] == [False, False]
