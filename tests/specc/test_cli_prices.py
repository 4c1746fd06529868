"""Prices: what nodes took when they were last built, shown beside a plan that is the same everywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import specc
from compiler.plan import Estimate
from specc.prices import priced
from specc.records import records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli_desk import Desk


@pytest.fixture(name="store")
def _store(desk: Desk) -> Path:
    """Give the store of a run of `tiny`, published as `out`."""
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    return desk.folder / ".specc/store"


def _change(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads(file.read_bytes())
    change(manifest["predicate"]["runDetails"]["metadata"])
    file.chmod(0o644)
    file.write_text(json.dumps(manifest))


def _says(seconds: float, memory: int) -> Callable[[dict[str, Any]], None]:
    def change(volatile: dict[str, Any]) -> None:
        volatile["x-specc"] |= {"wallSeconds": seconds, "peakBytes": memory}

    return change


def _action(store: Path, address: str) -> Path:
    (key,) = [record.key for record in records([store]) if record.address == address]
    return store / "actions" / f"{key}.json"


def test_a_plan_shows_what_its_nodes_took(desk: Desk, store: Path) -> None:
    """Every node is marked, and the total says what it is made of."""
    _change(_action(store, "calibrate.by_age"), _says(400.0, 3 * 1024**3))
    shown = desk.specc("plan", "tiny").out
    (line,) = [line for line in shown.splitlines() if " calibrate.by_age " in line]
    assert line.split()[-5:-1] == ["s", "3.0", "GiB", "measured"]
    assert "6 min 40 s" in line
    assert "(10 measured: 6 min 4" in shown


def test_without_a_store_prices_are_the_models(desk: Desk) -> None:
    """The column that would say so of every node is left out."""
    shown = desk.specc("plan", "tiny").out
    assert "in the store yet (by the model)" in shown
    assert "measured" not in shown


def test_neither_the_plan_nor_its_file_knows_prices(desk: Desk, store: Path) -> None:
    """A plan is the same on every machine, to the byte."""
    assert store.is_dir()
    assert desk.specc("plan", "tiny", "--out", "here.json").code == 0
    assert desk.specc("plan", "tiny", "--store", "empty", "--out", "there.json").code == 0
    here, there = desk.files(".")["here.json"], desk.files(".")["there.json"]
    assert here == there == desk.specc("plan", "tiny", "--format", "json").out.encode()
    assert {node["estimate"]["basis"] for node in json.loads(here)["nodes"]} == {"model"}
    assert not (desk.folder / "empty").exists()


def test_what_runs_again_is_priced_likewise(desk: Desk, store: Path) -> None:
    """The totals of a comparison, in text and JSON; a run that is compared with has manifests of its own."""
    _change(_action(store, "calibrate.by_age"), _says(400.0, 1))
    desk.specc("plan", "tiny", "--out", "plan.json")
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
    text = desk.specc("plan", "tiny", "--against", "plan.json").out
    assert "about 6 min 4" in text
    assert "to run (3 measured: 6 min 4" in text
    diff = json.loads(desk.specc("plan", "tiny", "--against", "plan.json", "--format", "json").out)
    (node,) = [node for node in diff["nodes"] if node["address"] == "calibrate.by_age"]
    assert node["estimate"] == {"seconds": 400.0, "memory": 1, "basis": "measured"}
    other = desk.specc("plan", "tiny", "--against", "out", "--store", "empty").out
    assert "3 measured" in other


def test_what_was_measured_of_a_sample_is_scaled_as_the_model_scales(desk: Desk) -> None:
    """Twice what the model expected of the sample is twice what it expects of the whole."""
    assert desk.specc("run", "tiny", "--sample", "50%", "--out", "out").code == 0
    store = desk.folder / ".specc/store"
    sampled, whole = specc.plan("tiny", sample=0.5), specc.plan("tiny")
    then, now = (plan.node("export.tables").estimate for plan in (sampled, whole))
    _change(_action(store, "export.tables"), _says(2 * then.seconds, 2 * then.memory))
    assert now.memory > then.memory
    price = priced(whole, store).node("export.tables").estimate
    assert price == Estimate(2 * now.seconds, 2 * now.memory, "measured")


def test_a_renamed_node_keeps_its_price(desk: Desk, store: Path) -> None:
    """`moved:` says under which name it was measured; a name that is given to another node is that one's."""
    _change(_action(store, "calibrate.by_age"), _says(400.0, 1))
    desk.edit("bundle.yaml", "- calibrate: by_age", "- calibrate: by_years")
    desk.edit("bundle.yaml", "  by_age:", "  by_years:")
    assert priced(specc.plan("tiny"), store).node("calibrate.by_years").estimate.basis == "model"
    desk.edit(
        "bundle.yaml", "calibrations:\n", "moved: {calibrations: {by_age: by_years}}\n\ncalibrations:\n"
    )
    assert priced(specc.plan("tiny"), store).node("calibrate.by_years").estimate.seconds == 400


def test_the_latest_of_several_counts(desk: Desk, store: Path) -> None:
    """By when it was finished, whichever file was touched last."""
    action = _action(store, "calibrate.by_age")
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
    assert desk.specc("run", "tiny", "--out", "out").code == 0
    _change(action, _says(400.0, 1))
    assert priced(specc.plan("tiny"), store).node("calibrate.by_age").estimate.seconds < 400


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"predicate": 7}', b'{"subject": []}'])
def test_what_cannot_be_read_is_passed_over(desk: Desk, store: Path, content: bytes) -> None:
    """A damaged record prices nothing and stops nothing."""
    action = _action(store, "calibrate.by_age")
    action.chmod(0o644)
    action.write_bytes(content)
    ended = desk.specc("plan", "tiny")
    assert (ended.code, "(9 measured" in ended.out) == (0, True)


@pytest.mark.parametrize("lost", ["expected", "wallSeconds", "peakBytes"])
def test_a_figure_that_cannot_be_scaled_is_no_price(desk: Desk, store: Path, lost: str) -> None:
    """What an older specc wrote does not say of how many rows it was."""
    assert desk.bundle.is_dir()
    _change(_action(store, "calibrate.by_age"), lambda volatile: volatile["x-specc"].pop(lost))
    assert priced(specc.plan("tiny"), store).node("calibrate.by_age").estimate.basis == "model"


def test_a_node_of_another_bundle_is_no_price(desk: Desk, store: Path) -> None:
    """Bundles that share a store may give their nodes the same names."""
    desk.edit("bundle.yaml", "name: tiny", "name: other")
    assert {node.estimate.basis for node in priced(specc.plan("tiny"), store).nodes} == {"model"}


def test_a_run_tells_the_time_left_by_the_same_prices(desk: Desk, store: Path) -> None:
    """What it shows before it starts, and while it goes on."""
    _change(_action(store, "validate.totals"), _says(40000.0, 1))
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
    shown = desk.specc("run", "tiny", "--out", "out").err
    assert "11 h 06 min" in shown.split("[ 1/10]", maxsplit=1)[0]
    (line,) = [line for line in shown.splitlines() if "built   calibrate.by_age" in line]
    assert " h " in line.partition("about")[2]
