"""`--scheduler` with a store on S3: workers on machines of their own share nothing with the run but that."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import fsspec
import pytest
from distributed import Client
from moto.server import ThreadedMotoServer

import specc
from specc.runs import RUN_MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli_desk import Desk

HOUSE = Path(specc.__file__).resolve().parents[1]
S3, WORKERS = "s3://bucket/store", ("one", "two")
pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of an S3 server with an empty bucket, which the environment names."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    given = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": address}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="bucket")
    yield address
    server.stop()


@contextmanager
def _serving(folder: Path, *words: str, **more: str) -> Iterator[None]:
    """Run a part of a cluster while the block runs, with a cache of its own."""
    around = os.environ | {"PYTHONPATH": str(HOUSE)} | more
    command = [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1", "--no-dashboard"]
    with (folder / "dask.log").open("ab") as log:
        running = subprocess.Popen(command, cwd=folder, env=around, stdout=log, stderr=log)
    with running:
        try:
            yield
        finally:
            running.terminate()


@pytest.fixture
def scheduler(desk: Desk, bucket: str) -> Iterator[str]:
    """Give the address of a scheduler whose two workers keep what they fetch each in a place of its own."""
    assert bucket
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as cluster:
        cluster.enter_context(_serving(desk.folder, "scheduler", "--port", port))
        for name in WORKERS:
            words = ("worker", address, "--nthreads", "2", "--name", name, "--resources", "memory=2e9")
            own = str(desk.folder / f"cache-{name}")
            cluster.enter_context(_serving(desk.folder, *words, SPECC_CACHE=own))
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address


def _published(desk: Desk, out: str) -> dict[str, bytes]:
    """Return the bytes that a run published, without what the manifests say of time."""
    return {n: said for n, said in desk.files(out).items() if not n.endswith("manifest.json")}


def test_workers_with_caches_of_their_own_give_the_bytes_of_home(
    desk: Desk, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one builds another fetches; a second run reuses all; the cache of the run is the run's alone."""
    monkeypatch.setenv("SPECC_CACHE", str(desk.folder / "cache-home"))
    there = ("run", "tiny", "--store", S3, "--scheduler", scheduler)
    ended = desk.specc(*there, "--out", "there")
    assert (ended.code, "10 nodes, 0 reused" in ended.out) == (0, True), ended.err
    assert desk.specc("run", "tiny", "--store", "plain", "--out", "here").code == 0
    assert _published(desk, "there") == _published(desk, "here")
    at_work = [name for name in WORKERS if list((desk.folder / f"cache-{name}").rglob("actions/*.json"))]
    assert at_work == list(WORKERS)
    again = desk.specc(*there, "--out", "again")
    assert (again.code, "10 nodes, 10 reused" in again.out) == (0, True), again.err
    assert {**desk.files("again"), RUN_MANIFEST: b""} == {**desk.files("there"), RUN_MANIFEST: b""}
    assert desk.specc("store", "verify", S3).code == 0


def test_what_a_worker_finds_bad_on_the_server_is_sent_again(
    desk: Desk, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run has it whole in its own cache: a worker that lacks it gets it from there, and builds on it."""
    monkeypatch.setenv("SPECC_CACHE", str(desk.folder / "cache-home"))
    only = ("run", "tiny", "--store", S3, "--only", "matrix.by_age")
    ended = desk.specc(*only)
    assert ended.code == 0, ended.err
    server = boto3.client("s3", region_name="us-east-1")
    for listed in server.list_objects_v2(Bucket="bucket", Prefix="store/objects/")["Contents"]:
        server.put_object(Bucket="bucket", Key=listed["Key"], Body=b"rotten" * listed["Size"])
    ended = desk.specc("run", "tiny", "--store", S3, "--scheduler", scheduler, "--out", "there")
    assert ended.code == 0, ended.err
    assert desk.specc("run", "tiny", "--store", "plain", "--out", "here").code == 0
    assert _published(desk, "there") == _published(desk, "here")
