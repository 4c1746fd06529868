"""The page about bake-offs shows what the command prints, and names every metric."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import get_args

import pytest

from compiler.compilation import compile_bundle
from compiler.model.trials import Metric
from specc.cli import main

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = (_ROOT / "docs" / "bakeoffs.md").read_text(encoding="utf-8")
_ALL = re.findall(r"^```(\w+)\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)
# The first of each language: the example that is carried out.
_BLOCKS = dict(reversed(_ALL))
_TIMES = re.compile(r"^( {2}\w*seconds| {2}peak_bytes)")


def _without_times(text: str) -> list[str]:
    """Return the lines up to what cells took, which no two machines agree on, spaces and marks aside."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if _TIMES.match(line))
    return [" ".join(line.split()) for line in lines[:first] if not line.lstrip().startswith("-")]


def test_the_example_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Word for word, but for times and memory."""
    shutil.copytree(_ROOT / "docs" / "tutorial" / "town", tmp_path / "town")
    (tmp_path / "town" / "bakeoffs.yaml").write_text(_BLOCKS["yaml"], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPECC_STORE", raising=False)
    assert main(shlex.split(_BLOCKS["sh"])[1:]) == 0
    assert _without_times(capsys.readouterr().out) == _without_times(_BLOCKS["text"])


@pytest.mark.parametrize("metric", get_args(get_args(Metric)[0]))
def test_every_metric_stands_in_the_table(metric: str) -> None:
    """A new one is explained where people choose."""
    (table,) = re.findall(r"^\| metric .*?\n\n", _PAGE, re.MULTILINE | re.DOTALL)
    assert f"`{metric}`" in table


def test_facts_of_the_page_can_be_said_in_its_example(tmp_path: Path) -> None:
    """The snippet about `downstream`, in the place of the metrics of the example."""
    (snippet,) = (text for language, text in _ALL if language == "yaml" and "downstream:" in text)
    said = re.sub(r"^    metrics: .*\n(?=    folds)", snippet, _BLOCKS["yaml"], flags=re.MULTILINE)
    said = said[: said.index("    rare_cells:")]
    shutil.copytree(_ROOT / "docs" / "tutorial" / "town", tmp_path / "town")
    (tmp_path / "town" / "bakeoffs.yaml").write_text(said, encoding="utf-8")
    compilation = compile_bundle(tmp_path / "town")
    assert compilation.diagnostics == []
    cell = compilation.bakeoffs["rates"].cells[0].node.parameters
    assert cell["metrics"] == ["crps", "downstream"]
    assert [name for name, fact in cell["downstream"]["facts"].items() if fact["role"] == "holdout"] == [
        "high",
        "rates_of_old",
    ]
