"""`specc plan`: what a build would do, for people and as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import specc
from compiler.plan.reading import plan_from_json
from specc.samples import parse_sample, sample_text

if TYPE_CHECKING:
    from cli_desk import Desk


def test_the_plan_says_what_is_done_in_which_order(desk: Desk) -> None:
    """Header, a line a node, totals."""
    ended = desk.specc("plan", "tiny", "--sample", "50%")
    assert ended.code == 0
    for shown in (
        "plan of tiny for 2023",
        "seed 7",
        "50 % of households",
        "2 person columns",
        "of a budget of 3.0 GiB",
    ):
        assert shown in ended.out
    nodes = [
        line.split()[1] for line in ended.out.splitlines() if line.strip()[:1].isdigit() and "own" in line
    ]
    assert nodes in (["source.people", "sample"], ["source.people"])
    assert (
        ended.out.index("source.people")
        < ended.out.index("uprate.to_2023")
        < ended.out.index("export.tables")
    )


def test_a_written_plan_reads_back_and_names_its_specs(desk: Desk) -> None:
    """`plan.json` is the plan, with the digests of the files it was made from, which no key depends on."""
    assert desk.specc("plan", "tiny", "--out", "made/plan.json").code == 0
    plan = plan_from_json((desk.folder / "made/plan.json").read_text())
    assert plan.key == specc.plan("tiny").key
    assert plan.metadata["specs"]["bundle"] == "tiny"
    assert set(plan.metadata["specs"]["files"]) == {"bundle.yaml", "sources.yaml", "sources.lock"}


def test_json_is_the_plan_itself(desk: Desk) -> None:
    """What is printed is what `--out` writes."""
    ended = desk.specc("plan", "tiny", "--format", "json", "--out", "plan.json")
    assert ended.out == (desk.folder / "plan.json").read_text()
    assert json.loads(ended.out)["bundle"] == "tiny"


def test_the_same_bundle_gives_the_same_bytes(desk: Desk) -> None:
    """A plan can be compared, reviewed and committed."""
    assert (
        desk.specc("plan", "tiny", "--format", "json").out
        == desk.specc("plan", "tiny", "--format", "json").out
    )


def test_a_bundle_with_errors_has_no_plan(desk: Desk) -> None:
    """The findings are printed apart from the plan, and nothing is written."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    ended = desk.specc("plan", "tiny", "--out", "plan.json")
    assert (ended.code, ended.out) == (1, "")
    assert "error[SPC201]" in ended.err
    assert not (desk.folder / "plan.json").exists()


def test_a_plan_that_cannot_be_written_ends_with_3(desk: Desk) -> None:
    """The place is named."""
    ended = desk.specc("plan", "tiny", "--out", "tiny/bundle.yaml/plan.json")
    assert ended.code == 3
    assert "tiny/bundle.yaml/plan.json cannot be written" in ended.err


def test_a_missing_folder_ends_with_3(desk: Desk) -> None:
    """No plan of nothing."""
    assert desk.specc("plan", "missing").code == 3


@pytest.mark.parametrize(
    ("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("5 %", 0.05), (".5", 0.5), ("100%", None), ("1", None)]
)
def test_a_share_is_a_percentage_or_a_fraction(text: str, share: float | None) -> None:
    """Both spellings of a share are the same number, so they give the same plan."""
    assert parse_sample(text) == share


@pytest.mark.parametrize(
    "text", ["0%", "0", "120%", "1.2", "5", "abc", "", "-5%", "5%%", "nan", "1e-2", "1e400%"]
)
def test_what_is_no_share_ends_with_3(desk: Desk, text: str) -> None:
    """The message says what to write."""
    ended = desk.specc("plan", "tiny", f"--sample={text}")
    assert ended.code == 3
    assert "write a share such as `5%` or `0.05`" in ended.err


def test_the_whole_sample_is_the_plan_without_one(desk: Desk) -> None:
    """`--sample 100%` changes nothing."""
    whole = desk.specc("plan", "tiny", "--sample", "100%", "--format", "json").out
    assert whole == desk.specc("plan", "tiny", "--format", "json").out
    assert sample_text(None) == "all households"


def test_the_api_lints_and_plans(desk: Desk) -> None:
    """`specc.lint` and `specc.plan` are what the commands use."""
    assert specc.lint(desk.bundle) == []
    assert specc.plan(desk.bundle, sample=1).key == specc.plan(desk.bundle).key
    assert specc.plan(desk.bundle, sample=0.5).sample == 0.5
    with pytest.raises(ValueError, match="is not a share"):
        specc.plan(desk.bundle, sample=5)


def test_the_api_raises_with_every_finding(desk: Desk) -> None:
    """A bundle that cannot be planned tells why, with places."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    with pytest.raises(specc.SpecError, match=r"bundle\.yaml:\d+:\d+: SPC201") as caught:
        specc.plan(desk.bundle)
    assert caught.value.diagnostics == specc.lint(desk.bundle)
