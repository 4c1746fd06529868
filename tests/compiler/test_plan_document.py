"""`plan.json`: it is read back as it was written, and an edited one is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from compiler_bundles import base_bundle

from compiler.compilation import compile_bundle
from compiler.plan import Plan, canonical, digest
from compiler.plan.reading import plan_from_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(name="plan")
def _plan(tmp_path: Path) -> Plan:
    plan = compile_bundle(base_bundle(tmp_path / "bundle")).plan
    assert plan is not None
    return plan


def test_plan_is_read_back_as_it_was_written(plan: Plan) -> None:
    """Reading gives an equal plan, and writing that gives equal bytes."""
    assert plan_from_json(plan.to_json()) == plan
    assert plan_from_json(plan.to_json()).to_json() == plan.to_json()


def _parameter(document: dict[str, Any]) -> None:
    document["nodes"][1]["parameters"]["where"] = "true"


def _input(document: dict[str, Any]) -> None:
    document["nodes"][1]["inputs"]["artifacts"]["file"] = "file.other"


def _output(document: dict[str, Any]) -> None:
    document["nodes"][1]["outputs"]["person"].pop()


def _seed(document: dict[str, Any]) -> None:
    document["seed"] += 1


def _key(document: dict[str, Any]) -> None:
    document["key"] = "0" * 64


def _node_key(document: dict[str, Any]) -> None:
    document["nodes"][0]["key"] = "0" * 64


def _order(document: dict[str, Any]) -> None:
    document["nodes"].reverse()


def _dropped(document: dict[str, Any]) -> None:
    document["nodes"].pop()


def _format(document: dict[str, Any]) -> None:
    document["format"] = 2


@pytest.mark.parametrize(
    "tamper", [_parameter, _input, _output, _seed, _key, _node_key, _order, _dropped, _format]
)
def test_edited_plan_is_refused(plan: Plan, tamper: Callable[[dict[str, Any]], None]) -> None:
    """Whatever decides results is covered by the keys."""
    document = json.loads(plan.to_json())
    tamper(document)
    with pytest.raises(ValueError, match="plan"):
        plan_from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "not json"])
def test_text_that_is_no_plan_is_refused(text: str) -> None:
    """ValueError, with words that say what to do, and nothing else."""
    with pytest.raises(ValueError, match="plan"):
        plan_from_json(text)


def test_nodes_stand_behind_what_they_read(plan: Plan) -> None:
    """A plan can be run from top to bottom."""
    done: set[str] = set()
    for node in plan.nodes:
        assert node.inputs.nodes() <= done
        done.add(node.address)


def test_places_are_said_from_the_bundle(plan: Plan) -> None:
    """A plan does not depend on the folder it was made in."""
    assert {node.place.partition(":")[0] for node in plan.nodes} <= {
        "sources.yaml", "tables.yaml", "detail.yaml", "uprating.yaml", "targets.yaml", "finish.yaml",
    }  # fmt: skip


def test_equal_values_have_equal_digests_whatever_their_order() -> None:
    """Keys of a mapping are sorted; lists keep their order."""
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    assert canonical({"ü": "🙂"}) == '{"ü":"🙂"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [-float("inf")]])
def test_value_without_json_has_no_digest(value: object) -> None:
    """NaN and infinities would be written as something that is no JSON."""
    with pytest.raises(ValueError, match="JSON compliant"):
        digest(value)
