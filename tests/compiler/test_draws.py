"""`draws:` of a bundle: the first draw is the plan as it was, each other has nodes and streams of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, edit

from compiler.compilation import compile_bundle
from compiler.plan.addresses import draw_of, frame_of, in_first_draw
from compiler.plan.draws import file_in_draw, number_of_draws
from compiler.plan.reading import plan_from_json

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.plan import Plan

_DONOR = "{source: donors, uprate: to_2023}"


def _plan(folder: Path, draws: int | None, donor: str = _DONOR) -> Plan:
    base_bundle(folder)
    if draws is not None:
        edit(folder, "bundle.yaml", "seed: 7", f"seed: 7\n  draws: {draws}")
    edit(folder, "detail.yaml", _DONOR, donor)
    plan = compile_bundle(folder).plan
    assert plan is not None
    return plan


def _by_draw(plan: Plan, draw: int) -> dict[str, str]:
    return {node.address: node.key for node in plan.nodes if draw_of(node.address) == draw}


def test_the_first_draw_is_the_plan_without_draws(tmp_path: Path) -> None:
    """To the byte and the key: asking for more changes nothing that is there; one draw is no other plan."""
    alone, several = _plan(tmp_path / "a", None), _plan(tmp_path / "b", 3)
    kept = [node for node in several.nodes if draw_of(node.address) == 1 and node.operation != "pool"]
    # A line more in the file moves what stands below it.
    assert [replace(node, place="") for node in kept] == [replace(node, place="") for node in alone.nodes]
    assert _plan(tmp_path / "c", 1).key == alone.key


def test_a_draw_is_the_same_however_many_there_are(tmp_path: Path) -> None:
    """Nodes, streams and keys of the second draw know nothing of a fifth."""
    two, five = _plan(tmp_path / "a", 2), _plan(tmp_path / "b", 5)
    assert _by_draw(two, 2) == _by_draw(five, 2) != {}
    assert number_of_draws(five) == 5


def test_what_no_imputation_leads_to_is_shared(tmp_path: Path) -> None:
    """Files, populations, the clone and facts stand there once; all that comes after a draw, once a draw."""
    plan = _plan(tmp_path / "a", 3)
    again = {in_first_draw(node.address) for node in plan.nodes if draw_of(node.address) == 2}
    operations = {plan.node(address).operation for address in again}
    assert operations == {"impute", "uprate", "materialise", "matrix", "calibrate", "export", "validate"}
    shared = {
        node.operation for node in plan.nodes if node.address not in again and draw_of(node.address) == 1
    }
    assert shared == {"file", "population", "clone", "uprate", "facts", "pool"}


def test_draws_differ_by_stream_weights_and_files_alone(tmp_path: Path) -> None:
    """A stream is named with the draw; donors are weighed anew; a file is told apart by its name."""
    plan = _plan(tmp_path / "a", 3)
    drawn = plan.node("impute.detail.income@3")
    assert drawn.stream == "impute.detail.income@3"
    assert drawn.parameters["refit"] == {"stream": "impute.detail.refit@3", "cluster": None}
    assert "refit" not in plan.node("impute.detail.income").parameters
    rest = {key: value for key, value in drawn.parameters.items() if key != "refit"}
    assert rest == plan.node("impute.detail.income").parameters
    assert plan.node("impute.detail.costs@3").parameters["refit"] == drawn.parameters["refit"]
    files = [plan.node(f"export.dataset{at}").parameters["policyengine"] for at in ("", "@2", "@3")]
    assert files == ["small.h5", "small@2.h5", "small@3.h5"]
    assert [*plan.metadata["exports"]["dataset@2"]["holds"]] == ["small@2.h5", "tables@2"]
    assert plan.metadata["surface"]["export.dataset@2"] == plan.metadata["surface"]["export.dataset"]


def test_each_draw_reads_its_own_draw(tmp_path: Path) -> None:
    """Nothing of the second draw reads what the first or third has for itself; pooling reads them all."""
    plan = _plan(tmp_path / "a", 3)
    again = {in_first_draw(node.address) for node in plan.nodes if draw_of(node.address) == 2}
    for node in plan.nodes:
        if node.operation != "pool":
            read = {draw_of(each) for each in node.inputs.nodes() if in_first_draw(each) in again}
            assert read <= {draw_of(node.address)}, node.address
    assert {draw_of(each) for each in plan.node("pool.programs").inputs.nodes()} == {1, 2, 3}
    assert [*plan.node("pool.programs").inputs.frames] == ["draw_1", "draw_2", "draw_3"]


def test_clusters_are_read_where_weights_are_drawn(tmp_path: Path) -> None:
    """The first draw neither reads nor names them, so that declaring them makes nothing run again."""
    plain = _plan(tmp_path / "a", 2)
    plan = _plan(tmp_path / "b", 2, _DONOR.replace("}", ", cluster: state_fips}"))
    assert _by_draw(plan, 1).keys() == _by_draw(plain, 1).keys()
    assert plan.node("impute.detail.income").key == plain.node("impute.detail.income").key
    second = plan.node("impute.detail.income@2")
    assert second.parameters["refit"]["cluster"] == "state_fips"
    assert "state_fips" in second.inputs.frames["donor"].columns["household"]


def test_a_sample_of_donors_is_another_in_each_draw(tmp_path: Path) -> None:
    """It has a stream, which is named with the draw as the others are."""
    donor = _DONOR.replace("}", ", sample: {records: 10, keep: {none: the donors are all alike}}}")
    plan = _plan(tmp_path / "a", 2, donor)
    streams = [plan.node(f"impute.detail.costs{at}").parameters["sample"]["stream"] for at in ("", "@2")]
    assert streams == ["impute.detail.donors", "impute.detail.donors@2"]


def test_a_plan_of_several_draws_is_read_back(tmp_path: Path) -> None:
    """As it was written, keys and all."""
    plan = _plan(tmp_path / "a", 3)
    assert plan_from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("address", "draw", "first", "frame"),
    [
        ("impute.wealth.debts", 1, "impute.wealth.debts", ""),
        ("impute.wealth.debts@3", 3, "impute.wealth.debts", ""),
        ("impute.wealth.debts@lent", 1, "impute.wealth.debts@lent", "lent"),
        ("impute.wealth.debts@lent@12", 12, "impute.wealth.debts@lent", "lent"),
    ],
)
def test_an_address_says_frame_and_draw(address: str, draw: int, first: str, frame: str) -> None:
    """No name is a number, so a number behind an @ is a draw."""
    assert (draw_of(address), in_first_draw(address), frame_of(address)) == (draw, first, frame)


@pytest.mark.parametrize(
    ("file", "named"), [("tables", "tables@2"), ("a.b.h5", "a.b@2.h5"), (".h5", ".h5@2"), ("x.h5", "x@2.h5")]
)
def test_a_file_of_another_draw_is_named_so(file: str, named: str) -> None:
    """Before its ending, which says what it is; no file of a bundle has an @ in its name."""
    assert file_in_draw(file, 2) == named
    assert file_in_draw(file, 1) == file


def test_moved_names_are_known_in_every_draw(tmp_path: Path) -> None:
    """A rename of an imputation moves its nodes of all draws, and changes no stream."""
    before = _plan(tmp_path / "a", 2)
    base_bundle(tmp_path / "b")
    edit(tmp_path / "b", "bundle.yaml", "seed: 7", "seed: 7\n  draws: 2")
    edit(tmp_path / "b", "detail.yaml", "imputation: detail", "imputation: details")
    edit(
        tmp_path / "b",
        "detail.yaml",
        "imputations:\n  detail:",
        "moved:\n  imputations: {detail: details}\nimputations:\n  details:",
    )
    after = compile_bundle(tmp_path / "b").plan
    assert after is not None
    assert after.moved_nodes["impute.detail.costs@2"] == "impute.details.costs@2"
    assert after.node("impute.details.costs@2").key == before.node("impute.detail.costs@2").key
