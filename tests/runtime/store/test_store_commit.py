"""What is committed is found again, whole and read-only; what is not, leaves no trace."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import polars as pl
import pytest

from runtime.content import content_digest
from runtime.errors import StoreError
from runtime.store import Store, describe

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.store import Artifact

PEOPLE = pl.DataFrame({"person_id": [1, 2], "tip_income": [0.0, 5.0]})


def put(store: Store, key: str, text: str = "checks") -> Artifact:
    """Commit a table and a note under a key."""
    with store.scratch(key) as folder:
        PEOPLE.write_parquet(folder / "person.parquet")
        (folder / "notes").mkdir()
        (folder / "notes" / "checks.json").write_text(text)
        return store.commit(key, folder, {"predicate": {"made": "by hand"}})


def test_committed_artifact_is_found_by_another_store(tmp_path: Path) -> None:
    """A later process sees the same files, manifest and content digests under the key."""
    put(Store(tmp_path), "k1")
    found = Store(tmp_path).find("k1")
    assert found is not None
    assert found.names == ("notes/checks.json", "person.parquet")
    assert pl.read_parquet(found.path("person.parquet")).equals(PEOPLE)
    assert found.content("person.parquet") == content_digest(PEOPLE)
    assert found.manifest["predicate"] == {"made": "by hand"}
    assert "x-specc-record" not in found.manifest


def test_unknown_key_is_absent(tmp_path: Path) -> None:
    """A key that nobody committed is not there, which is no error."""
    assert Store(tmp_path).find("k1") is None


def test_objects_are_read_only_and_scratch_is_gone(tmp_path: Path) -> None:
    """Nobody overwrites a result by accident, and a commit leaves no folder behind."""
    artifact = put(Store(tmp_path), "k1")
    assert stat.S_IMODE(artifact.path("person.parquet").stat().st_mode) == 0o444
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == [".sweep"]


def test_equal_files_of_two_actions_are_stored_once(tmp_path: Path) -> None:
    """Objects are named by their bytes, whichever action made them."""
    store = Store(tmp_path)
    assert put(store, "k1").path("person.parquet") == put(store, "k2").path("person.parquet")


def _diverge(store: Store) -> None:
    with store.scratch("k1") as folder:
        (folder / "half.parquet").write_bytes(b"half")
        raise RuntimeError("diverged")


def test_failed_step_leaves_nothing(tmp_path: Path) -> None:
    """An exception in the block removes what the step wrote."""
    store = Store(tmp_path)
    with pytest.raises(RuntimeError, match="diverged"):
        _diverge(store)
    assert store.find("k1") is None
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == [".sweep"]


def test_first_commit_of_a_key_wins_and_the_difference_is_told(tmp_path: Path) -> None:
    """Two builds that disagree are reported; equal ones are not."""
    told: list[tuple[str, tuple[str, ...]]] = []
    store = Store(tmp_path, on_differing=lambda key, names: told.append((key, names)))
    first = put(store, "k1")
    assert put(store, "k1") == first
    assert told == []
    assert put(store, "k1", "other checks") == first
    assert told == [("k1", ("notes/checks.json",))]


def test_manifest_that_names_other_bytes_is_refused(tmp_path: Path) -> None:
    """Subjects that the caller fills in must be the files of the folder."""
    store = Store(tmp_path)
    with store.scratch("k1") as folder:
        (folder / "a.txt").write_text("one")
        subjects = [output.as_subject() for output in describe(folder)]
        (folder / "a.txt").write_text("two")
        with pytest.raises(StoreError, match=r"a\.txt"):
            store.commit("k1", folder, {"subject": subjects})
        (folder / "a.txt").write_text("one")
        assert store.commit("k1", folder, {"subject": subjects}).names == ("a.txt",)


def test_foreign_folders_links_and_emptiness_are_refused(tmp_path: Path) -> None:
    """Only plain files of a scratch folder of this store can be moved in."""
    store = Store(tmp_path / "store")
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(StoreError, match="scratch"):
        store.commit("k1", tmp_path / "elsewhere", {})
    with store.scratch("k1") as folder:
        with pytest.raises(StoreError, match="no file"):
            store.commit("k1", folder, {})
        (folder / "link").symlink_to("/etc/hostname")
        with pytest.raises(StoreError, match="plain files"):
            store.commit("k1", folder, {})


@pytest.mark.parametrize("key", ["../k", "", ".hidden", "a/b", "k\n", "k" * 200])
def test_keys_cannot_leave_the_store(tmp_path: Path, key: str) -> None:
    """A key is a plain name."""
    with pytest.raises(StoreError, match="not an action key"):
        Store(tmp_path).find(key)


def test_unknown_file_suggests_the_nearest(tmp_path: Path) -> None:
    """A mistyped file name names its neighbour and the remedy lists the rest."""
    with pytest.raises(StoreError, match=r"did you mean `person\.parquet`") as caught:
        put(Store(tmp_path), "k1").path("persons.parquet")
    assert "notes/checks.json" in str(caught.value)
