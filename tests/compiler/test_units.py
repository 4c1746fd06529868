"""Tax units by rules: what their node's key depends on, and what it does not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from compiler_bundles import CASES, base_bundle

from compiler.compilation import compile_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Node


def nodes(folder: Path, *changes: tuple[str, str]) -> dict[str, Node]:
    """Return the nodes of the bundle whose tax units are made by rules, with some words changed."""
    base_bundle(folder)
    sources = folder / "sources.yaml"
    shutil.copyfile(CASES / "clean_rules_make_tax_units" / "sources.yaml", sources)
    text = sources.read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    sources.write_text(text)
    compiled = compile_bundle(folder)
    assert [found.message for found in compiled.diagnostics] == []
    assert compiled.plan is not None
    return {node.address: node for node in compiled.plan.nodes}


def test_a_node_of_its_own_holds_rules_and_version(tmp_path: Path) -> None:
    """The population reads what it left."""
    made = nodes(tmp_path / "a")
    said = made["units.survey"].parameters
    assert (said["library"], said["version"], said["mode"], said["year"]) == (
        "microunit", "0.1.1", "policyengine", 2014,
    )  # fmt: skip
    assert said["asked"]["parent_1"] == "recid"
    assert made["source.survey"].inputs.artifacts["units"] == "units.survey"
    assert made["source.survey"].parameters["entities"]["tax_unit"] == {"id": '"__unit"'}


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (("microunit==0.1.1", "microunit==0.1.2"), True),
        (("age: head_age\n            is_student", "age: head_age + 1\n            is_student"), True),
        (("gross_income: wages + interest", "gross_income: wages"), True),
        (
            (
                "            age: head_age\n",
                "            age: head_age\n            mode: census_documented\n",
            ),
            True,
        ),
        (("taxable_interest_income: interest", "taxable_interest_income: interest / 2"), False),
        (("weight: {value: w}", "weight: {value: w + 1}"), False),
    ],
)
def test_only_what_the_rules_ask_of_makes_units_anew(
    tmp_path: Path, change: tuple[str, str], *, again: bool
) -> None:
    """Another column of the population does not: what takes longest is not done for it."""
    before, after = nodes(tmp_path / "a"), nodes(tmp_path / "b", change)
    assert (before["units.survey"].key != after["units.survey"].key) is again
    assert before["source.survey"].key != after["source.survey"].key
