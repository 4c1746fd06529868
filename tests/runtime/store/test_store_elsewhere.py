"""A store that is not on this machine: what one machine sends, another finds, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from runtime.errors import StoreError, StoreUnreachable
from runtime.locations import local_folder, shown
from runtime.store import Store, open_store
from runtime.store.elsewhere.leases import Leases
from runtime.store.elsewhere.place import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runtime.errors import CorruptArtifact

PLACE = "memory://elsewhere/store"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFileSystem]:
    """Give the file system that stands for another machine's, empty, with no time lost between tries."""
    found = fsspec.filesystem("memory")
    monkeypatch.setattr("runtime.store.elsewhere.place.PATIENCE", (0.0, 0.0, 0.0, 0.0))
    yield found
    found.store.clear()
    found.pseudo_dirs[:] = [""]


class Machines:
    """Machines that share a store, each with a cache of its own; `told` is what they were warned of."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._monkeypatch = folder, monkeypatch
        self.told: list[str] = []

    def store(self, machine: str) -> Store:
        """Open the store on a machine."""

        def corrupt(fault: CorruptArtifact) -> None:
            self.told.append(str(fault))

        def differing(key: str, names: tuple[str, ...]) -> None:
            self.told.append(f"{key} differs in {names}")

        self._monkeypatch.setenv("SPECC_CACHE", str(self._folder / machine))
        return open_store(PLACE, on_corrupt=corrupt, on_differing=differing)


@pytest.fixture
def machines(files: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    """Give the machines that share the store at PLACE."""
    assert not files.store
    return Machines(tmp_path, monkeypatch)


def build(store: Store, key: str = "k1", text: str = "text") -> str:
    """Commit two files and return the digest of the first."""
    with store.scratch(key) as folder:
        (folder / "a.txt").write_text(text)
        (folder / "b.txt").write_text(f"more {text}")
        return store.commit(key, folder, {}).content("a.txt")


def read(store: Store, key: str = "k1") -> str | None:
    """Return the text of the first file of an action."""
    found = store.find(key)
    return None if found is None else found.path("a.txt").read_text()


def stored(files: MemoryFileSystem, folder: str) -> list[str]:
    """Return what is under a folder of the store at PLACE."""
    return sorted(files.find(f"/elsewhere/store/{folder}"))


def flip(files: MemoryFileSystem, path: str) -> None:
    """Flip a bit of a stored file."""
    content = bytearray(files.cat_file(path))
    content[len(content) // 2] ^= 1
    files.pipe_file(path, bytes(content))


def test_what_one_machine_builds_another_finds(machines: Machines) -> None:
    """The same manifest and the same bytes, from a cache that had nothing."""
    here = machines.store("one")
    build(here)
    there = machines.store("two")
    assert read(there) == "text"
    assert here.find("k1") is not None
    assert [entry.key for entry in there.ls()] == ["k1"]
    assert there.usage() == (2, 13)
    assert (there.verify(), machines.told) == ((), [])


def test_what_is_here_is_found_though_nobody_answers(
    machines: Machines, files: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was fetched once is not fetched again."""
    build(machines.store("one"))
    there = machines.store("two")
    assert read(there) == "text"
    monkeypatch.setattr(type(files), "get_file", None)
    assert read(there) == "text"


def test_what_a_process_needs_and_lacks_is_fetched(machines: Machines) -> None:
    """An artifact that another machine speaks of, as a scheduler hands it on."""
    build(machines.store("one"))
    there = machines.store("two")
    artifact = machines.store("one").find("k1")
    assert artifact is not None
    there.require(artifact)
    assert there.objects.size(artifact.outputs["a.txt"].sha256) == 4


class Breaking:
    """A way of putting files that fails, as `error`, from the put with the number `first` to `last`."""

    def __init__(self, error: BaseException, first: int, last: int = 10**6) -> None:
        self._error, self._first, self._last = error, first, last
        self._put: Callable[..., None] = MemoryFileSystem.put_file
        self.puts = 0

    def __call__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - whatever is put
        """Put a file, or fail."""
        self.puts += 1
        if self._first <= self.puts <= self._last:
            raise self._error
        self._put(fsspec.filesystem("memory"), *arguments, **options)


def _broken(monkeypatch: pytest.MonkeyPatch, breaking: Breaking) -> Breaking:
    monkeypatch.setattr(MemoryFileSystem, "put_file", lambda _, *given, **named: breaking(*given, **named))
    return breaking


@pytest.mark.parametrize("puts", [1, 2, 3])
def test_an_upload_that_dies_leaves_no_record_and_is_made_up_for(
    machines: Machines, files: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch, puts: int
) -> None:
    """Killed at the first object, at the second, at the record: nobody finds it, until it is sent whole."""
    here = machines.store("one")
    with monkeypatch.context() as patch:
        _broken(patch, Breaking(KeyboardInterrupt(), puts))
        with pytest.raises(KeyboardInterrupt):
            build(here)
    assert stored(files, "actions") == []
    assert len(stored(files, "objects")) == puts - 1
    assert read(machines.store("two")) is None
    again = machines.store("one")
    kept = again.find("k1")
    assert kept is not None
    again.share(kept)
    assert read(machines.store("two")) == "text"


def test_a_short_failure_of_the_network_is_outlasted(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three tries that fail are followed by one that does not."""
    _broken(monkeypatch, Breaking(OSError("reset by peer"), 2, 4))
    build(machines.store("one"))
    assert read(machines.store("two")) == "text"


def test_a_long_failure_of_the_network_is_told_with_how_to_go_on(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says where, what is kept, and that the next run sends it; five tries were made."""
    here = machines.store("one")
    breaking = _broken(monkeypatch, Breaking(OSError("reset by peer"), 2))
    with pytest.raises(StoreUnreachable, match="cannot be reached: reset by peer") as told:
        build(here)
    assert breaking.puts == 6
    assert f"what was built is kept in {here.root}; run again" in str(told.value.remedy)
    assert str(told.value.place).startswith(f"{PLACE}/objects/")
    assert read(here) == "text"


@pytest.mark.parametrize("folder", ["objects", "actions"])
def test_a_flipped_bit_is_noticed_told_and_mended(
    machines: Machines, files: MemoryFileSystem, folder: str
) -> None:
    """`verify` names it, a machine that lacks the action builds it again, and the next finds it whole."""
    build(machines.store("one"))
    victim = stored(files, folder)[0]
    flip(files, victim)
    (damage,) = machines.store("two").verify()
    assert (damage.keys, damage.fault.place) == (("k1",), f"memory:/{victim}")
    there = machines.store("two")
    assert read(there) is None
    assert f"at: memory:/{victim}" in machines.told[0]
    build(there)
    assert read(machines.store("three")) == "text"
    assert (len(machines.told), there.verify()) == (1, ())


def test_an_object_that_is_gone_is_noticed(machines: Machines, files: MemoryFileSystem) -> None:
    """A record that names what is not there counts as damaged."""
    build(machines.store("one"))
    files.rm_file(stored(files, "objects")[0])
    assert read(machines.store("two")) is None
    assert "is missing" in machines.told[0]


def test_what_comes_wrong_once_is_fetched_again_and_not_condemned(
    machines: Machines, files: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the network that flips bits; the object stays."""
    build(machines.store("one"))
    fetched: list[str] = []
    fetch = MemoryFileSystem.get_file

    def get(self: MemoryFileSystem, path: str, target: str) -> None:
        fetch(self, path, target)
        fetched.append(path)
        if len(fetched) == 1:
            with open(target, "wb") as file:  # noqa: PTH123 - as fsspec does
                file.write(b"half")

    monkeypatch.setattr(MemoryFileSystem, "get_file", get)
    assert read(machines.store("two")) == "text"
    assert (len(fetched), len(stored(files, "objects")), machines.told) == (3, 2, [])


def test_of_two_builds_that_differ_the_first_is_kept_and_it_is_told(machines: Machines) -> None:
    """Also on the machine that came second, which has the other's from then on."""
    first, second = machines.store("one"), machines.store("two")
    assert second.find("k1") is None
    mine = build(first, text="mine")
    assert build(second, text="yours") == mine
    assert machines.told == ["k1 differs in ('a.txt', 'b.txt')"]
    assert read(machines.store("two")) == "mine"


def test_of_two_builds_that_agree_nothing_is_told(machines: Machines) -> None:
    """The second sends nothing."""
    first, second = machines.store("one"), machines.store("two")
    assert build(first) == build(second)
    assert machines.told == []


def test_two_machines_build_a_step_once(machines: Machines) -> None:
    """Whoever comes second waits for the lease, hears that, and finds what was built."""
    said: list[str] = []
    started = threading.Event()

    def work(store: Store, name: str) -> None:
        with store.lock("k1", waits=lambda: said.append(f"{name} waits")):
            if store.find("k1") is None:
                started.set()
                time.sleep(0.3)
                said.append(f"{name} builds")
                build(store)

    stores = [machines.store("one"), machines.store("two")]
    first = threading.Thread(target=work, args=(stores[0], "one"))
    first.start()
    assert started.wait(10)
    work(stores[1], "two")
    first.join()
    assert said == ["two waits", "one builds"]
    assert read(stores[1]) == "text"


@pytest.mark.usefixtures("files")
def test_a_lease_whose_holder_died_is_taken_over() -> None:
    """After as long as it may be silent; one of the own cache at once: its lock was let go."""
    place = reach(PLACE)
    place.write("leases/k1.json", b'{"holder": "gone", "machine": "m"}')
    waited: list[int] = []
    begun = time.monotonic()
    with Leases(place, "me", seconds=0.3).held("k1", lambda: waited.append(1)):
        assert time.monotonic() - begun > 0.3
        assert Leases(place, "you").others() != []
    assert waited == [1]
    place.write("leases/k2.json", b'{"holder": "me", "machine": "m"}')
    with Leases(place, "me", seconds=3600).held("k2", lambda: waited.append(2)):
        assert waited == [1]
    assert place.listing("leases") == {}


@pytest.mark.usefixtures("files")
def test_a_lease_is_renewed_while_its_holder_lives() -> None:
    """So that nobody takes over what takes long."""
    place = reach(PLACE)
    with Leases(place, "me", seconds=0.2).held("k1"):
        first = place.read("leases/k1.json")
        deadline = time.monotonic() + 10
        while place.read("leases/k1.json") == first:
            assert time.monotonic() < deadline


def test_gc_takes_what_nothing_needs_and_spares_what_is_young(
    machines: Machines, files: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upload may be under way: for an hour nothing goes, whatever is asked."""
    store = machines.store("one")
    build(store, "k1")
    build(store, "k2", "other")
    files.pipe_file("/elsewhere/store/objects/ab/ab12", b"of an upload that died")
    assert store.gc(frozenset({"k1"})).actions == 0
    assert len(stored(files, "objects")) == 5
    monkeypatch.setattr("runtime.store.elsewhere.store.GRACE", -10.0)
    swept = machines.store("two").gc(frozenset({"k1"}))
    assert (swept.actions, swept.objects) == (1, 3)
    assert stored(files, "actions") == ["/elsewhere/store/actions/k1.json"]
    assert read(machines.store("three")) == "text"


def test_records_can_be_read_here_and_follow_what_is_there(machines: Machines) -> None:
    """What looks at records alone, a dry run, fetches no artifact."""
    build(machines.store("one"))
    there = machines.store("two")
    own, copies = there.record_folders()
    assert [path.name for path in (copies / "actions").iterdir()] == ["k1.json"]
    assert list((own / "objects").glob("??/*")) == []
    fsspec.filesystem("memory").rm_file("/elsewhere/store/actions/k1.json")
    assert list((there.record_folders()[1] / "actions").iterdir()) == []


@pytest.mark.parametrize(
    ("location", "message", "remedy"),
    [
        ("zork://a/b", "Protocol not known: zork", "s3://BUCKET/PREFIX"),
        ("zork::s3://a/b", "zork", "s3://BUCKET/PREFIX"),
    ],
)
def test_an_unknown_kind_of_place_is_refused(location: str, message: str, remedy: str) -> None:
    """With what would be one."""
    with pytest.raises(StoreError, match=message) as told:
        open_store(location)
    assert remedy in str(told.value.remedy)


@pytest.mark.parametrize("missing", ["fsspec.core", "s3fs"])
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """Fsspec itself, or what it needs for one kind of place."""
    for known in ("_registry", "registry"):  # what was loaded before
        monkeypatch.setattr(sys.modules["fsspec.registry"], known, {})
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(StoreError, match="needs a package that is not installed") as told:
        open_store("s3://bucket/prefix")
    assert str(told.value.remedy).startswith("pip install 'specc[remote]'")


def test_a_store_in_a_folder_loads_nothing_of_fsspec(tmp_path: Path) -> None:
    """It would take longer than a run that finds everything."""
    script = (
        "import sys; import specc.cli.run; from runtime.store import open_store;"
        f"open_store({str(tmp_path)!r}).find('k1'); print({{'fsspec', 's3fs'}} & {{*sys.modules}})"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "set()\n"


def test_one_location_has_one_cache_and_tells_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slash at the end is no other place."""
    monkeypatch.setenv("SPECC_CACHE", "/caches")
    assert local_folder("s3://bucket/a/") == local_folder("s3://bucket/a")
    assert local_folder("s3://bucket/a") != local_folder("s3://bucket/b")
    assert str(local_folder("s3://bucket/a")).startswith("/caches/")
    assert shown("sftp://me:secret@host/a") == "sftp://me:***@host/a"
    assert shown("s3://bucket/a@b:c") == "s3://bucket/a@b:c"


def test_what_another_machine_speaks_of_is_read_here(machines: Machines) -> None:
    """The paths of an artifact are those of whoever found it; here they are ours, with the files there."""
    build(machines.store("one"))
    theirs = machines.store("one").find("k1")
    assert theirs is not None
    there = machines.store("two")
    ours = there.here(theirs)
    assert ours.path("a.txt").is_relative_to(there.root)
    assert ours.path("a.txt").read_text() == "text"
    assert there.here(ours) is ours
