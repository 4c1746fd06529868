"""The page about imputation methods lists them all, in the order of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import yaml

from compiler.model.imputations import Block
from compiler.model.methods import DRAW_NO_TEXT, Method, tried
from runtime.imputation.encoding import draws_categories
from runtime.imputation.registry import ENTRY_POINT, imputer, kinds

PAGE = Path(__file__).parents[2] / "docs" / "imputation.md"


def test_the_table_lists_every_method_in_the_order_of_the_code() -> None:
    """The registry's order is the page's."""
    assert tuple(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == kinds()


def test_language_and_runtime_know_the_same_methods() -> None:
    """A method of the language that no run knows, or the reverse, is half a method."""
    spoken = [get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(Method)[0])]
    assert tuple(spoken) == kinds()


def test_lint_and_run_agree_on_who_draws_text() -> None:
    """What a run would refuse is refused before."""
    ours = [kind for kind in kinds() if kind != ENTRY_POINT]
    assert {kind for kind in ours if not draws_categories(imputer(kind).capabilities)} == DRAW_NO_TEXT


def test_the_choice_of_the_page_can_be_made() -> None:
    """Its block says all that the language asks for, and every candidate is a method."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (said,) = (yaml.safe_load(text) for text in blocks if "kind: auto" in text)
    block = Block.model_validate(said["imputations"]["detail"]["blocks"]["income"])
    assert [method.kind for method in tried(block.model)] == ["forest", "qrf", "hotdeck"]
