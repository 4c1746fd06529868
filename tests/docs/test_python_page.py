"""The pages about Python and the README's example do what they say they do."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _walk(text: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Run the blocks in order; return what each text promised beside what the code before it printed."""
    compared, printed = [], ""
    for kind, block in _BLOCK.findall(text):
        if kind == "python":
            with redirect_stdout(StringIO()) as said:
                exec(block, given)  # noqa: S102 - a page of this repository
            printed = said.getvalue()
        else:
            compared.append((block, printed))
    return compared


@pytest.mark.parametrize("page", ["python.md", "calibration.md"])
def test_the_page_prints_what_it_shows(page: str) -> None:
    """Every block is run, and every output compared."""
    compared = _walk((ROOT / "docs" / page).read_text(encoding="utf-8"), {})
    assert len(compared) >= 5
    for promised, printed in compared:
        assert printed == promised


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On two surveys in files, as it says."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## From Python\n")[1].split("\n## ")[0]
    head = "age,region,weight"
    (tmp_path / "survey.csv").write_text(
        f"{head},wage,sector\n" + "30,hills,2.0,10,shop\n50,coast,1.0,0,none\n" * 9
    )
    (tmp_path / "households.csv").write_text("age,region\n40,hills\n20,coast\n")
    monkeypatch.chdir(tmp_path)
    given: dict[str, Any] = {}
    _walk(section, given)
    assert [frame.columns for frame in given["draws"]] == [["age", "region", "wage", "sector"]] * 5
