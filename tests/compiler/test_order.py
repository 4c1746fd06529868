"""Order that carries meaning is written as order: a mapping has none, but for the members of a row."""

from __future__ import annotations

import json
import random
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from compiler_bundles import US_OPEN, base_bundle, edit

from compiler.compilation import compile_bundle
from compiler.syntax.document import plain
from compiler.syntax.reader import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan

# The one mapping whose order means something: it numbers the persons of a row.
_ORDERED = "members"


def _plan(folder: Path) -> Plan:
    compiled = compile_bundle(folder)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan


def _shuffled(value: Any, dice: random.Random, key: str = "") -> Any:  # noqa: ANN401 - any value of YAML
    if isinstance(value, list):
        return [_shuffled(item, dice) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value) if key == _ORDERED else dice.sample(list(value), len(value))
    return {name: _shuffled(value[name], dice, name) for name in names}


@pytest.mark.parametrize("seed", range(4))
def test_shuffling_every_mapping_changes_no_key(seed: int, tmp_path: Path) -> None:
    """Every key of the shipped bundle, that of the plan included, is the same in any order."""
    folder, dice = tmp_path / "us_open", random.Random(seed)
    shutil.copytree(US_OPEN, folder)
    for path in sorted(folder.glob("*.yaml")):
        root = read_text(path.read_text("utf-8"), path.name).root
        assert root is not None
        path.write_text(json.dumps(_shuffled(plain(root), dice)), encoding="utf-8")
    before, after = _plan(US_OPEN), _plan(folder)
    assert [(n.address, n.key) for n in after.nodes] == [(n.address, n.key) for n in before.nodes]
    assert after.key == before.key
    assert after.metadata == before.metadata


def test_order_of_members_numbers_persons(tmp_path: Path) -> None:
    """It is the exception that the language documents."""
    folder = base_bundle(tmp_path / "bundle")
    before = _plan(folder).key
    head, spouse = "head: 1", "spouse: (spouse_age > 0)::int"
    edit(folder, "sources.yaml", f"members: {{{head}, {spouse}}}", f"members: {{{spouse}, {head}}}")
    assert _plan(folder).key != before


_INCOME = "      income: {targets: [taxable_interest_income], model: {kind: forest}}\n"
_COSTS = "      costs: {targets: [real_estate_taxes], after: [income], model: {kind: forest}}\n"


@pytest.mark.parametrize("after", ["", "after: [income], "])
def test_a_block_sees_only_what_it_comes_after(after: str, tmp_path: Path) -> None:
    """Also where `where` is a view of what another block draws: the order of the keys decides nothing."""
    keys = set()
    for number, swapped in enumerate((False, True)):
        folder = base_bundle(tmp_path / str(number))
        view = "{entity: person, type: bool, value: is_unit_head and taxable_interest_income >= 0}"
        edit(folder, "detail.yaml", "variables:\n", f"variables:\n  is_drawn: {view}\n")
        edit(folder, "detail.yaml", "where: is_unit_head", "where: is_drawn")
        costs = _COSTS.replace("after: [income], ", after)
        edit(folder, "detail.yaml", _INCOME + _COSTS, costs + _INCOME if swapped else _INCOME + costs)
        keys.add(_plan(folder).key)
        slices = _plan(folder).node("impute.detail.costs").inputs.frames["recipient"].columns["person"]
        drawn = slices["taxable_interest_income"].node == "impute.detail.income"
        assert drawn == bool(after)
    assert len(keys) == 1
