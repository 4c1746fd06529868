"""`specc run`: from a bundle or a plan to published results, and what it refuses before it starts."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

import specc
from runtime.manifest import without_volatile

if TYPE_CHECKING:
    from cli_desk import Desk

PUBLISHED = {"facts.parquet", "plan.json", "report.json", "run.manifest.json", "tables/person.parquet"}


def _stable(files: dict[str, bytes]) -> dict[str, object]:
    """Return files as what must be equal in two runs: manifests without what may vary."""
    return {
        name: without_volatile(json.loads(content)) if name.endswith("manifest.json") else content
        for name, content in files.items()
    }


def test_a_run_publishes_data_facts_reports_plan_and_manifests(desk: Desk) -> None:
    """Every data file and every node has its sidecar; the run's vouches for every file that is none."""
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    files = desk.files("out")
    assert set(files) >= PUBLISHED
    data = {name for name in files if name.endswith(".parquet")} - {"numbers.parquet", "coverage.parquet"}
    assert {f"{name}.manifest.json" for name in data} <= set(files)
    plan = desk.json("out/plan.json")
    assert {f"nodes/{node['address']}.manifest.json" for node in plan["nodes"]} <= set(files)
    subjects = {subject["name"] for subject in desk.json("out/run.manifest.json")["subject"]}
    assert subjects == {name for name in files if not name.endswith("manifest.json")}


def test_a_sidecar_vouches_for_its_file_alone(desk: Desk) -> None:
    """Name and digest are those of the published file, not of the store's."""
    desk.specc("run", "tiny", "--out", "out")
    (subject,) = desk.json("out/facts.parquet.manifest.json")["subject"]
    assert subject["name"] == "facts.parquet"
    (listed,) = [s for s in desk.json("out/run.manifest.json")["subject"] if s["name"] == "facts.parquet"]
    assert subject == listed


def test_a_second_run_reuses_every_step_and_publishes_the_same(desk: Desk) -> None:
    """Equal to the byte, but for what manifests say of time and of what was reused."""
    first = desk.specc("run", "tiny", "--out", "out")
    before = desk.files("out")
    second = desk.specc("run", "tiny", "--out", "out")
    assert (first.code, second.code) == (0, 0)
    assert "10 nodes, 10 reused" in second.out
    assert _stable(desk.files("out")) == _stable(before)
    assert desk.files("out")["facts.parquet"] == before["facts.parquet"]


def test_two_stores_give_the_same_results(desk: Desk) -> None:
    """Nothing published depends on where or when it was built."""
    desk.specc("run", "tiny", "--out", "one", "--store", "s1/store")
    desk.specc("run", "tiny", "--out", "two", "--store", "s2/store")
    assert _stable(desk.files("one")) == _stable(desk.files("two"))


def test_results_show_raw_beside_calibrated_and_failures_as_such(desk: Desk) -> None:
    """Fit by group, weights, few carriers, and each aggregate with verdict and source."""
    shown = desk.specc("run", "tiny", "--out", "out", "--quiet")
    for text in (
        "trained",
        "raw",
        "calibrated",
        "effective sample size",
        "fewer than 20 records",
        "facts.parquet",
    ):
        assert text in shown.out
    rows = {line.split()[0]: line for line in shown.out.splitlines() if "Nobody" in line}
    assert "FAIL" in rows["far_off"]
    assert rows["wages"].endswith("pass  Nobody, made up for a test")
    assert "1 aggregate of 2 outside tolerance" in shown.out
    assert shown.err == ""


def test_the_report_holds_what_is_shown(desk: Desk) -> None:
    """`report.json` has calibrations and validations by name, aggregates with their sources."""
    desk.specc("run", "tiny", "--out", "out")
    report = desk.json("out/report.json")
    assert report["validation"]["totals"]["far_off"]["passes"] is False
    assert report["validation"]["totals"]["wages"]["source"] == "Nobody, made up for a test"
    assert report["calibration"]["by_age"]["minimum_carriers"] == 20


def test_progress_is_a_plain_line_a_node(desk: Desk) -> None:
    """Where stderr is no terminal: every node once, no carriage return, no escape code."""
    shown = desk.specc("run", "tiny", "--out", "out")
    lines = [line for line in shown.err.splitlines() if line.startswith("[")]
    assert len(lines) == 10
    assert lines[0].startswith("[ 1/10] built   file.")
    assert "left" in lines[0]
    assert not {"\r", "\x1b"} & set(shown.err)


def test_a_sample_keeps_whole_households(desk: Desk) -> None:
    """Half of sixty households is thirty, and the plan says so."""
    assert desk.specc("run", "tiny", "--sample", "50%", "--out", "out").code == 0
    assert pl.read_parquet(desk.folder / "out/tables/household.parquet").height == 30
    assert desk.json("out/plan.json")["sample"] == 0.5


def test_results_go_to_build_by_default_and_things_beside_the_store(desk: Desk) -> None:
    """`build/NAME`, `.specc/store`; the cache is its neighbour."""
    assert desk.specc("run", "tiny").code == 0
    assert (desk.folder / "build/tiny/run.manifest.json").is_file()
    assert (desk.folder / ".specc/store/actions").is_dir()


def test_the_store_may_be_named_by_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """$SPECC_STORE, and nothing is left in the working folder."""
    monkeypatch.setenv("SPECC_STORE", str(desk.folder / "elsewhere" / "store"))
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    assert (desk.folder / "elsewhere/store/actions").is_dir()
    assert not (desk.folder / ".specc").exists()


def test_a_folder_of_sources_stands_in_for_them(desk: Desk) -> None:
    """A file is found by the name of its source or its own, and held to the pinned digest."""
    (desk.folder / "mine").mkdir()
    shutil.move(desk.bundle / "people.csv", desk.folder / "mine" / "people.csv")
    assert desk.specc("run", "tiny", "--out", "out", "--sources", "mine").code == 0
    missing = desk.specc("run", "tiny", "--out", "out", "--sources", "other")
    assert (missing.code, "there is no folder other" in missing.err) == (3, True)


def test_a_saved_plan_gives_what_its_bundle_gives(desk: Desk) -> None:
    """Reviewed today, carried out later: the same results."""
    desk.specc("plan", "tiny", "--sample", "50%", "--out", "plan.json")
    assert desk.specc("run", "plan.json", "--out", "one").code == 0
    assert desk.specc("run", "tiny", "--sample", "50%", "--out", "two").code == 0
    assert _stable(desk.files("one")) == _stable(desk.files("two"))
    assert desk.files("one")["plan.json"] == (desk.folder / "plan.json").read_bytes()


def test_a_stale_plan_ends_with_5_and_names_what_changed(desk: Desk) -> None:
    """What was reviewed is not what would run."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit("bundle.yaml", "seed: 7", "seed: 8")
    ended = desk.specc("run", "plan.json", "--out", "out")
    assert ended.code == 5
    assert "changed since: bundle.yaml" in ended.err
    assert "specc plan tiny --out plan.json" in ended.err
    assert not (desk.folder / "out").exists()


def test_a_plan_whose_bundle_has_errors_now_is_stale(desk: Desk) -> None:
    """A bundle that compiles to nothing does not compile to the plan."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    ended = desk.specc("run", "plan.json")
    assert (ended.code, "has errors now" in ended.err) == (5, True)


def test_a_reason_that_changed_leaves_a_plan_fresh(desk: Desk) -> None:
    """Prose is in no key: a better title needs no new review."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit("sources.yaml", "Made-up growth of wages", "Invented growth of wages")
    assert desk.specc("run", "plan.json", "--out", "out").code == 0


def test_an_edited_plan_ends_with_3(desk: Desk) -> None:
    """A plan is made by the compiler, never by hand."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    plan = desk.json("plan.json")
    plan["nodes"][1]["parameters"]["where"] = "true"
    (desk.folder / "plan.json").write_text(json.dumps(plan))
    ended = desk.specc("run", "plan.json")
    assert (ended.code, "the plan was edited" in ended.err) == (3, True)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 1, "key": 2, "nodes": [3], "seed": 4}']
)
def test_what_is_no_plan_ends_with_3(desk: Desk, text: str) -> None:
    """Told as such, not as a defect."""
    (desk.folder / "plan.json").write_text(text)
    ended = desk.specc("run", "plan.json")
    assert ended.code == 3
    assert "plan.json" in ended.err


def test_a_plan_away_from_its_bundle_ends_with_3(desk: Desk) -> None:
    """A plan names its bundle relative to where it was planned."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.bundle.rename(desk.folder / "moved")
    ended = desk.specc("run", "plan.json")
    assert (ended.code, "which is not here" in ended.err) == (3, True)


def test_a_plan_has_its_sample_already(desk: Desk) -> None:
    """`--sample` with a plan would be ignored or wrong, so it is refused."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    assert desk.specc("run", "plan.json", "--sample", "50%").code == 3


def test_nothing_to_run_ends_with_3(desk: Desk) -> None:
    """Neither folder nor file."""
    ended = desk.specc("run", "missing")
    assert (ended.code, "there is no missing" in ended.err) == (3, True)


def test_a_bundle_with_errors_ends_with_1(desk: Desk) -> None:
    """Findings are shown; nothing is run."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    ended = desk.specc("run", "tiny")
    assert (ended.code, "error[SPC201]" in ended.err) == (1, True)
    assert not (desk.folder / ".specc").exists()


def test_a_node_beyond_the_memory_budget_is_refused_before_the_start(desk: Desk) -> None:
    """The node is named, with its need and the budget."""
    desk.edit("bundle.yaml", "memory: 3 GiB", "memory: 200 MiB")
    ended = desk.specc("run", "tiny")
    assert ended.code == 3
    assert "matrix.by_age needs about" in ended.err
    assert "the budget is 200 MiB" in ended.err
    assert not (desk.folder / ".specc").exists()


@pytest.mark.parametrize(
    ("installed", "said"), [("1.0.0", "policyengine-us 1.0.0 is installed"), (None, "is not installed")]
)
def test_another_engine_is_refused_before_the_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, installed: str | None, said: str
) -> None:
    """The remedy is the command that installs the right one."""
    monkeypatch.setattr("specc.checks.installed_version", lambda: installed)
    ended = desk.specc("run", "tiny")
    assert ended.code == 3
    assert said in ended.err
    assert f"remedy: pip install policyengine-us=={specc.plan('tiny').engine_version}" in ended.err


def test_a_store_that_cannot_be_made_ends_with_3(desk: Desk) -> None:
    """The place is named."""
    ended = desk.specc("run", "tiny", "--store", "tiny/people.csv/store")
    assert (ended.code, "cannot be used" in ended.err) == (3, True)


def test_a_store_that_is_a_file_ends_with_3(desk: Desk) -> None:
    """A slip in --store is told before anything is done."""
    ended = desk.specc("run", "tiny", "--store", "tiny/people.csv")
    assert (ended.code, "is not a folder" in ended.err) == (3, True)
