"""The documentation of the rules: complete, stable, and true of the compiler."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from compiler_bundles import CASES, case_bundle
from rule_examples import found

from compiler.codes import CODES, MAY_BE_IGNORED
from compiler.compilation import compile_bundle
from compiler.diagnostics import Severity
from compiler.rules import SECTIONS, Rule, rule, rules
from compiler.syntax.reader import read_text

ROOT = Path(__file__).parents[2]
STABLE = Path(__file__).parent / "codes.txt"
# What these say is about the text itself, so that their examples are no YAML of this language.
ABOUT_SYNTAX = {"SPC001", "SPC002", "SPC003", "SPC004", "SPC005"}
# What an example cannot do without: a mistake that somebody tries to ignore.
BESIDE = {"SPC903": {"SPC201"}}
BY_CODE = pytest.mark.parametrize("each", rules(), ids=lambda each: each.code)


def _emitted() -> set[str]:
    paths = [*(ROOT / "compiler").rglob("*.py"), *(ROOT / "specc").rglob("*.py")]
    code = [p for p in paths if p.name != "codes.py" and p.parent.name != "rules"]
    return {code for path in code for code in re.findall(r"\"(SPC\d{3})\"", path.read_text("utf-8"))}


def test_there_is_one_rule_for_every_code_that_can_be_said() -> None:
    """Neither a code without documentation, nor documentation of what is never said."""
    codes = [each.code for each in rules()]
    assert codes == sorted(set(codes))
    assert set(codes) == set(CODES) == _emitted()
    assert len(codes) >= 45


def test_every_rule_has_a_failing_case() -> None:
    """The folder of a golden case begins with the code."""
    covered = {case.name.partition("_")[0] for case in CASES.iterdir()}
    assert [each.code for each in rules() if each.code not in covered] == []


def test_codes_and_names_are_stable() -> None:
    """What stands in suppressions, searches and links of others does not change its meaning."""
    stable = dict(line.split() for line in STABLE.read_text("utf-8").splitlines())
    now = {each.code: each.name for each in rules()}
    gone = {code: name for code, name in stable.items() if now.get(code) != name}
    assert gone == {}, f"removed or renamed, which breaks suppressions and links of others: {gone}"
    assert now == stable, f"add the new codes to {STABLE.name}"
    assert len(set(now.values())) == len(now)


def test_every_module_is_called_like_its_rule() -> None:
    """Whoever looks for a rule finds it by its name."""
    modules = {path.stem for path in (ROOT / "compiler/rules").glob("*.py")} - {"__init__"}
    assert modules == {each.name.replace("-", "_") for each in rules()}


@BY_CODE
def test_documentation_has_its_four_sections(each: Rule) -> None:
    """A summary of one sentence, then what, why, an example, and what to write instead."""
    assert re.fullmatch(r"\S.{10,100}\.", each.summary)
    assert tuple(each.sections) == SECTIONS
    assert all(each.sections.values())
    assert each.snippets("Example")
    assert each.snippets("Instead")


@BY_CODE
def test_snippets_are_yaml_of_this_language(each: Rule) -> None:
    """The reader has nothing to say of a snippet, unless it is an example of what the reader refuses."""
    shown = each.snippets("Instead")
    if each.code not in ABOUT_SYNTAX:
        shown += each.snippets("Example")
    assert [d.message for text in shown for d in read_text(text, "snippet.yaml").diagnostics] == []


@BY_CODE
def test_example_is_found_by_its_rule(each: Rule, tmp_path: Path) -> None:
    """Laid over a clean bundle, the example gives its own finding and no other error."""
    said = found(each.snippets("Example"), tmp_path / "bundle")
    assert each.code in {d.code for d in said}
    errors = {d.code for d in said if d.severity is Severity.ERROR}
    assert errors - {each.code} == BESIDE.get(each.code, set())


@BY_CODE
def test_what_to_write_instead_is_free_of_errors(each: Rule, tmp_path: Path) -> None:
    """Laid over the same bundle, the remedy gives neither that finding nor any error."""
    left = found(each.snippets("Instead"), tmp_path / "bundle")
    assert [d.message for d in left if d.code == each.code or d.severity is Severity.ERROR] == []


def test_findings_weigh_what_the_table_of_codes_says(tmp_path: Path) -> None:
    """Severity has one source, wherever in the compiler a finding is made."""
    for case in CASES.glob("SPC*"):
        for finding in compile_bundle(case_bundle(case, tmp_path / case.name / "bundle")).diagnostics:
            assert finding.severity is CODES[finding.code].severity, finding


def test_rule_says_what_the_table_of_codes_says() -> None:
    """Name, severity and whether it may be ignored come from the table."""
    unused = rule("SPC507")
    assert unused.name == "unused-definition"
    assert unused.severity is Severity.WARNING
    assert unused.may_be_ignored
    assert {each.code for each in rules() if each.may_be_ignored} == MAY_BE_IGNORED


def test_unknown_code_has_no_rule() -> None:
    """Nothing is made up for a code that the compiler cannot say."""
    with pytest.raises(KeyError, match="SPC999"):
        rule("SPC999")
