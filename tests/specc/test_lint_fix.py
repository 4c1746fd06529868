"""`specc lint --fix`: safe fixes, applied until there are none; everything else stays to the byte."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.compilation import compile_bundle
from compiler.load import spec_files
from specc.fixing import fixed

if TYPE_CHECKING:
    from cli_desk import Desk

BASE = Path(__file__).parents[1] / "compiler" / "cases" / "base"
FILES = sorted(path.name for path in BASE.glob("*.yaml"))
WORDS = [
    "",
    "x",
    "NO",
    "[",
    ", ",
    "\n",
    "  ",
    "#",
    "'",
    '"',
    "06",
    ": ",
    "é",
    "\r\n",
    "# specc: ignore[SPC507] y",
]
_IGNORE = "        - {columns: [blank], reason: empty}\n"
# A mistake (file, what stands in the base, what is written instead) whose fix gives back the base.
TYPOS = [
    ("bundle.yaml", "uprate: to_2023", "uprate: to_2032"),
    ("bundle.yaml", "engine: policyengine_us", "engine: policyengine_su"),
    ("bundle.yaml", "  period:", "  peroid:"),
    ("detail.yaml", "imputations:\n", "imputatoins:\n"),
    ("detail.yaml", "stored_weight: zero", "stored_weight: zeor"),
    ("detail.yaml", "halves: both, absent: create", "halves: both, absent: zero"),
    ("detail.yaml", "predictors: [age, unit_wages]", "predictors: [age, unit_wagse]"),
    ("detail.yaml", "predictors: [age, unit_wages]", "predictors: [age, unit_wages, age]"),
    ("detail.yaml", "value: tax_unit_role_input = 'HEAD'", "value: tax_unit_role_inptu = 'HEAD'"),
    ("targets.yaml", "Single: [SINGLE]", "Single: [SINGEL]"),
    ("targets.yaml", """'"Value"'""", """'"Valeu"'"""),
    ("sources.yaml", "w / 100.0, take", "w / 100.0, tkae"),
    ("sources.yaml", "{columns: [blank], ", "{columns: [blank, wages], "),
    ("sources.yaml", _IGNORE, f"{_IGNORE}        - {{columns: [wages], reason: empty}}   # not any more\n"),
    ("sources.yaml", "{variables: [real_estate_taxes],", "{variables: [zzz, real_estate_taxes],"),
    ("finish.yaml", "workers: 1}", "workers: 1}   # specc: ignore[SPC506] it was empty once"),
    ("finish.yaml", "exports:\n", "# specc: ignore[SPC507] nobody needs it\nexports:\n"),
]


def _changed(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(("file", "right", "wrong"), TYPOS, ids=[typo[2].strip() for typo in TYPOS])
def test_fix_gives_back_what_was_meant(desk: Desk, file: str, right: str, wrong: str) -> None:
    """The finding goes, and no other character of any file changes."""
    bundle = Path(shutil.copytree(BASE, desk.folder / "small"))
    _changed(bundle, file, right, wrong)
    ended = desk.specc("lint", "small", "--fix")
    assert desk.files("small") == {path.name: path.read_bytes() for path in BASE.iterdir()}
    assert (ended.code, ended.out) == (0, "no findings\n")
    assert ended.err == "1 finding fixed, 0 left\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("bundle.yaml", "name: small", "name: no", 'name: "no"'),
        ("targets.yaml", "{All: any,", "{NO: any,", '{"NO": any,'),
        (
            "targets.yaml",
            "sum: sum(employment",
            "sum: greatest(1, 0) * sum(employment",
            ": 'greatest(1, 0) * sum(",
        ),
    ],
)
def test_what_could_be_read_two_ways_is_quoted(
    desk: Desk, file: str, old: str, new: str, expected: str
) -> None:
    """As the help of SPC004 says."""
    bundle = Path(shutil.copytree(BASE, desk.folder / "small"))
    _changed(bundle, file, old, new)
    desk.specc("lint", "small", "--fix")
    text = (bundle / file).read_text("utf-8")
    assert expected in text or expected.replace("'", '"') in text
    assert [d for d in compile_bundle(bundle).diagnostics if d.code == "SPC004"] == []


def test_one_code_of_a_suppression_goes_the_other_stays(desk: Desk) -> None:
    """What is still needed keeps its reason."""
    bundle = Path(shutil.copytree(BASE, desk.folder / "small"))
    comment = "  # specc: ignore[SPC507, SPC506] a second one for later"
    _changed(bundle, "finish.yaml", "exports:\n", f"exports:\n{comment}\n  spare: {{parquet: spare}}\n")
    desk.specc("lint", "small", "--fix")
    assert "  # specc: ignore[SPC507] a second one for later\n" in (bundle / "finish.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        # A variable of the engine is no slip, however close a column of the frame comes to it.
        ("detail.yaml", "shared: {include: [taxable_int", "shared: {include: [tax_exempt_int"),
        # Two are close.
        ("detail.yaml", "predictors: [age, unit_wages]", "predictors: [age, is_unit_hed]"),
        # The new key is there already.
        ("bundle.yaml", "  seed: 7\n", "  seed: 7\n  sede: 8\n"),
        # It resembles a column: remove it, or correct it?
        ("sources.yaml", "{variables: [real_e", "{variables: [real_estate_taxs, real_e"),
        # An unused definition may be what somebody works on.
        ("finish.yaml", "exports:\n", "exports:\n  spare: {parquet: spare}\n"),
        # A comment would go with it.
        ("sources.yaml", "{columns: [blank],", "{columns: [blank, # why\n            wages],"),
    ],
)  # fmt: skip
def test_what_only_a_person_can_decide_is_left(desk: Desk, file: str, old: str, new: str) -> None:
    """The finding stays, the files too."""
    bundle = Path(shutil.copytree(BASE, desk.folder / "small"))
    _changed(bundle, file, old, new)
    before = desk.files("small")
    ended = desk.specc("lint", "small", "--fix")
    assert desk.files("small") == before
    assert "no findings" not in ended.out
    assert ended.err.startswith("0 findings fixed, ")


def test_diff_shows_and_writes_nothing(desk: Desk) -> None:
    """Standard output holds what is left, so that JSON stays JSON."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    before = desk.files("tiny")
    ended = desk.specc("lint", "tiny", "--fix", "--diff", "--format", "json")
    assert "+    - uprate: to_2023" in ended.err
    assert json.loads(ended.out) == []
    assert desk.files("tiny") == before
    assert desk.specc("lint", "tiny", "--diff").code == 3
    assert desk.specc("lint", "nowhere", "--fix").code == 3


def test_json_and_text_tell_of_the_fix(desk: Desk) -> None:
    """Title and exact edits, for editors to apply."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    (found,) = json.loads(desk.specc("lint", "tiny", "--format", "json").out)
    (edit,) = found["fix"]["edits"]
    assert (found["fix"]["title"], edit["text"], edit["line"]) == (
        "write `to_2023`",
        "to_2023",
        found["line"],
    )
    assert "= fix: write `to_2023` (specc lint --fix)" in desk.specc("lint", "tiny").out


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    st.sampled_from(FILES), st.integers(0, 2000), st.integers(0, 6),
    st.sampled_from(WORDS),
)  # fmt: skip
def test_fixing_breaks_no_syntax_and_a_second_time_changes_nothing(
    file: str, place: int, cut: int, word: str
) -> None:
    """Whatever somebody mistyped."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(BASE, Path(name) / "small"))
        text = (folder / file).read_text(encoding="utf-8")
        place %= len(text)
        broken = text[:place] + word + text[place + cut :]
        (folder / file).write_text(broken, encoding="utf-8", newline="")
        faults = len(spec_files(folder)[1])
        for rewrite in fixed(folder).rewrites:
            rewrite.path.write_bytes(rewrite.after.encode())
        assert len(spec_files(folder)[1]) <= faults
        assert fixed(folder).rewrites == []
