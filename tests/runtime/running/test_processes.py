"""Nodes in processes of their own: beside each other, within their memory, and alone in their misfortune."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from odd_runs import MIB, left, node, run

from runtime.errors import NodeFailed
from runtime.running.live import live_runs
from runtime.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_nodes_that_do_not_wait_for_each_other_run_together(tmp_path: Path) -> None:
    """Each ends well only if the other is at work too."""
    going, _ = run(tmp_path, node("a", "meet"), node("b", "meet"))
    assert list(going.execute()) == ["a", "b"]


@pytest.mark.parametrize(("slots", "need"), [(1, 10), (2, 300)])
def test_nodes_without_room_for_both_run_one_after_the_other(tmp_path: Path, slots: int, need: int) -> None:
    """Room is a slot, and memory: two times 300 MiB are more than 512."""
    nodes = [node(name, "avoid", need=need) for name in "abc"]
    going, _ = run(tmp_path, *nodes, mebibytes=512, slots=slots)
    assert len(going.execute()) == 3


def test_what_was_done_is_told_in_the_order_of_the_plan(tmp_path: Path) -> None:
    """However long nodes take: results do not depend on it."""
    slow = node("slow", "hold", mebibytes=20, seconds=0.5)
    going, heard = run(tmp_path, slow, node("quick", "write"), node("last", "write", "slow", "quick"))
    assert list(going.execute()) == ["slow", "quick", "last"]
    ends = [address for action, address in heard.said if action == "built"]
    assert ends == ["quick", "slow", "last"]


def test_a_node_over_the_budget_fails_alone_with_the_figure(tmp_path: Path) -> None:
    """The one beside it is finished, nothing of the large one stays, and it is told what it held."""
    large = node("large", "hold", mebibytes=900, seconds=60)
    beside = node("beside", "hold", need=100, mebibytes=20, seconds=2)
    going, heard = run(tmp_path, large, beside, node("after", "write", "large"), mebibytes=600)
    with pytest.raises(
        NodeFailed, match=r"it held 0\.\d+ GiB of memory, and the budget is 0\.59 GiB"
    ) as caught:
        going.execute()
    assert (caught.value.kind, caught.value.place) == ("over-budget", "large (a.yaml:3)")
    assert ("built", "beside") in heard.said
    assert "after" not in str(heard.said)
    assert left(tmp_path) == []


def test_nodes_that_are_larger_together_than_expected_are_carried_out_apart(tmp_path: Path) -> None:
    """Neither is at fault for certain: one is put back, and both end well."""
    nodes = [node(name, "hold", mebibytes=400, seconds=1.5) for name in "ab"]
    going, heard = run(tmp_path, *nodes, mebibytes=900)
    assert len(going.execute()) == 2
    (warning,) = [message for kind, message in heard.said if kind == "warned"]
    assert "more than was expected: it is carried out alone" in warning


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_process_that_dies_costs_one_node(tmp_path: Path, number: signal.Signals) -> None:
    """How it ended is told, with the node's place; the next run begins there."""
    going, _ = run(tmp_path, node("before", "write"), node("it", "die", "before", signal=int(number)))
    with pytest.raises(NodeFailed, match=f"its process ended by signal {number.name}") as caught:
        going.execute()
    assert (caught.value.kind, caught.value.place) == ("worker-died", "it (a.yaml:3)")
    assert left(tmp_path) == []
    again, heard = run(tmp_path, node("before", "write"), node("it", "write", "before"))
    again.execute()
    assert heard.said == [("reused", "before"), ("started", "it"), ("built", "it")]


def test_a_bug_comes_back_with_its_trace(tmp_path: Path) -> None:
    """Whatever was raised, also what cannot be sent: its name, its words, and where it happened."""
    going, _ = run(tmp_path, node("it", "stumble"))
    with pytest.raises(RuntimeError, match="Odd: this is a bug") as caught:
        going.execute()
    assert "in stumble" in caught.value.__notes__[0]


def test_what_a_process_took_is_in_its_manifest(tmp_path: Path) -> None:
    """Wall and processor seconds, and the peak of that node alone."""
    held = node("held", "hold", mebibytes=400, seconds=0.3)
    going, _ = run(tmp_path, held, node("spun", "spin"))
    done = going.execute()
    took: dict[str, Any] = {}
    for address in ("held", "spun"):
        manifest: Any = done[address].artifact.manifest
        took[address] = manifest["predicate"]["runDetails"]["metadata"]["x-specc"]
    assert took["spun"]["cpuSeconds"] >= 0.5
    assert took["held"]["wallSeconds"] > 0.3
    assert took["held"]["peakBytes"] - took["spun"]["peakBytes"] > 300 * MIB


def test_damage_that_comes_while_a_run_goes_is_mended_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found good at the start, bad when it is read: what wrote it runs again, and then what reads it."""
    nodes = [node("first", "write"), node("second", "write", "first")]
    going, _ = run(tmp_path, nodes[0])
    path = going.execute()["first"].artifact.path("report.json")
    going, heard = run(tmp_path, *nodes)
    find = going.store.find

    def find_then_rot(key: str) -> object:
        found = find(key)
        if found is not None and "warned" not in dict(heard.said) and path.read_bytes() != b"rotten":
            path.chmod(0o644)
            path.write_bytes(b"rotten")
        return found

    monkeypatch.setattr(going.store, "find", find_then_rot)
    assert list(going.execute()) == ["first", "second"]
    built = [address for action, address in heard.said if action == "built"]
    assert built == ["first", "second"]
    assert Store(tmp_path / "store").verify() == ()


def test_a_live_run_says_what_its_nodes_hold(tmp_path: Path) -> None:
    """Which nodes run, what they are at, and the memory of each; nothing once the run is over."""
    going, _ = run(tmp_path, node("a", "hold", mebibytes=300, seconds=2.5), node("b", "write", "a"))
    said: list[Any] = []
    looking = threading.Thread(target=_look_on, args=(going.store.runs, said))
    looking.start()
    going.execute()
    looking.join()
    assert (said[-1]["nodes"], said[-1]["done"], said[-1]["waiting"]) == (2, 0, 1)
    (now,) = said[-1]["running"]
    assert (now["node"], now["state"]) == ("a", "building")
    assert now["held"] > 300 * MIB
    assert live_runs(going.store.runs) == []


def _look_on(folder: Path, said: list[Any]) -> None:
    """Look until the one node holds a lot."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for each in live_runs(folder):
            if each["running"] and (each["running"][0]["held"] or 0) > 300 * MIB:
                said.append(each)
                return
        time.sleep(0.05)


def test_what_is_to_be_built_anew_is(tmp_path: Path) -> None:
    """Though the store has it, and what comes out is the same."""
    nodes = [node("first", "write"), node("second", "write", "first")]
    before = run(tmp_path, *nodes)[0].execute()
    going, heard = run(tmp_path, *nodes)
    after = replace(going, anew={"second"}).execute()
    assert [said for said in heard.said if said[0] != "started"] == [("reused", "first"), ("built", "second")]
    assert before["second"].artifact.outputs == after["second"].artifact.outputs


def test_no_process_outlives_a_run_that_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while nodes are at work: the processes are gone, and so is what they were writing."""
    going, _ = run(tmp_path, node("a", "hold", mebibytes=20, seconds=60))
    crew: Any = going.crew
    pids: list[int] = []

    def interrupted(_: object) -> None:
        pids.extend(working.process.pid for working in crew._working.values())
        raise KeyboardInterrupt

    monkeypatch.setattr(crew, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        going.execute()
    assert len(pids) == 1
    assert not psutil.pid_exists(pids[0]) or psutil.Process(pids[0]).status() == psutil.STATUS_ZOMBIE
    assert left(tmp_path) == []
    assert os.getpid() not in pids
