"""`specc plan --against`: what differs from the bundle at a git ref, or from a saved plan."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specc.git import OF_A_HOOK

if TYPE_CHECKING:
    from cli_desk import Desk

BASE = Path(__file__).parents[1] / "compiler" / "cases" / "base"
GOLDEN = Path(__file__).parent / "golden"
_COSTS = "costs: {targets: [real_estate_taxes], after: [income], model: {kind: forest}}"
_EDITS = {
    "trees": [("detail.yaml", _COSTS, _COSTS.replace("forest", "forest, trees: 200"))],
    "role": [("targets.yaml", "count: tax_unit}", "count: tax_unit, role: holdout}")],
    "surface": [
        ("detail.yaml", "  donor_only: {include: [real_estate_taxes]}\n", ""),
        ("detail.yaml", "    override: {surface: donor_only, halves: both, absent: create}\n", ""),
        ("detail.yaml", f"      {_COSTS}\n", ""),
        ("uprating.yaml", ", real_estate_taxes", ""),
    ],
    "moved": [
        (
            "detail.yaml",
            "imputations:\n  detail:",
            "moved: {imputations: {detail: drawn}, variables: {old_age: age}}\nimputations:\n  drawn:",
        ),
        ("detail.yaml", "imputation: detail", "imputation: drawn"),
    ],
    "renamed": [
        ("detail.yaml", "imputations:\n  detail:", "imputations:\n  drawn:"),
        ("detail.yaml", "imputation: detail", "imputation: drawn"),
    ],
    "metadata": [("sources.yaml", "title: Tax units of income year 2012", 'title: "<b>|`units`"')],
}


def _edit(folder: Path, name: str) -> None:
    for file, old, new in _EDITS[name]:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def small(desk: Desk) -> Path:
    """Give a bundle with an imputation, and the plan of it as `plan.json`."""
    shutil.copytree(BASE, desk.folder / "small")
    assert desk.specc("plan", "small", "--out", "plan.json").code == 0
    return desk.folder / "small"


@pytest.fixture
def repository(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the same bundle in a git repository, one commit on the branch `main`."""
    for name in OF_A_HOOK:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(small.parents[1]))
    _git(small.parent, "init", "--quiet", "--initial-branch=main")
    _git(small.parent, "add", "small")
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    _git(small.parent, *author, "commit", "--quiet", "--message", "First")
    return small


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)  # noqa: S607 - git on PATH


@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize("name", list(_EDITS))
def test_a_difference_reads_as_it_should(desk: Desk, small: Path, name: str, form: str) -> None:
    """The golden outputs; `SPECC_UPDATE_GOLDEN=1` writes them, to be read before they are committed."""
    _edit(small, name)
    shown = desk.specc("plan", "small", "--against", "plan.json", "--format", form).out
    golden = GOLDEN / f"plan_diff_{name}.{'md' if form == 'markdown' else 'txt'}"
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def test_more_trees_in_one_block_take_fewer_than_fifteen_lines(desk: Desk, small: Path) -> None:
    """A small edit makes a small text."""
    _edit(small, "trees")
    shown = desk.specc("plan", "small", "--against", "plan.json").out
    assert "model.trees: 100 -> 200" in shown
    assert len(shown.splitlines()) < 15


@pytest.mark.parametrize(("name", "code"), [("trees", 2), ("metadata", 2), (None, 0)])
def test_the_detailed_exit_code_says_whether_something_differs(
    desk: Desk, small: Path, name: str | None, code: int
) -> None:
    """0 or 2 with the option, 0 without; the sentence says it too."""
    if name is not None:
        _edit(small, name)
    detailed = desk.specc("plan", "small", "--against", "plan.json", "--detailed-exitcode")
    assert detailed.code == code
    assert desk.specc("plan", "small", "--against", "plan.json").code == 0
    assert ("No changes." in detailed.out) == (code == 0)


def test_json_is_what_text_shows(desk: Desk, small: Path) -> None:
    """Every changed node, place and total of the structure stands in the text."""
    _edit(small, "surface")
    text = desk.specc("plan", "small", "--against", "plan.json").out
    diff = json.loads(desk.specc("plan", "small", "--against", "plan.json", "--format", "json").out)
    assert diff["change_class"] == "surface"
    for node in diff["nodes"]:
        assert (node["address"] in text) or node["action"] == "reuse"
        assert (node["place"] in text) or node["action"] in ("reuse", "rerun")
    for variable in diff["surface"]:
        assert f"{variable['variable']} ({variable['entity']})" in text
    assert f"{diff['totals']['actions']['remove']} removed" in text
    assert f"{diff['totals']['actions']['reuse']} reused" in text


@pytest.mark.parametrize("ref", ["HEAD", "main", "main~0"])
def test_a_git_ref_is_the_bundle_as_it_stood_there(desk: Desk, repository: Path, ref: str) -> None:
    """Nothing is checked out: the edited bundle stays edited, and places are the bundle's own."""
    assert "No changes." in desk.specc("plan", "small", "--against", ref).out
    _edit(repository, "trees")
    ended = desk.specc("plan", "small", "--against", ref, "--detailed-exitcode")
    assert ended.code == 2
    assert "model.trees: 100 -> 200" in ended.out
    assert "trees: 200" in (repository / "detail.yaml").read_text(encoding="utf-8")


def test_a_ref_of_an_older_language_is_migrated_before_it_is_compared(desk: Desk, repository: Path) -> None:
    """History does not end where the language changes; the comparison shows what changed beside it."""
    spec = repository / "bundle.yaml"
    today = spec.read_text("utf-8")
    spec.write_text(today.replace("language: 2", "language: 1"), encoding="utf-8")
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    _git(repository.parent, *author, "commit", "--quiet", "--all", "--message", "Older")
    spec.write_text(today, encoding="utf-8")
    assert "No changes." in desk.specc("plan", "small", "--against", "HEAD").out


def test_a_bundle_is_found_whatever_its_folder_is_called(desk: Desk, repository: Path) -> None:
    """Spaces, accents and what git takes for a pattern; and the top of a repository."""
    odd = desk.folder / "b é [1]*"
    shutil.copytree(repository, odd)
    _git(odd, "init", "--quiet", "--initial-branch=main")
    _git(repository.parent, "mv", "small", "c é [2]*")
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    for folder in (odd, desk.folder / "c é [2]*"):
        _git(folder, "add", ".")
        _git(folder, *author, "commit", "--quiet", "--message", "Odd")
        assert "No changes." in desk.specc("plan", folder, "--against", "HEAD").out


def test_reference_files_are_those_of_the_ref(desk: Desk, repository: Path) -> None:
    """A list that was shorter then is read as it was; what nobody names below the bundle is left there."""
    shared = "shared: {include: [taxable_interest_income]}"
    text = (repository / "detail.yaml").read_text(encoding="utf-8")
    rest = text.replace(shared, "shared: {reference: lists/theirs.yaml, include: rest}")
    (repository / "detail.yaml").write_text(rest, encoding="utf-8")
    theirs = repository / "lists" / "theirs.yaml"
    theirs.parent.mkdir()
    theirs.write_text("- taxable_interest_income\n", encoding="utf-8")
    (repository / "lists" / "link.yaml").symlink_to("/etc/hostname")
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    _git(repository, "add", ".")
    _git(repository, *author, "commit", "--quiet", "--message", "Rest")
    theirs.write_text("- taxable_interest_income\n- alimony_income\n", encoding="utf-8")
    exclude = "include: rest, exclude: {alimony_income: {reason: intentional_divergence, note: repealed}}"
    (repository / "detail.yaml").write_text(rest.replace("include: rest", exclude), encoding="utf-8")
    ended = desk.specc("plan", "small", "--against", "HEAD")
    assert (ended.code, "No changes." in ended.out) == (0, True), ended.err
    (repository / "detail.yaml").write_text(text, encoding="utf-8")
    assert "No changes." in desk.specc("plan", "small", "--against", "HEAD").out


def test_a_reference_that_was_a_link_ends_with_3(desk: Desk, repository: Path) -> None:
    """A link of an old commit is not followed either, wherever it leads."""
    text = (repository / "detail.yaml").read_text(encoding="utf-8")
    shared = "shared: {include: [taxable_interest_income]}"
    linked = text.replace(shared, "shared: {reference: lists/link.yaml, include: rest}")
    (repository / "detail.yaml").write_text(linked, encoding="utf-8")
    (repository / "lists").mkdir()
    (repository / "lists" / "link.yaml").symlink_to("/etc/hostname")
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    _git(repository, "add", ".")
    _git(repository, *author, "commit", "--quiet", "--message", "Link")
    (repository / "detail.yaml").write_text(text, encoding="utf-8")
    ended = desk.specc("plan", "small", "--against", "HEAD")
    assert ended.code == 3
    assert "lists/link.yaml is no plain file at HEAD" in ended.err


def test_a_plan_knows_the_reference_files_it_was_made_from(desk: Desk, small: Path) -> None:
    """Their digests stand beside those of the spec files, so that an edit of a list makes the plan stale."""
    text = (small / "detail.yaml").read_text(encoding="utf-8")
    shared = "shared: {include: [taxable_interest_income]}"
    rest = text.replace(shared, "shared: {reference: lists/theirs.yaml, include: rest}")
    (small / "detail.yaml").write_text(rest, encoding="utf-8")
    (small / "lists").mkdir()
    (small / "lists" / "theirs.yaml").write_text("- taxable_interest_income\n", encoding="utf-8")
    assert desk.specc("plan", "small", "--out", "plan.json").code == 0
    assert "lists/theirs.yaml" in desk.json("plan.json")["metadata"]["specs"]["files"]
    longer = "- taxable_interest_income\n- alimony_income\n"
    (small / "lists" / "theirs.yaml").write_text(longer, encoding="utf-8")
    ended = desk.specc("run", "plan.json", "--store", "store", "--out", "out")
    assert ended.code == 5
    assert "lists/theirs.yaml" in ended.err


def test_both_sides_are_planned_with_the_same_sample(desk: Desk, repository: Path) -> None:
    """A sample is no difference between the bundle and what it was."""
    assert repository.is_dir()
    ended = desk.specc("plan", "small", "--against", "HEAD", "--sample", "50%")
    assert "No changes." in ended.out


@pytest.mark.parametrize("ref", ["nowhere", "main:small", "-h", "--all"])
def test_a_ref_that_is_none_ends_with_3(desk: Desk, repository: Path, ref: str) -> None:
    """The remedy says how refs come, and what to compare with otherwise; nothing becomes an option of git."""
    assert repository.is_dir()
    ended = desk.specc("plan", "small", f"--against={ref}")
    assert (ended.code, ended.out) == (3, "")
    assert f"`{ref}` is neither a file, nor a folder, nor a git ref" in ended.err
    assert "git fetch" in ended.err


def test_a_bundle_that_was_not_there_yet_ends_with_3(desk: Desk, repository: Path) -> None:
    """`tiny` was never committed."""
    assert repository.is_dir()
    ended = desk.specc("plan", "tiny", "--against", "HEAD")
    assert ended.code == 3
    assert "tiny holds no bundle at HEAD" in ended.err


def test_a_bundle_that_had_errors_there_ends_with_3(desk: Desk, repository: Path) -> None:
    """The first error is named with its place at the ref."""
    detail = repository / "detail.yaml"
    right = detail.read_text(encoding="utf-8")
    detail.write_text(right.replace("surface: shared", "surface: shread"), encoding="utf-8")
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    _git(repository, *author, "commit", "--quiet", "--all", "--message", "Broken")
    detail.write_text(right, encoding="utf-8")
    ended = desk.specc("plan", "small", "--against", "HEAD")
    assert ended.code == 3
    assert "small had errors at HEAD" in ended.err
    assert "at: HEAD:detail.yaml:" in ended.err


def test_a_folder_without_history_ends_with_3(
    desk: Desk, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A git-less checkout can still compare with a plan."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(small.parents[1]))
    ended = desk.specc("plan", "small", "--against", "main")
    assert ended.code == 3
    assert "not a git repository" in ended.err
    assert "git fetch" in ended.err


@pytest.mark.parametrize("file", ["nowhere.json", "small/bundle.yaml"])
def test_a_file_that_is_no_plan_ends_with_3(desk: Desk, small: Path, file: str) -> None:
    """The remedy is the command that writes one."""
    assert small.is_dir()
    ended = desk.specc("plan", "small", "--against", file)
    assert ended.code == 3
    assert "specc plan BUNDLE --out plan.json" in ended.err


@pytest.mark.parametrize("options", [["--detailed-exitcode"], ["--format", "markdown"], ["--summary"]])
def test_options_of_a_comparison_need_one(desk: Desk, options: list[str]) -> None:
    """They say which option is missing."""
    ended = desk.specc("plan", "tiny", *options)
    assert ended.code == 3
    assert "--against" in ended.err


def test_the_plan_that_is_overwritten_is_compared_with_first(desk: Desk, small: Path) -> None:
    """`--against plan.json --out plan.json` shows the difference, then writes the new plan."""
    _edit(small, "trees")
    command = ["plan", "small", "--against", "plan.json", "--out", "plan.json"]
    assert "model.trees: 100 -> 200" in desk.specc(*command).out
    assert "No changes." in desk.specc(*command).out


def test_a_run_is_the_plan_that_it_carried_out(desk: Desk) -> None:
    """The folder that `specc run` published is compared with; what changed since is shown."""
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    assert "No changes." in desk.specc("plan", "tiny", "--against", "out").out
    desk.edit("bundle.yaml", "seed: 7", "seed: 8")
    ended = desk.specc("plan", "tiny", "--against", "out", "--detailed-exitcode")
    assert ended.code == 2
    assert "seed: 7 -> 8" in ended.out


def test_a_folder_that_is_no_run_ends_with_3(desk: Desk) -> None:
    """A bundle is a folder too; the remedy says how to name a branch that is called like a folder."""
    ended = desk.specc("plan", "tiny", "--against", "tiny")
    assert (ended.code, ended.out) == (3, "")
    assert "tiny is a folder, and no `specc run` published it" in ended.err
    assert "refs/heads/NAME" in ended.err


def test_a_run_whose_plan_was_exchanged_ends_with_3(desk: Desk) -> None:
    """Its manifest vouches for another plan, or for none, or the plan is gone."""
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    assert desk.specc("plan", "tiny", "--sample", "50%", "--out", "out/plan.json").code == 0
    ended = desk.specc("plan", "tiny", "--against", "out")
    assert (ended.code, "is not the plan that run.manifest.json vouches for" in ended.err) == (3, True)
    (desk.folder / "out/run.manifest.json").write_text("[")
    assert desk.specc("plan", "tiny", "--against", "out").code == 3
    (desk.folder / "out/plan.json").unlink()
    assert "has lost its plan.json" in desk.specc("plan", "tiny", "--against", "out").err


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_summary_lists_nodes_and_totals_alone(desk: Desk, small: Path, form: str) -> None:
    """What of a node differs is left out, what runs and what it takes is not; JSON is always whole."""
    _edit(small, "trees")
    words = ["plan", "small", "--against", "plan.json", "--summary", "--format"]
    shown = desk.specc(*words, form).out
    assert "impute.detail.costs" in shown
    assert "reused (about" in shown
    assert "model.trees" not in shown
    assert desk.specc(*words, "json").code == 3


def test_one_family_of_seven_hundred_is_shown_as_itself(desk: Desk, small: Path) -> None:
    """A long list hides neither which element changed nor that only one did."""
    path = small / "sources.yaml"
    codes = [f"code_{n}" for n in range(700)]
    text = path.read_text(encoding="utf-8")
    listed = "where: year = 2014 and head_age in ({})"
    path.write_text(text.replace("where: year = 2014", listed.format(", ".join(map(str, range(700))))))
    targets = small / "targets.yaml"
    old = "Single: [SINGLE]"
    targets.write_text(targets.read_text().replace(old, f"{old}, {', '.join(f'{c}: any' for c in codes)}"))
    assert desk.specc("plan", "small", "--out", "plan.json").code == 0
    path.write_text(path.read_text(encoding="utf-8").replace(", 350,", ", 7350,"))
    targets.write_text(targets.read_text().replace("code_350: any", "code_350: [JOINT]"))
    shown = desk.specc("plan", "small", "--against", "plan.json").out
    assert 'match.filing_status.codes.code_350: null -> ["JOINT"]' in shown
    assert ", 350, 351" in shown
    assert ", 7350, 351" in shown
    assert max(map(len, shown.splitlines())) < 200
    assert len(shown.splitlines()) < 25
