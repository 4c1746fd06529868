"""Compiler and runtime know the same operations."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tiny_bundle import constrained, repeated, with_draws, with_sets

import compiler
import runtime.operations
from compiler.compilation import compile_bundle
from compiler.plan.document import DRAWS, MAY_DRAW
from runtime.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.plan import Plan


def _emitted() -> set[tuple[str, int]]:
    """Return operation and version of every `Node(...)` that a step of the compiler writes."""
    found: set[tuple[str, int]] = set()
    for path in Path(compiler.__file__).with_name("steps").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Node":
                given = {word.arg: word.value for word in call.keywords}
                found.add((ast.literal_eval(given["operation"]), ast.literal_eval(given["version"])))
    return found


def test_every_operation_that_a_plan_can_name_is_there_and_no_other() -> None:
    """A new operation, or a new version of one, is added on both sides at once."""
    assert _emitted() == set(OPERATIONS)


def _plans(folder: Path) -> Iterator[Plan]:
    """Yield plans of the shipped bundles, and the tiny one with constraints, sets or draws, of a sample."""
    specs = Path(compiler.__file__).parents[1] / "specs"
    for bundle in (
        specs / "us_open",
        specs / "us_ecps",
        constrained(folder / "tiny"),
        with_sets(folder / "sets"),
        with_draws(folder / "draws", 2),
        repeated(folder / "repeated"),
    ):
        plan = compile_bundle(bundle, sample=0.5).plan
        assert plan is not None
        yield plan


def test_shipped_and_tested_bundles_use_them_all(tmp_path: Path) -> None:
    """What is carried out for people is what is tested here."""
    used = {(node.operation, node.version) for plan in _plans(tmp_path) for node in plan.nodes}
    assert used == set(OPERATIONS)


def test_whatever_draws_has_a_stream_of_its_own(tmp_path: Path) -> None:
    """Every drawing node of every plan names a stream, those that may draw may, and no two share one."""
    for plan in _plans(tmp_path):
        streams = {node.address: node.stream for node in plan.nodes if node.stream is not None}
        may = {node.address for node in plan.nodes if node.operation in DRAWS | MAY_DRAW}
        assert {node.address for node in plan.nodes if node.operation in DRAWS} <= set(streams) <= may
        assert len(set(streams.values())) == len(streams)


def test_a_node_that_draws_without_a_stream_cannot_be_made(tmp_path: Path) -> None:
    """Neither in the compiler nor by editing a plan."""
    for plan in _plans(tmp_path):
        for node in (node for node in plan.nodes if node.operation in DRAWS):
            with pytest.raises(ValueError, match=f"{node.address} draws at random .* names no stream"):
                replace(node, stream=None)


def test_operations_that_ask_for_randomness_are_those_that_may() -> None:
    """Their modules take a stream of their task, or import a module that does; no other operation's do."""
    folder = Path(runtime.operations.__file__).parent
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*.py")}
    asking = {name for name, text in texts.items() if "task.stream(" in text}
    operations = {name: run.__module__.rpartition(".")[2] for (name, _), run in OPERATIONS.items()}
    by_others = [f"from runtime.operations.{name} import" for name in asking - {*operations.values()}]
    asking |= {name for name, text in texts.items() if any(line in text for line in by_others)}
    assert asking & {*operations.values()} == {operations[name] for name in DRAWS | MAY_DRAW}
