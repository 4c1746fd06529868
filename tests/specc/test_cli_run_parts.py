"""`specc run` of a part, anew, or only foreseen; within a budget; from sources as the plan pins them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cli_desk import Desk


def _actions(shown: str) -> dict[str, str]:
    """Return what a foresight says of each node, or what the lines of a run say."""
    rows = (line.partition("]")[2] if line.startswith("[") else line for line in shown.splitlines())
    words = (row.split() for row in rows)
    return {row[1]: row[0] for row in words if row[:1] and row[0] in {"reuse", "build", "reused", "built"}}


def _measured(desk: Desk, address: str, peak: int) -> None:
    """Write into the records of some nodes that they held so much, which breaks their seals."""
    for path in (desk.folder / ".specc/store/actions").glob("*.json"):
        manifest: Any = json.loads(path.read_bytes())
        node = manifest["predicate"]["buildDefinition"]["internalParameters"]["address"]
        if node.startswith(address) and not node.startswith("numbers"):
            manifest["predicate"]["runDetails"]["metadata"]["x-specc"]["peakBytes"] = peak
            path.chmod(0o644)
            path.write_text(json.dumps(manifest))


AFTER = {"calibrate.by_age", "export.tables", "validate.totals"}


def test_a_dry_run_says_what_would_be_built_and_builds_nothing(desk: Desk) -> None:
    """Of an empty store everything, with times by the model; of a full one nothing."""
    before = desk.specc("run", "tiny", "--out", "out", "--dry-run")
    assert before.code == 0
    assert set(_actions(before.out).values()) == {"build"}
    assert "10 to build, 7 of them perhaps not, 0 reused; about 13 s in all" in before.out
    assert not (desk.folder / ".specc").exists()
    assert not (desk.folder / "out").exists()
    desk.specc("run", "tiny", "--out", "out")
    after = desk.specc("run", "tiny", "--dry-run")
    assert "nothing to build: all 10 nodes are in the store" in after.out


def test_a_dry_run_foresees_what_an_edit_means(desk: Desk) -> None:
    """What is edited is built, with what it took; what reads it is built if that changes."""
    desk.specc("run", "tiny", "--out", "out")
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
    shown = desk.specc("run", "tiny", "--dry-run").out
    assert {address for address, action in _actions(shown).items() if action == "build"} == AFTER
    lines = {line.split()[1]: line for line in shown.splitlines() if line.startswith("  build")}
    assert lines["calibrate.by_age"].endswith("measured")
    assert lines["export.tables"].endswith("measured; if what it reads changes")


def test_from_a_step_everything_is_built_anew_and_comes_out_equal(desk: Desk) -> None:
    """The step and what depends on it, in the store or not; nothing before it."""
    desk.specc("run", "tiny", "--out", "out")
    before = desk.files("out")["tables/person.parquet"]
    ended = desk.specc("run", "tiny", "--out", "out", "--from", "calibrate.by_age")
    actions = _actions(ended.err)
    assert {address for address, action in actions.items() if action == "built"} == AFTER
    assert desk.files("out")["tables/person.parquet"] == before
    assert "warning" not in ended.err
    foreseen = _actions(desk.specc("run", "tiny", "--from", "calibrate.by_age", "--dry-run").out)
    assert {address for address, action in foreseen.items() if action == "build"} == AFTER


def test_only_a_step_takes_what_it_needs_and_publishes_nothing(desk: Desk) -> None:
    """The step and what is before it; the next whole run goes on from there."""
    ended = desk.specc("run", "tiny", "--out", "out", "--only", "facts", "--only", "source.people")
    assert ended.code == 0
    assert set(_actions(ended.err)) == {"file.people", "source.people", "file.ages", "facts.ages"}
    assert "4 nodes, 0 reused" in ended.out
    assert "nothing is published" in ended.out
    assert not (desk.folder / "out").exists()
    assert "10 nodes, 4 reused" in desk.specc("run", "tiny", "--out", "out").out


@pytest.mark.parametrize("option", ["--from", "--only"])
def test_a_step_that_is_none_ends_with_3(desk: Desk, option: str) -> None:
    """The one that is meant is proposed."""
    ended = desk.specc("run", "tiny", option, "calibrate.by_agee")
    assert ended.code == 3
    assert "the plan has no node `calibrate.by_agee`" in ended.err
    assert "did you mean `calibrate.by_age`" in ended.err


def test_a_budget_on_the_command_line_counts_before_the_start(desk: Desk) -> None:
    """A node that needs more is named; what the store has already needs nothing."""
    ended = desk.specc("run", "tiny", "--out", "out", "--memory", "100 MiB")
    assert ended.code == 3
    assert "the budget is 100 MiB" in ended.err
    assert not (desk.folder / ".specc").exists()
    desk.specc("run", "tiny", "--out", "out")
    again = desk.specc("run", "tiny", "--out", "out", "--memory", "100 MiB")
    assert "10 nodes, 10 reused" in again.out
    assert "of a budget of 100 MiB" in again.err
    assert desk.specc("run", "tiny", "--memory", "lots").code == 3


def test_what_was_measured_counts_more_than_the_model(desk: Desk) -> None:
    """A record that says 2 GiB is believed, where the model says 286 MiB."""
    desk.specc("run", "tiny", "--out", "out")
    _measured(desk, "calibrate.by_age", 2 * 1024**3)
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
    ended = desk.specc("run", "tiny", "--out", "out", "--memory", "1GiB")
    assert ended.code == 3
    assert (
        "calibrate.by_age needs about 2.2 GiB of memory (measured, with a margin), the budget is 1.0 GiB"
        in ended.err
    )


def test_a_node_over_the_budget_ends_with_4_and_the_figure(desk: Desk) -> None:
    """What no estimate foresaw is told with what it held; finished steps stay."""
    desk.specc("run", "tiny", "--out", "out")
    _measured(desk, "", 1024**2)
    ended = desk.specc("run", "tiny", "--out", "out", "--memory", "30 MiB")
    assert ended.code == 4
    assert "of memory, and the budget is 0.03 GiB" in ended.err
    assert "raise `budget: {memory: ...}` or `--memory`" in ended.err
    assert desk.specc("run", "tiny", "--out", "out").code == 0


def test_a_source_that_changed_since_the_plan_ends_with_5(desk: Desk) -> None:
    """Named with its file, also where the store has the bytes of before; nothing is run."""
    desk.specc("plan", "tiny", "--out", "plan.json")
    people = desk.bundle / "people.csv"
    people.write_text(people.read_text() + "\n")
    for what in ("plan.json", "tiny"):
        ended = desk.specc("run", what, "--out", "out")
        assert ended.code == 5
        assert "people.csv (`people`)" in ended.err
        assert "specc sources lock" in ended.err
    assert not (desk.folder / "out").exists()
