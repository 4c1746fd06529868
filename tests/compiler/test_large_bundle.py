"""A bundle of 1,500 lines: clean as it is generated, and every one of many mistakes found in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.compiler.generated import misspell, write_bundle
from compiler.compilation import compile_bundle

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = 670


def test_a_generated_bundle_has_no_findings(tmp_path: Path) -> None:
    """What lint and plan are measured on compiles."""
    lines = write_bundle(tmp_path, VARIABLES)
    compiled = compile_bundle(tmp_path)
    assert lines > 1_400
    assert compiled.diagnostics == []
    assert compiled.plan is not None


def test_fifty_mistakes_are_found_at_their_lines_in_one_go(tmp_path: Path) -> None:
    """Each is reported once, with its name and the name that was meant, and nothing else is."""
    write_bundle(tmp_path, VARIABLES)
    lines = misspell(tmp_path, 50)
    found = compile_bundle(tmp_path).diagnostics
    assert [(d.span.file, d.span.line, d.code) for d in found] == [
        ((tmp_path / "targets.yaml").as_posix(), line, "SPC202") for line in lines
    ]
    assert len(lines) == 50
    wrong = [d.message.split("`")[1] for d in found]
    assert all(f"`{name.removesuffix('s')}`" in (d.help or "") for name, d in zip(wrong, found, strict=True))
