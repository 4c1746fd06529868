"""Nodes on a cluster: as at home, wherever they are carried out, and whoever is lost meanwhile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from distributed import Client, Nanny, Scheduler, SpecCluster
from odd_runs import MIB, left, node, run

from runtime.errors import ClusterFault, FetchError, NodeFailed
from runtime.running import cluster as clusters
from runtime.running import workers
from runtime.running.cluster import Cluster
from runtime.running.live import Live
from runtime.running.versions import versions
from runtime.running.workers import able_workers, connected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.timeout(300),
]

BUDGET = 700 * MIB
HEAD = {"cls": Scheduler, "options": {"dashboard": False, "host": "127.0.0.1", "port": 0}}


def _worker(threads: int, **resources: float) -> dict[str, Any]:
    options = {"nthreads": threads, "resources": {"memory": 4e9, **resources}, "dashboard_address": None}
    return {"cls": Nanny, "options": options}


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Give the address of a scheduler with two workers, of which one has two GPUs to give, as it says."""
    with SpecCluster(workers={"plain": _worker(1), "device": _worker(2, GPU=2)}, scheduler=HEAD) as cluster:
        yield cluster.scheduler_address


def _wait_for_nine(client: Client, _: int, timeout: float) -> None:
    Client.wait_for_workers(client, 9, timeout)


def _cluster(scheduler: str, folder: Path) -> Cluster:
    return Cluster(scheduler, str(folder / "store"), BUDGET)


def test_nodes_run_beside_each_other_on_the_workers(tmp_path: Path, scheduler: str) -> None:
    """Each ends well only if the other is at work too; slots and memory are those of both workers."""
    crew = _cluster(scheduler, tmp_path)
    assert (crew.slots, crew.largest, crew.memory) == (3, BUDGET, 2 * BUDGET)
    going, _ = run(tmp_path, node("a", "meet"), node("b", "meet"), crew=crew)
    assert list(going.execute()) == ["a", "b"]


def test_a_node_that_wants_a_gpu_goes_where_there_is_one(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All three, though the other worker is free; what they took is measured there as at home."""
    seen: dict[str, str] = {}
    monkeypatch.setattr(Live, "on", lambda _, address, worker: seen.update({address: worker}))
    nodes = [node(name, "spin", hints={"device": "gpu"}) for name in "abc"]
    going, _ = run(tmp_path, *nodes, crew=_cluster(scheduler, tmp_path))
    done = going.execute()
    assert seen == dict.fromkeys("abc", "device")
    manifest: Any = done["a"].artifact.manifest
    took = manifest["predicate"]["runDetails"]["metadata"]["x-specc"]
    assert took["cpuSeconds"] >= 0.5
    assert took["peakBytes"] > 20 * MIB


def test_a_gpu_that_nobody_has_fails_the_node(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would wait for ever; what runs beside it is finished."""
    crew = _cluster(scheduler, tmp_path)
    monkeypatch.setattr(crew, "_workers", [each for each in crew._workers if not each.gpus])
    going, heard = run(tmp_path, node("a", "spin"), node("it", "write", hints={"device": "gpu"}), crew=crew)
    with pytest.raises(ClusterFault, match="it asks for a GPU, and no worker has one to give") as caught:
        going.execute()
    assert "--resources GPU=1" in str(caught.value.remedy)
    assert ("built", "a") in heard.said


def test_a_node_over_the_memory_of_its_worker_is_ended_with_the_figure(
    tmp_path: Path, scheduler: str
) -> None:
    """The worker's process of the node goes, not the worker."""
    large = node("large", "hold", mebibytes=1000, seconds=60)
    going, _ = run(tmp_path, large, crew=_cluster(scheduler, tmp_path))
    with pytest.raises(NodeFailed, match=r"it held 0\.\d+ GiB of memory, and the budget is 0\.68 GiB"):
        going.execute()
    assert left(tmp_path) == []


def test_nodes_that_are_larger_together_than_their_worker_are_carried_out_apart(
    tmp_path: Path, scheduler: str
) -> None:
    """All nodes of a worker are watched together: one is put back, and both end well."""
    on_one = {"device": "gpu"}
    nodes = [node(name, "hold", mebibytes=400, seconds=1.5, hints=on_one) for name in "ab"]
    going, heard = run(tmp_path, *nodes, crew=_cluster(scheduler, tmp_path))
    assert len(going.execute()) == 2
    (warning,) = [message for kind, message in heard.said if kind == "warned"]
    assert "more than was expected: it is carried out alone" in warning


def test_a_worker_that_is_lost_costs_one_node(tmp_path: Path, scheduler: str) -> None:
    """Killed while it builds: the node is carried out again, and a warning says so."""
    nodes = [node("before", "write"), node("it", "desert", "before", times=1)]
    going, heard = run(tmp_path, *nodes, crew=_cluster(scheduler, tmp_path))
    assert list(going.execute()) == ["before", "it"]
    (warning,) = [said for kind, said in heard.said if kind == "warned"]
    assert warning.endswith("was lost with it: it is carried out again")
    assert [address for kind, address in heard.said if kind == "built"] == ["before", "it"]
    assert left(tmp_path) == []


def test_no_process_outlives_a_run_that_is_interrupted(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a worker is at a node: once the run has ended, so has the node's process."""
    crew = _cluster(scheduler, tmp_path)
    going, _ = run(tmp_path, node("a", "linger"), crew=crew)
    wait = crew.wait

    def interrupted(hear: Any) -> None:  # noqa: ANN401 - as the crew's
        if list((tmp_path / "marks").glob("*")):
            raise KeyboardInterrupt
        wait(hear)

    monkeypatch.setattr(crew, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        going.execute()
    (pid,) = [int(path.name) for path in (tmp_path / "marks").iterdir()]
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert left(tmp_path) == []
    with Client(scheduler, set_as_default=False) as client:
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0


def test_a_scheduler_without_workers_is_refused(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while in which one could have come, with the command that starts one."""
    monkeypatch.setattr(workers, "_SECONDS", 0.1)
    with connected(scheduler) as client:
        monkeypatch.setattr(client, "wait_for_workers", partial(_wait_for_nine, client))
        with pytest.raises(ClusterFault, match="has no workers") as caught:
            able_workers(client, scheduler)
    assert caught.value.remedy == f"start some with `dask worker {scheduler}`"


def test_a_run_that_has_lost_its_workers_says_that_it_waits(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, and goes on with the next that comes."""
    crew = _cluster(scheduler, tmp_path)
    monkeypatch.setattr(clusters, "_LONELY_SECONDS", 0.1)
    monkeypatch.setattr(crew._client, "nthreads", dict)
    going, heard = run(tmp_path, node("it", "hold", mebibytes=20, seconds=1), crew=crew)
    assert list(going.execute()) == ["it"]
    said = [said for kind, said in heard.said if kind == "warned"]
    assert said == [f"the scheduler at {scheduler} has no workers left: the run waits for one"]


def test_a_scheduler_that_forgets_its_tasks_ends_the_run(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does that is gone; nothing of the run is left at work."""
    crew: Any = _cluster(scheduler, tmp_path)
    wait = crew.wait

    def forget(hear: Any) -> None:  # noqa: ANN401 - as the crew's
        if list((tmp_path / "marks").glob("*")):
            crew._working["a"].future.cancel()
        wait(hear)

    monkeypatch.setattr(crew, "wait", forget)
    going, _ = run(tmp_path, node("a", "linger"), crew=crew)
    with pytest.raises(ClusterFault, match=r"the scheduler at .* is lost, or was started anew") as caught:
        going.execute()
    assert caught.value.kind == "scheduler-lost"


def test_a_worker_that_misses_a_file_of_the_bundle_says_what_must_be_shared(
    tmp_path: Path, scheduler: str
) -> None:
    """The run may well have it: the worker and the way out are named."""
    going, _ = run(tmp_path, node("it", "miss"), crew=_cluster(scheduler, tmp_path))
    with pytest.raises(
        FetchError, match=r"on worker \w+: there is no file `mine\.csv` in the bundle"
    ) as caught:
        going.execute()
    assert "put both on a disk that the run and all workers have at the same path" in str(caught.value)
    assert str(tmp_path / "mine.csv") in str(caught.value)


def test_a_worker_that_does_not_see_the_store_builds_nothing(tmp_path: Path, scheduler: str) -> None:
    """A folder of that name is there, and is not the run's."""
    crew = Cluster(scheduler, str(tmp_path / "other"), BUDGET)
    going, _ = run(tmp_path, node("it", "write"), crew=crew)
    with pytest.raises(ClusterFault, match=r"worker \w+ does not see the store of the run") as caught:
        going.execute()
    assert caught.value.place == str(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_worker_with_other_versions_is_refused_with_both(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything begins, for results may have other bytes; also where a worker joins later."""
    theirs = versions()
    ours = theirs | {"python": "3.0.1"}
    monkeypatch.setattr(workers, "versions", lambda: ours)
    both = rf"python {theirs['python']} \(the run: 3\.0\.1\)"
    said = rf"worker (plain|device) has other versions than the run: {both}\n"
    with pytest.raises(ClusterFault, match=said):
        _cluster(scheduler, tmp_path)
    monkeypatch.undo()
    crew = _cluster(scheduler, tmp_path)
    monkeypatch.setattr(clusters, "versions", lambda: ours)
    going, _ = run(tmp_path, node("it", "write"), crew=crew)
    with pytest.raises(ClusterFault, match=said):
        going.execute()


def test_in_the_end_a_node_that_loses_one_worker_after_another_fails(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many are lost and no more, whatever Dask allows. It comes last: workers take a while to be back."""
    monkeypatch.setattr(clusters, "TIMES", 1)
    going, _ = run(tmp_path, node("it", "desert", times=9), crew=_cluster(scheduler, tmp_path))
    with pytest.raises(ClusterFault, match="2 workers were lost with it, one after the other") as caught:
        going.execute()
    assert (caught.value.kind, caught.value.place) == ("worker-lost", "it (a.yaml:3)")
    assert left(tmp_path) == []
