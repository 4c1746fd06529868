"""The examples of the language reference: each is laid over the base of the golden cases, and compiles."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_examples import found

from compiler.diagnostics import Severity
from compiler.model.recipe import KINDS
from compiler.syntax.reader import read_text

EXAMPLES = Path(__file__).parents[2] / "compiler" / "model" / "examples"


@pytest.mark.parametrize("kind", ["bundle", *KINDS])
def test_every_kind_has_an_example_that_compiles(kind: str, tmp_path: Path) -> None:
    """A file called like the kind, which declares that kind and gives no error."""
    text = (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")
    root = read_text(text, "example.yaml").root
    assert list(getattr(root, "entries", {})) == [kind]
    said = found((text,), tmp_path / "bundle")
    assert [d.message for d in said if d.severity is Severity.ERROR] == []
