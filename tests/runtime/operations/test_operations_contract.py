"""Compiler and runtime know the same operations."""

from __future__ import annotations

import ast
from pathlib import Path

import compiler
from compiler.compilation import compile_bundle
from runtime.operations import OPERATIONS


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


def test_the_shipped_bundle_uses_them_all() -> None:
    """What is carried out for people is what is tested here."""
    plan = compile_bundle(Path(compiler.__file__).parents[1] / "specs" / "us_open", sample=0.5).plan
    assert plan is not None
    assert {(node.operation, node.version) for node in plan.nodes} == set(OPERATIONS)
