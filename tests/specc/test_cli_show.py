"""`specc show` and `specc graph`: one variable through the plan, and the plan as a drawing."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli_desk import Desk

_SHOWN = """\
employment_income_before_lsr: in policyengine_us person, float, currency-USD, year, input
written by, in this order
  source.people   population  person  all rows  sources.yaml:21:9
  uprate.to_2023  uprate      person  all rows  bundle.yaml:18:3
read by
  uprate.to_2023   frame  as written by source.people   bundle.yaml:18:3
  export.tables    frame  as written by uprate.to_2023  bundle.yaml:41:3
  validate.totals  frame  as written by uprate.to_2023  bundle.yaml:44:3
exported by
  export.tables: tables
"""


def test_show_tells_the_life_of_a_variable(desk: Desk) -> None:
    """Engine facts, writers, readers, exports, each with its line in the spec."""
    ended = desk.specc("show", "employment_income_before_lsr", "tiny")
    assert (ended.code, ended.out) == (0, _SHOWN)


def test_show_proposes_the_variable_that_was_meant(desk: Desk) -> None:
    """A name that no step makes ends with 3."""
    ended = desk.specc("show", "employment_income_before_lrs", "tiny")
    assert (ended.code, ended.out) == (3, "")
    assert "did you mean `employment_income_before_lsr`?" in ended.err


def test_show_says_of_what_the_engine_computes_a_variable(desk: Desk) -> None:
    """Who asks for a sum is told which part of it the bundle makes."""
    ended = desk.specc("show", "employment_income", "tiny")
    assert (ended.code, ended.out) == (3, "")
    assert "policyengine_us computes it, of `employment_income_before_lsr`" in ended.err
    assert "by a formula" in desk.specc("show", "rent", "tiny").err


def test_graph_draws_in_both_languages(desk: Desk) -> None:
    """Mermaid for Markdown by default, DOT for Graphviz."""
    drawn = desk.specc("graph", "tiny").out
    assert drawn.startswith("flowchart LR\n")
    assert '["calibrate.by_age"]' in drawn
    assert desk.specc("graph", "tiny", "--format", "dot").out.startswith('digraph "tiny" {\n')


def test_a_bundle_with_errors_is_neither_shown_nor_drawn(desk: Desk) -> None:
    """Its findings are printed instead."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    for command in (["show", "age", "tiny"], ["graph", "tiny"]):
        ended = desk.specc(*command)
        assert (ended.code, ended.out) == (1, "")
        assert "error[SPC201]" in ended.err


def test_lint_and_plan_load_nothing_of_the_comparison(desk: Desk) -> None:
    """Comparing, drawing and git are imported when they are asked for."""
    script = (
        "import sys; from specc.cli import main; main(sys.argv[1:]); "
        "print([m for m in sys.modules if m.startswith(('compiler.plan.diff', 'compiler.plan.graph',"
        " 'compiler.plan.life', 'specc.git', 'specc.against'))], file=sys.stderr)"
    )
    for command in ("lint", "plan"):
        words = [sys.executable, "-c", script, command, str(desk.bundle)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert done.stderr.strip().endswith("[]")


def test_a_run_adds_the_numbers_after_every_step(desk: Desk) -> None:
    """Rows, missing ones, weighted total with the weight of then, mean and quantiles."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    shown = desk.specc("show", "employment_income_before_lsr", "tiny", "--run", "out")
    assert shown.code == 0
    lines = [line.split() for line in shown.out.splitlines()[shown.out.splitlines().index(_NUMBERS) + 3 :]]
    assert [line[0] for line in lines] == ["source.people", "uprate.to_2023", "export.tables"]
    assert lines[0][1:4] == ["all", "80", "-"]
    assert "$395.1 m" in shown.out
    assert "$421.4 m" in shown.out


_NUMBERS = "in out, with the weight that stands after the step"


def test_numbers_of_another_bundles_run_are_refused(desk: Desk) -> None:
    """Its variables are others, whatever they are called."""
    desk.specc("run", "tiny", "--out", "out", "--quiet")
    desk.edit("bundle.yaml", "tiny", "other")
    ended = desk.specc("show", "age", "tiny", "--run", "out")
    assert (ended.code, "out is a run of tiny, not of other" in ended.err) == (3, True)
