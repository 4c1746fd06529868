"""The examples of the language reference: each is laid over the base of the golden cases, and compiles."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rule_examples import found

from compiler.diagnostics import Severity
from compiler.model.recipe import KINDS, SINGLE
from compiler.syntax.reader import read_text

EXAMPLES = Path(__file__).parents[2] / "compiler" / "model" / "examples"
# What the example of `use:` uses.
LIBRARY = Path(__file__).parent / "cases" / "clean_used_from_a_library" / "common"


@pytest.mark.parametrize("kind", [*SINGLE, *KINDS])
def test_every_kind_has_an_example_that_compiles(kind: str, tmp_path: Path) -> None:
    """A file called like the kind, which declares that kind and gives no error."""
    text = (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")
    root = read_text(text, "example.yaml").root
    assert list(getattr(root, "entries", {})) == [kind]
    shutil.copytree(LIBRARY, tmp_path / "common")
    said = found((text,), tmp_path / "bundle")
    assert [d.message for d in said if d.severity is Severity.ERROR] == []
