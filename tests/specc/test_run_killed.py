"""Stopped at any instant, a run loses at most the steps under way, and ends with the same bytes later."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from cli_desk import BUNDLES
from runs_that_end import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="asks the system for processes"),  # noqa: PTH112
]


@pytest.fixture(scope="module", autouse=True)
def _hears_of_ctrl_c() -> Iterator[None]:
    """Have what is started here hear of Ctrl-C, which a shell has its background jobs ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def never_stopped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give what a run publishes that nobody stops."""
    place = _place(tmp_path_factory.mktemp("whole"))
    assert place.run() == 0, place.log()
    return place.results()


def _place(folder: Path) -> Place:
    shutil.copytree(BUNDLES / "tiny", folder / "tiny")
    return Place(folder, folder / "home")


def _is_over(running: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        running.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _killed(place: Place, chance: random.Random) -> bool:
    """Start a run and kill it: half of the time at any instant, else while something is being written."""
    with place.start() as running:
        if chance.random() < 0.5:
            over = _is_over(running, chance.uniform(0.2, 6))
        else:
            over = _is_writing(place, running) or _is_over(running, chance.uniform(0, 0.1))
        if not over:
            os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == (0 if over else -signal.SIGKILL), place.log()
    return not over


def _is_writing(place: Place, running: subprocess.Popen[bytes]) -> bool:
    """Wait until a step writes; True when the run was over first."""
    while not place.scratch():
        if running.poll() is not None:
            return True
        time.sleep(0.005)
    return False


def _kills(place: Place, number: int, never_stopped: dict[str, bytes], seed: int) -> None:
    """Kill runs so many times; whenever one ends, compare what it published, and begin with nothing."""
    chance, left, ended = random.Random(seed), number, 0
    while left:
        if _killed(place, chance):
            left -= 1
            assert place.lingering() == []
            assert place.swept()
            assert place.sound()
        else:
            ended += 1
            assert place.results() == never_stopped
            shutil.rmtree(place.home)
    assert place.run() == 0, place.log()
    assert place.results() == never_stopped
    assert place.lingering() == []


def test_a_run_that_is_killed_some_times_ends_with_the_same_bytes(
    tmp_path: Path, never_stopped: dict[str, bytes]
) -> None:
    """Signal 9 to the whole group: no process outlives it, the store is sound, the next run goes on."""
    _kills(_place(tmp_path), 4, never_stopped, seed=1)


@pytest.mark.soak
def test_a_run_that_is_killed_at_fifty_instants_ends_with_the_same_bytes(
    tmp_path: Path, never_stopped: dict[str, bytes]
) -> None:
    """The same, fifty times."""
    _kills(_place(tmp_path), 50, never_stopped, seed=2)


def test_ctrl_c_leaves_nothing_behind_and_the_next_run_goes_on(
    tmp_path: Path, never_stopped: dict[str, bytes]
) -> None:
    """Sent to the whole group, as a terminal does: 130, no process, no half work, the same bytes later."""
    place = _place(tmp_path)
    with place.start() as running:
        assert not _is_writing(place, running)
        os.killpg(running.pid, signal.SIGINT)
    assert running.returncode == 130, place.log()
    assert place.log().splitlines()[-1] == "finished steps stay in the store; run again to go on"
    assert "Traceback" not in place.log()
    assert place.lingering() == []
    assert place.scratch() == []
    assert list((place.store / "runs").iterdir()) == []
    assert place.run() == 0
    assert place.results() == never_stopped


@pytest.mark.soak
def test_ctrl_c_at_any_instant_ends_with_a_word_and_no_traceback(tmp_path: Path) -> None:
    """While Python starts, while processes do, in the middle of a step: nothing is left of any."""
    place, chance = _place(tmp_path), random.Random(3)
    for _ in range(25):
        with place.start() as running:
            if not _is_over(running, chance.uniform(0.5, 5)):
                os.killpg(running.pid, signal.SIGINT)
        # Where the signal comes while Python makes a class, Python ends by that signal itself.
        assert running.returncode in {0, 130, -signal.SIGINT}, place.log()
        assert "Traceback" not in place.log()
        assert "Error" not in place.log()
        assert place.lingering() == []
        assert place.scratch() == []
        shutil.rmtree(place.home, ignore_errors=True)


def test_two_runs_on_one_store_build_every_node_once(tmp_path: Path, never_stopped: dict[str, bytes]) -> None:
    """Started together: each node is built by one and found by the other, and both publish the same."""
    place = _place(tmp_path)
    with place.start("one") as one, place.start("two") as two:
        assert (one.wait(300), two.wait(300)) == (0, 0), place.log("one") + place.log("two")
    lines = [line for out in ("one", "two") for line in place.log(out).splitlines() if line.startswith("[")]
    built = [line.split("]")[1].split()[1] for line in lines if line.split("]")[1].split()[0] == "built"]
    assert len(lines) == 20
    assert sorted(built) == sorted(set(built))
    assert len(built) == 10
    assert place.results("one") == place.results("two") == never_stopped
    assert place.sound()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a file system of its own that has hardly any room."""
    home = tmp_path / "home"
    home.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(home)], check=False)
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    yield home
    subprocess.run(["umount", str(home)], check=True)  # noqa: S607


@pytest.mark.parametrize("kilobytes", [64, 96, 128])
def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    small_disk: Path, tmp_path: Path, never_stopped: dict[str, bytes], kilobytes: int
) -> None:
    """Wherever it runs full: exit 4 with the remedy, a sound store, and with more room the same bytes."""
    shutil.copytree(BUNDLES / "tiny", tmp_path / "tiny")
    place = Place(tmp_path, small_disk)
    _resize(small_disk, f"{kilobytes}k")
    assert place.run() == 4, place.log()
    assert "no room" in place.log()
    assert "remedy: free" in place.log()
    assert "Traceback" not in place.log()
    assert place.scratch() == []
    assert not (small_disk / "out").exists()
    _resize(small_disk, "64m")
    assert place.sound()
    assert place.run() == 0, place.log()
    assert place.results() == never_stopped


def _resize(home: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(home)], check=True)  # noqa: S607
