"""`--store` and `specc store` with a store that is not on this machine: in memory, and on an S3 server."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import boto3
import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from moto.server import ThreadedMotoServer

import specc
from specc.runs import RUN_MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli_desk import Desk, Ended

MEMORY, S3 = "memory://elsewhere", "s3://bucket/surveys/store"
ARTIFACTS = 16  # of a run of the small bundle: steps, the numbers of frames, the coverage of facts


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Give the address of an S3 server on this machine that has one bucket."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[fsspec.AbstractFileSystem]:
    """Give the file system of an S3 server with one empty bucket, set up as users do, by the environment."""
    given = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": server}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("runtime.store.elsewhere.place.PATIENCE", ())
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="bucket")
    found = fsspec.filesystem("s3", use_listings_cache=False)
    yield found
    if found.exists("bucket"):
        found.rm("bucket", recursive=True)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFileSystem]:
    """Give the file system in memory, empty."""
    monkeypatch.setattr("runtime.store.elsewhere.place.PATIENCE", (0.0,))
    found = fsspec.filesystem("memory")
    yield found
    found.store.clear()
    found.pseudo_dirs[:] = [""]


def on(machine: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on as another machine: with a cache of its own."""
    monkeypatch.setenv("SPECC_CACHE", str(desk.folder / machine))


def run(desk: Desk, store: str, out: str, *options: str) -> Ended:
    """Run the bundle in this process."""
    return desk.specc("run", "tiny", "--store", store, "--out", out, "--in-process", *options)


def published(desk: Desk, out: str) -> dict[str, bytes]:
    """Return the bytes that a run published, without its manifest, which has the times."""
    return {name: content for name, content in desk.files(out).items() if name != RUN_MANIFEST}


def flip(files: fsspec.AbstractFileSystem, path: str) -> None:
    """Flip a bit of a stored file."""
    content = bytearray(files.cat_file(path))
    content[len(content) // 2] ^= 1
    files.pipe_file(path, bytes(content))


@pytest.mark.parametrize("where", ["memory", "s3"])
def test_a_machine_with_nothing_reuses_what_another_built(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, where: str
) -> None:
    """Every node, and the same published bytes; a dry run and `why` see it too."""
    request.getfixturevalue(where)
    store = {"memory": MEMORY, "s3": S3}[where]
    on("one", desk, monkeypatch)
    first = run(desk, store, "out1")
    assert (first.code, "10 nodes, 0 reused" in first.out) == (0, True), first.err
    on("two", desk, monkeypatch)
    assert "nothing to build" in desk.specc("run", "tiny", "--store", store, "--dry-run").out
    assert "is in the store" in desk.specc("why", "calibrate.by_age", "tiny", "--store", store).out
    second = run(desk, store, "out2")
    assert (second.code, "10 nodes, 10 reused" in second.out) == (0, True), second.err
    assert published(desk, "out2") == published(desk, "out1")
    assert desk.specc("verify", "out2", "--store", store).out.count("10 nodes in the store") == 1


@pytest.mark.usefixtures("memory")
def test_what_comes_out_is_what_a_store_in_a_folder_gives(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the store is changes no result: table, facts, numbers, report."""
    on("one", desk, monkeypatch)
    assert run(desk, MEMORY, "out1").code == 0
    assert run(desk, "folder", "out2").code == 0
    ours, plain = published(desk, "out1"), published(desk, "out2")
    results = [name for name in plain if not name.endswith(".manifest.json")]  # those have the times
    assert {name: ours[name] for name in results} == {name: plain[name] for name in results}


@pytest.mark.usefixtures("memory")
def test_a_store_in_memory_is_refused_where_steps_have_processes(desk: Desk) -> None:
    """They would build into memories of their own."""
    ended = desk.specc("run", "tiny", "--store", MEMORY)
    assert ended.code == 3
    assert "--in-process" in ended.err
    assert not (desk.folder / "build").exists()


def test_a_store_elsewhere_is_looked_after_as_any_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, s3: fsspec.AbstractFileSystem
) -> None:
    """From a machine that built nothing: `ls`, `verify`, `gc`, `status`; $SPECC_STORE names it too."""
    on("one", desk, monkeypatch)
    assert run(desk, S3, "out").code == 0
    on("two", desk, monkeypatch)
    monkeypatch.setenv("SPECC_STORE", S3)
    listed = desk.specc("store", "ls").out.splitlines()
    (calibrated,) = [line for line in listed if line.startswith("calibrate.by_age")]
    assert calibrated.split()[-1] == "out"
    assert listed[-2].startswith(f"{ARTIFACTS} artifacts, ")
    assert listed[-2].endswith(f" in {S3}")
    assert desk.specc("store", "verify").out == f"{ARTIFACTS} artifacts, every byte as it was written\n"
    assert "0 artifacts and 0 files" in desk.specc("store", "gc", "--older-than", "0m").out
    status = desk.specc("status").out
    assert f"no run on this machine uses {S3} just now" in status
    assert "of runs on other machines only this is known: none of them is building anything" in status
    assert s3.find("bucket/surveys/store/leases") == []


def test_what_a_run_on_another_machine_published_is_needed_until_that_is_forgotten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, s3: fsspec.AbstractFileSystem
) -> None:
    """Its folder cannot be looked at from here; what it needs was told."""
    monkeypatch.setattr("runtime.store.elsewhere.store.GRACE", -10.0)
    monkeypatch.setattr("platform.node", lambda: "far")
    on("one", desk, monkeypatch)
    assert run(desk, S3, "out").code == 0
    on("two", desk, monkeypatch)
    kept = desk.specc("store", "gc", S3, "--older-than", "0m").out
    assert f"{desk.folder / 'out'} on far needs {ARTIFACTS} artifacts" in kept
    assert "0 artifacts and " in kept
    told = desk.specc("store", "gc", S3, "--older-than", "0m", "--forget", "far", "--dry-run").out
    assert f"{ARTIFACTS} artifacts and " in told
    assert len(s3.find("bucket/surveys/store/actions")) == ARTIFACTS
    assert desk.specc("store", "gc", S3, "--older-than", "0m", "--forget", "far").code == 0
    assert s3.find("bucket/surveys/store/actions") == []


def test_a_flipped_byte_on_the_server_is_noticed_and_built_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, s3: fsspec.AbstractFileSystem
) -> None:
    """`verify` ends with 1 and names it; a run that needs it says so, builds it, and mends the store."""
    on("one", desk, monkeypatch)
    assert run(desk, S3, "out1").code == 0
    table = published(desk, "out1")["tables/person.parquet"]
    (victim,) = s3.glob(f"bucket/surveys/store/objects/??/{hashlib.sha256(table).hexdigest()}")
    flip(s3, victim)
    checked = desk.specc("store", "verify", S3)
    assert (checked.code, f"at: s3://{victim}" in checked.out) == (1, True)
    on("two", desk, monkeypatch)
    ended = run(desk, S3, "out2")
    assert (ended.code, f"at: s3://{victim}" in ended.err) == (0, True)
    assert "9 reused" in ended.out
    assert published(desk, "out2")["tables/person.parquet"] == table
    assert desk.specc("store", "verify", S3).code == 0


@pytest.mark.parametrize("puts", [9, 30])
def test_a_run_that_is_stopped_while_it_sends_goes_on_to_the_same_results(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, memory: MemoryFileSystem, puts: int
) -> None:
    """Whatever it was sending is not there by halves, and another machine can take over."""
    on("one", desk, monkeypatch)
    done: list[str] = []
    put = MemoryFileSystem.put_file

    def until(self: MemoryFileSystem, source: str, path: str, **options: str) -> None:
        done.append(path)
        if len(done) == puts:
            raise KeyboardInterrupt
        put(self, source, path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "put_file", until)
        # A thread that counts meanwhile sends too, and no Ctrl-C reaches that.
        patch.setattr("specc.cli.run.counted_meanwhile", lambda _: nullcontext())
        assert run(desk, MEMORY, "out1").code == 130
    assert not (desk.folder / "out1").exists()
    assert desk.specc("store", "verify", MEMORY).code == 0
    for machine in ("two", "one"):
        on(machine, desk, monkeypatch)
        assert run(desk, MEMORY, f"out-{machine}").code == 0
    assert run(desk, "folder", "plain").code == 0
    for name in ("tables/person.parquet", "facts.parquet", "numbers.parquet", "report.json"):
        assert published(desk, "out-two")[name] == published(desk, "plain")[name]
        assert published(desk, "out-one")[name] == published(desk, "plain")[name]
    assert len(memory.find("/elsewhere/actions")) == ARTIFACTS


def test_a_place_that_fails_ends_the_run_with_what_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, memory: MemoryFileSystem
) -> None:
    """The next run sends what is missing and builds nothing twice."""
    assert memory.store == {}
    on("one", desk, monkeypatch)
    put = MemoryFileSystem.put_file

    def lost(self: MemoryFileSystem, source: str, path: str, **options: str) -> None:
        if "/objects/" in path:
            raise OSError("connection reset by peer")
        put(self, source, path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "put_file", lost)
        ended = run(desk, MEMORY, "out")
    assert ended.code == 4
    assert f"the store at {MEMORY} cannot be reached: connection reset by peer" in ended.err
    assert f"what was built is kept in {desk.folder / 'one'}" in ended.err
    again = run(desk, MEMORY, "out")
    assert (again.code, "10 nodes, 1 reused" in again.out) == (0, True), again.err
    assert len(memory.find("/elsewhere/actions")) == ARTIFACTS


@pytest.mark.parametrize("bucket", ["s3://nowhere/store"])
@pytest.mark.usefixtures("s3")
def test_a_bucket_that_is_not_there_is_told_before_anything_is_built(desk: Desk, bucket: str) -> None:
    """With its name and the remedy; no cache is left with a node in it."""
    ended = desk.specc("run", "tiny", "--store", bucket)
    assert ended.code == 3
    assert f"there can be no store at {bucket}: The specified bucket does not exist" in ended.err
    assert "(for S3: the bucket)" in ended.err
    looked = desk.specc("store", "ls", bucket)
    assert (looked.code, f"there is no store in {bucket}" in looked.err) == (3, True)


@pytest.mark.usefixtures("s3")
def test_a_server_that_does_not_answer_is_told_before_anything_is_built(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So are credentials that are not there."""
    on("one", desk, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        patch.setattr("s3fs.core.S3FileSystem.retries", 1)
        ended = desk.specc("run", "tiny", "--store", S3)
    assert (ended.code, f"the store at {S3} cannot be reached" in ended.err) == (3, True)
    assert "AWS_ENDPOINT_URL" in ended.err
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    ended = desk.specc("run", "tiny", "--store", S3)
    assert (ended.code, f"the store at {S3} cannot be entered" in ended.err) == (3, True)
    assert "AWS_PROFILE" in ended.err
    assert list(desk.folder.glob("one/*/store/actions/*")) == []


@pytest.mark.slow
@pytest.mark.usefixtures("s3")
def test_two_machines_at_once_build_every_node_once(desk: Desk) -> None:
    """Two programs with caches of their own and processes for their steps; what one has, the other takes."""
    home = os.path.dirname(os.path.dirname(specc.__file__))  # noqa: PTH120
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "specc", "run", "tiny", "--store", S3, "--out", f"out-{name}"],
            env={**os.environ, "SPECC_CACHE": str(desk.folder / name), "PYTHONPATH": home},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    reused = [int(out.split("(10 nodes, ")[1].split(" ")[0]) for out, _ in said]
    assert sum(reused) == 10, said
    assert published(desk, "out-one") == published(desk, "out-two")
