"""`specc store`: what is there, is it whole, what can go; and what a run does about damage."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from runtime.fetch.cache import Cache
from runtime.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from cli_desk import Desk


def _run(desk: Desk, *options: str) -> str:
    ended = desk.specc("run", "tiny", "--out", "out", *options)
    assert ended.code == 0, ended.err
    return ended.out + ended.err


def _store(desk: Desk) -> Path:
    return desk.folder / ".specc/store"


def _flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    path.chmod(0o644)
    path.write_bytes(content)


def _files(desk: Desk) -> list[Path]:
    store = _store(desk)
    return [*sorted((store / "actions").glob("*.json")), *sorted((store / "objects").glob("??/*"))]


def _is_named(desk: Desk, file: Path) -> bool:
    records = (_store(desk) / "actions").glob("*.json")
    return file.suffix == ".json" or any(
        file.name in record.read_text(errors="replace") for record in records
    )


def test_ls_lists_every_artifact_with_the_runs_that_need_it(desk: Desk) -> None:
    """Node, key, files, size, when it was used; and the sum of what is really there."""
    _run(desk)
    ended = desk.specc("store", "ls")
    lines = ended.out.splitlines()
    (calibrated,) = [line for line in lines if line.startswith("calibrate.by_age")]
    assert calibrated.split()[-1] == "out"
    assert "16 artifacts, " in lines[-2]
    assert str(_store(desk)) in lines[-2]
    assert lines[-1] == "beside it 0 fetched files of 0 B and 0 unfinished steps of 0 B"


def test_a_sound_store_verifies(desk: Desk) -> None:
    """By default the store that runs take, or the one that is named."""
    _run(desk)
    for words in ((), (".specc/store",)):
        ended = desk.specc("store", "verify", *words)
        assert (ended.code, ended.out) == (0, "16 artifacts, every byte as it was written\n")


@pytest.mark.parametrize("command", [("store", "ls"), ("store", "verify"), ("store", "gc"), ("status",)])
def test_where_there_is_no_store_none_is_made(desk: Desk, command: tuple[str, ...]) -> None:
    """A slip in the name ends with 3."""
    ended = desk.specc(*command, "elsewhere")
    assert ended.code == 3
    assert "there is no store in" in ended.err
    assert not (desk.folder / "elsewhere").exists()


def test_a_flipped_bit_in_any_file_is_noticed_told_and_mended(desk: Desk) -> None:
    """Of twenty files at random: `verify` names the artifact, a run says so and builds it again."""
    _run(desk)
    before = desk.files("out")["tables/person.parquet"], desk.files("out")["facts.parquet"]
    chance = random.Random(20)
    for _ in range(20):
        # The file of numbers whose record was broken is nobody's where the table that they are in is whole.
        victim = chance.choice([file for file in _files(desk) if _is_named(desk, file)])
        _flip(victim, chance.randrange(10**6))
        checked = desk.specc("store", "verify")
        assert checked.code == 1
        assert f"at: {victim}" in checked.out
        said = _run(desk)
        assert "warning: " in said
        assert victim.name.removesuffix(".json") in said
        assert desk.specc("store", "verify").code == 0
        after = desk.files("out")["tables/person.parquet"], desk.files("out")["facts.parquet"]
        assert after == before


def test_verify_names_the_broken_artifacts_and_touches_nothing(desk: Desk) -> None:
    """Each with its node; how many of how many; exit 1."""
    _run(desk)
    store = Store(_store(desk))
    (key,) = [entry.key for entry in store.ls() if entry.address == "validate.totals"]
    found = store.find(key)
    assert found is not None
    _flip(found.path("report.json"), 100)
    before = desk.files(".specc/store")
    ended = desk.specc("store", "verify")
    assert ended.out.startswith("validate.totals (")
    assert "1 artifact of 16 broken" in ended.out
    assert desk.files(".specc/store") == before


def _age(desk: Desk, days: int) -> None:
    then = time.time() - days * 86_400
    for record in (_store(desk) / "actions").glob("*.json"):
        os.utime(record, (then, then))


def _nodes(desk: Desk) -> int:
    """Return how many nodes the store has; numbers that are counted of them do not count."""
    listed = [entry.address or "" for entry in Store(_store(desk)).ls()]
    return sum(not address.startswith("numbers") for address in listed)


def test_what_a_published_run_needs_is_kept_however_old(desk: Desk) -> None:
    """What an edit left behind goes, once it is old; the run that is published now can be reused as it is."""
    _run(desk)
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
    _run(desk)
    assert "0 artifacts and 0 files" in desk.specc("store", "gc").out
    _age(desk, 15)
    before = desk.files(".specc/store")
    foreseen = desk.specc("store", "gc", "--dry-run")
    assert f"{desk.folder / 'out'} needs 16 artifacts" in foreseen.out
    assert "would go" in foreseen.out
    assert desk.files(".specc/store") == before
    assert _nodes(desk) == 13
    assert desk.specc("store", "gc").out.replace("removed", "would go") == foreseen.out
    assert _nodes(desk) == 10
    assert desk.specc("store", "verify").code == 0
    assert "10 nodes, 10 reused" in _run(desk)


def test_the_numbers_of_a_published_run_are_kept_with_it(desk: Desk) -> None:
    """However old: those of an edit that is no more go, and the next run counts nothing again."""
    _run(desk)
    needed = {entry.key for entry in Store(_store(desk)).ls()}
    desk.edit("bundle.yaml", "minimum_carriers: 20", "minimum_carriers: 10")
    assert desk.specc("run", "tiny", "--out", "other").code == 0
    shutil.rmtree(desk.folder / "other")
    _age(desk, 15)
    desk.specc("store", "gc")
    assert {entry.key for entry in Store(_store(desk)).ls()} == needed


def test_a_run_that_is_gone_needs_nothing_and_a_moved_one_can_be_named(desk: Desk) -> None:
    """Reachable is what the folders of today speak of."""
    _run(desk)
    _age(desk, 15)
    (desk.folder / "out").rename(desk.folder / "moved")
    kept = desk.specc("store", "gc", "--keep", "moved")
    assert "out is gone: it needs nothing" in kept.out
    assert _nodes(desk) == 10
    assert desk.specc("store", "gc", "--keep", "tiny").code == 3
    desk.specc("store", "gc")
    assert "10 nodes, 0 reused" in _run(desk)


def test_what_was_used_lately_is_young(desk: Desk) -> None:
    """A run that reuses an artifact is a use of it."""
    _run(desk)
    _age(desk, 30)
    _run(desk)
    shutil.rmtree(desk.folder / "out")
    assert "0 artifacts and 0 files" in desk.specc("store", "gc", "--older-than", "1h").out
    desk.specc("store", "gc", "--older-than", "0m")
    assert _files(desk) == []


def _laid_beside(desk: Desk, days: int) -> list[Path]:
    """Lay fetched files, a half fetched one and an unfinished step beside the store, and what is not ours."""
    home, name = desk.folder / ".specc", "0f" * 32
    folders = ["cache/partial/half", f"cache/files/0f/{name}", "cache/wheels/a==1", f"chunks/{name}/output"]
    then = time.time() - days * 86_400
    for folder in (*folders, "cache/files/mine", "chunks/mine"):
        (home / folder).mkdir(parents=True)
        (home / folder / "file").write_bytes(b"12345678")
        for path in (home / folder / "file", home / folder, (home / folder).parent):
            os.utime(path, (then, then))
    return [home / folder / "file" for folder in folders]


def test_gc_takes_what_lies_beside_the_store_when_nobody_used_it(desk: Desk) -> None:
    """Fetched files and unfinished steps, which can be had again; nothing that specc did not put there."""
    _run(desk)
    laid = _laid_beside(desk, 15)
    said = "3 fetched files of 24 B and 1 unfinished step of 8 B"
    assert f"beside it {said}" in desk.specc("store", "ls").out
    assert f"{said} beside it would go" in desk.specc("store", "gc", "--dry-run").out
    assert all(path.is_file() for path in laid)
    assert "0 fetched files of 0 B" in desk.specc("store", "gc", "--older-than", "16d").out
    assert f"{said} beside it removed" in desk.specc("store", "gc").out
    assert not any(path.exists() for path in laid)
    mine = ("cache/files/mine/file", "chunks/mine/file")
    assert all((desk.folder / ".specc" / path).is_file() for path in mine)


def test_gc_leaves_what_lies_beside_the_store_while_a_run_goes_on(desk: Desk) -> None:
    """Its step may be at work on it."""
    _run(desk)
    laid = _laid_beside(desk, 15)
    with Store(_store(desk)).in_use():
        assert desk.specc("store", "gc").code == 3
    assert all(path.is_file() for path in laid)


def test_a_fetched_file_that_is_used_is_young(tmp_path: Path) -> None:
    """Looking it up is a use."""
    cache, digest = Cache(tmp_path), hashlib.sha256(b"data").hexdigest()
    (tmp_path / "new").write_bytes(b"data")
    kept = cache.keep(tmp_path / "new", digest, "data.csv")
    os.utime(kept, (0, 0))
    assert cache.find(digest, "data.csv") == kept
    assert time.time() - kept.stat().st_mtime < 60


def test_gc_is_refused_while_a_run_goes_on(desk: Desk) -> None:
    """With a remedy, and nothing is removed."""
    _run(desk)
    with Store(_store(desk)).in_use():
        ended = desk.specc("store", "gc", "--older-than", "0m")
    assert (ended.code, "the store is in use" in ended.err) == (3, True)


def test_an_age_that_is_none_is_refused(desk: Desk) -> None:
    """Before anything is looked at."""
    _run(desk)
    assert desk.specc("store", "gc", "--older-than", "soon").code == 3
