"""The page about running is walked through: every command as it stands, on a cluster of this machine."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from distributed import Client

from runtime.manifest import without_volatile
from runtime.running.live import live_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@dataclass
class Reader:
    """Somebody who does what the page says, in a folder of their own, with another port."""

    folder: Path
    port: int
    running: ExitStack

    @property
    def scheduler(self) -> str:
        """Where the cluster is."""
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, line: str) -> subprocess.Popen[bytes]:
        """Start a command of the page."""
        told = line.replace("HOST:8786", f"127.0.0.1:{self.port}").replace("8786", str(self.port))
        program, *words = shlex.split(told)
        if program == "dask":
            words += ["--host", "127.0.0.1", "--no-dashboard"]
        with (self.folder / f"{program}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", program, *words], cwd=self.folder, stdout=log, stderr=log,
                env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
            )  # fmt: skip

    def serve(self, line: str) -> None:
        """Start what serves until the test is over."""
        self.running.enter_context(_ended(self.start(line)))

    def do(self, line: str) -> None:
        """Carry out a command to its end."""
        with self.start(line) as running:
            assert running.wait(120) == 0, self.log()

    def log(self) -> str:
        """Return all that `specc` printed."""
        return (self.folder / "specc.log").read_text()


@contextmanager
def _ended(serving: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process after the block as a service manager does, and kill what does not listen."""
    with serving:
        try:
            yield
        finally:
            serving.terminate()
            try:
                serving.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(serving.pid, signal.SIGKILL)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Give a reader, and end what they started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with ExitStack() as running:
        yield Reader(tmp_path, port, running)


def _building(store: Path, node: str) -> dict[str, Any]:
    """Wait until a worker builds a step; return what the run says of it."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for run in live_runs(store / "runs"):
            for each in run["running"]:
                if (each["node"], each["state"]) == (node, "building"):
                    return dict(each)
        time.sleep(0.01)
    raise AssertionError(store)


def _published(folder: Path) -> dict[str, object]:
    """Return all that a run published, manifests without what may vary."""
    return {
        path.relative_to(folder).as_posix(): without_volatile(json.loads(path.read_bytes()))
        if path.name.endswith("manifest.json")
        else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_page_leads_to_the_same_bytes_also_when_a_worker_is_killed(reader: Reader) -> None:
    """As it promises: the worker that builds is killed, the other builds that step, and results are equal."""
    init, here, scheduler, plain, device, there, status = COMMANDS
    reader.do(init)
    reader.serve(scheduler)
    reader.serve(plain)
    reader.serve(device)
    reader.do(here)
    with Client(reader.scheduler, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        pids = client.run(os.getpid)
    with reader.start(there) as running:
        worker = _building(reader.folder / "shared/store", "calibrate.town")["worker"]
        os.kill(pids[worker], signal.SIGSTOP)  # it can say nothing more while somebody looks on
        reader.do(status)
        os.kill(pids[worker], signal.SIGKILL)
        assert running.wait(120) == 0, reader.log()
    (line,) = [line for line in reader.log().splitlines() if "  calibrate.town  building" in line]
    assert line.split()[2] == worker
    assert f"warning: worker {worker} was lost with calibrate.town" in reader.log()
    assert "Traceback" not in reader.log()
    by_cluster, by_hand = (_published(reader.folder / "build" / name) for name in ("there", "here"))
    assert len(by_hand) > 10
    assert by_cluster == by_hand
