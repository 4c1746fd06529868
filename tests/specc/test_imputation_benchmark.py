"""The pages of the imputation benchmark say what was measured, who won, and who could not be run and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.imputation import growth, sizes_page
from benchmarks.imputation.data import TARGETS
from benchmarks.imputation.methods import Case
from benchmarks.imputation.report import Line, Section, page
from benchmarks.imputation.rivals import AbsentError, Rival, environment
from benchmarks.imputation.scores import Scores
from benchmarks.imputation.sizes import Size, Taken
from runtime.imputation.trials.scores import known_metrics

if TYPE_CHECKING:
    from pathlib import Path


def _line(kind: str, by_name: dict[str, float | None], crps: float = 1.0) -> Line:
    each = np.full(len(TARGETS), crps)
    summaries: dict[str, float | None] = {name: by_name.get(name, 0.5) for name in known_metrics()}
    scores = Scores(summaries, each, each, each)
    return Line(Case(f"the {kind}", kind, {}), (10, 20), 1.0, 1.0, 4.0, 0.1, scores)


def test_a_page_says_where_a_rival_wins_and_nothing_where_both_are_equal() -> None:
    """Of coverage more is better; who has no score does not win."""
    ours = _line("forest", {"crps": 0.2, "prdc": 0.9})
    rival = _line("qrf", {"crps": 0.3, "prdc": 0.95, "ks": 0.1, "downstream": None}, crps=2.0)
    text = page((Section("Ours and theirs", (ours, rival)),), draws=5, cores=2, rivals="")
    assert "It wins on: `ks`, `prdc`. It has the lower CRPS on 0 of 13 targets." in text
    assert "| `crps` | **0.2000** | 0.3000 |" in text
    assert "| `prdc` | 0.9000 | **0.9500** |" in text
    assert "| `downstream` | **0.5000** | - |" in text


def test_a_page_says_who_was_not_run_and_why() -> None:
    """A row that is missing without a word would be taken for one that nobody thought of."""
    section = Section("Alone", (_line("forest", {}),), ("microimpute 9, because there is no Python 9",))
    assert "Not run: microimpute 9, because there is no Python 9." in page((section,), 5, 2, "")


def test_a_rival_without_its_python_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither does the benchmark fail, nor does it run another version in its place."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AbsentError, match=r"neither uv nor a python2\.9 that runs is on PATH"):
        environment(Rival("0.2.5", "2.9"), tmp_path / "environments")
    broken = tmp_path / "python2.9"
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    with pytest.raises(AbsentError, match=r"python2\.9 that runs"):
        environment(Rival("0.2.5", "2.9"), tmp_path / "environments")


def test_sizes_that_are_not_measured_again_stay_on_their_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is measured again takes the place of what was there."""
    seconds = iter((1.0, 2.0, 3.0, 4.0))

    def take(_: Path, case: Case, size: Size) -> Taken:
        return Taken(case, size, next(seconds), 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.2)

    monkeypatch.setattr(sizes_page, "take", take)
    output = tmp_path / "SIZES.md"
    sizes_page.write_sizes(tmp_path, output, ["large", "medium"])
    sizes_page.write_sizes(tmp_path, output, ["large"])
    lines = [line.split(" | ") for line in output.read_text(encoding="utf-8").splitlines() if " | " in line]
    assert [(row[2], row[4]) for row in lines[2:]] == [("865,000", "2.0"), ("3,400,000", "3.0")]


def test_exponents_are_those_of_the_figures() -> None:
    """What takes twice as long for twice as many has 1, what takes four times as long 2."""
    base = Taken(Case("forest", "forest", {}), Size(1, 1, 1), 0, 0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.2)
    grown = [replace(base, size=Size(n, 1, 1), fit_cpu=n, draw_cpu=n**2) for n in (100, 200, 800)]
    assert "| donors | 1.00 | 2.00 |" in growth._exponents({"donors": grown})
