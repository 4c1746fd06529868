"""JSON values compared place by place."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.plan.diff.attributes import attribute_changes
from compiler.plan.diff.wiring import follows


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["change a.b 1 2"]),
        ({"a": 1}, {"a": 1, "b": None}, ["add b None None"]),
        ({"a": ["x", "y"]}, {"a": ["y", "z"]}, ["remove a x None", "add a None z"]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, ["change a ['x', 'y'] ['y', 'x']"]),
        ({"a": [6, 12]}, {"a": [6, 13]}, ["change a [6, 12] [6, 13]"]),
        ({"a": [{"name": "n", "v": 1}]}, {"a": [{"name": "n", "v": 2}]}, ["change a.n.v 1 2"]),
        (
            {"a": [[{"name": "n", "v": 1}], [{"name": "m"}]]},
            {"a": [[{"name": "m"}], [{"name": "n", "v": 2}]]},
            ["change a.n.v 1 2"],
        ),
        (
            {"a": [[{"name": "n"}], [{"name": "m"}]]},
            {"a": [[{"name": "n"}, {"name": "m"}]]},
            ["change a [[{'name': 'n'}], [{'name': 'm'}]] [[{'name': 'n'}, {'name': 'm'}]]"],
        ),
        ({"a": [["n", "F", 1]]}, {"a": [["n", "F", 2]]}, ["change a.n ['n', 'F', 1] ['n', 'F', 2]"]),
        ({"a": 1}, {"a": True}, ["change a 1 True"]),
        ({"a": 1}, {"a": 1.0}, ["change a 1 1.0"]),
        ({"a": ("x",)}, {"a": ["x"]}, []),
    ],
)
def test_every_difference_is_named_by_its_path(before: Any, after: Any, expected: list[str]) -> None:  # noqa: ANN401 - any JSON
    """Mappings by key, named elements by name, texts by themselves, other lists as a whole."""
    changes = attribute_changes(before, after)
    assert [f"{c.op} {c.name} {c.before} {c.after}" for c in changes] == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # The only step of a path that may hold dots is told from several.
        ({"facts.views": "old"}, {"facts.views": "new"}, [True]),
        ({"facts.rows": "old"}, {}, [False]),
        ({"donor": {"rows": ["old"]}}, {"donor": {"rows": []}}, [True]),
        ({"donor": {"person": {"rows": "old"}}}, {"donor": {"person": {}}}, [False]),
        ({"donor": {"person": {"views": "old"}}}, {"donor": {"person": {"views": "new"}}}, [True]),
        ({"donor": {"views": {"v": "old"}}}, {"donor": {"views": {"v": "new"}}}, [False]),
    ],
)
def test_what_follows_is_known_by_its_place_not_by_its_name(
    before: dict[str, object], after: dict[str, object], expected: list[bool]
) -> None:
    """Targets and columns may be called `views` or `rows`."""
    changes = attribute_changes({"inputs": before}, {"inputs": after})
    assert [follows(change, {"old"}) for change in changes] == expected
