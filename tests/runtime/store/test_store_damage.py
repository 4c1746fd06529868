"""Bytes that went bad are noticed before they are used, and built again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runtime.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runtime.errors import CorruptArtifact
    from runtime.store import Artifact


def put(store: Store, key: str = "k1", text: str = "0123456789") -> Artifact:
    """Commit one small file."""
    with store.scratch(key) as folder:
        (folder / "a.txt").write_text(text)
        return store.commit(key, folder, {"note": "a manifest"})


def flip(path: Path) -> None:
    """Flip one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def the_object(store: Store) -> Path:
    """Return the only object of a store."""
    (sha256,) = store.objects.walk()
    return store.objects.folder / sha256[:2] / sha256


def the_record(store: Store) -> Path:
    """Return the record of the only action."""
    return store.action_path("k1")


@pytest.mark.parametrize("damage", [flip, lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("victim", [the_object, the_record])
def test_damage_is_told_once_and_repaired_by_building_again(
    tmp_path: Path, damage: Callable[[Path], None], victim: Callable[[Store], Path]
) -> None:
    """A flipped bit, a lost file or an emptied one makes the action absent until it is committed again."""
    told: list[CorruptArtifact] = []
    put(Store(tmp_path))
    store = Store(tmp_path, on_corrupt=told.append)
    damage(victim(store))
    lost_record = not the_record(store).exists()
    assert store.find("k1") is None
    assert store.find("k1") is None
    assert len(told) == (0 if lost_record else 1)
    put(store)
    found = store.find("k1")
    assert found is not None
    assert found.path("a.txt").read_text() == "0123456789"
    assert store.verify() == ()


def test_damage_after_the_first_read_is_noticed_too(tmp_path: Path) -> None:
    """Verified once a process holds only while the file is the same one."""
    told: list[CorruptArtifact] = []
    store = Store(tmp_path, on_corrupt=told.append)
    flip(put(store).path("a.txt"))
    assert store.find("k1") is None
    assert told[0].kind == "artifact-corrupt"
    assert (store.root / "quarantine").is_dir()


def test_record_under_a_wrong_key_is_no_record(tmp_path: Path) -> None:
    """A record is sealed with its key: a copy under another name is damage."""
    store = Store(tmp_path, on_corrupt=lambda _: None)
    put(store)
    store.action_path("k2").write_bytes(the_record(store).read_bytes())
    assert store.find("k2") is None
    assert store.find("k1") is not None


def test_verify_reports_without_touching(tmp_path: Path) -> None:
    """`verify` reads everything again, names the bad object, and leaves it for `find` to handle."""
    store = Store(tmp_path)
    path = put(store).path("a.txt")
    assert store.verify() == ()
    flip(path)
    (damage,) = store.verify()
    assert (damage.fault.place, damage.keys) == (str(path), ("k1",))
    assert path.exists()


def test_garbage_is_what_no_reachable_key_needs(tmp_path: Path) -> None:
    """Collection keeps the reachable action and its objects and counts what went."""
    store = Store(tmp_path)
    with store.lock("k1"):
        put(store, "k1", "keep")
    put(store, "k2", "drop")
    assert store.gc({"k1"}, before=0).actions == 0  # nothing is so old
    assert store.gc({"k1"}, remove=False).actions == 1
    assert len(store.ls()) == 2
    swept = store.gc({"k1"})
    assert (swept.actions, swept.objects, swept.size) == (1, 1, 4)
    assert [(entry.key, entry.files, entry.size) for entry in store.ls()] == [("k1", ("a.txt",), 4)]
    assert store.find("k2") is None
    assert store.verify() == ()
