"""`specc verify`: a run that was touched is told from one that was not, and what was touched is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from cli_desk import Desk


@pytest.fixture
def run(desk: Desk) -> Path:
    """Give the folder of a finished run."""
    assert desk.specc("run", "tiny", "--out", "out", "--quiet").code == 0
    return desk.folder / "out"


def _problems(desk: Desk) -> list[str]:
    ended = desk.specc("verify", "out")
    assert ended.code == 1, ended.out + ended.err
    return ended.out.splitlines()[:-1]


def _flip(path: Path, at: int = -20) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_an_untouched_run_is_as_its_manifests_say(desk: Desk, run: Path) -> None:
    """Files, nodes, fingerprints and the store are counted, so that nobody takes nothing for all."""
    ended = desk.specc("verify", "out")
    assert (ended.code, ended.err) == (0, "")
    assert "out: all is as the manifests say: 12 files, 10 nodes, " in ended.out
    assert "10 nodes in the store" in ended.out
    assert run.is_dir()


def test_a_store_that_is_gone_is_no_problem(desk: Desk, run: Path) -> None:
    """A run's folder vouches for itself; what was collected cannot be looked at, and the count says so."""
    ended = desk.specc("verify", "out", "--store", "elsewhere")
    assert (ended.code, "0 nodes in the store" in ended.out) == (0, True)
    assert not (desk.folder / "elsewhere").exists()
    assert run.is_dir()


@pytest.mark.parametrize(
    "name", ["tables/person.parquet", "facts.parquet", "numbers.parquet", "coverage.parquet", "report.json"]
)
def test_a_flipped_bit_in_a_published_file_is_named(desk: Desk, run: Path, name: str) -> None:
    """Whatever bit, whichever file."""
    _flip(run / name)
    assert any(line.startswith(f"{name}: its bytes are others") for line in _problems(desk))


def test_a_table_with_another_value_is_named(desk: Desk, run: Path) -> None:
    """By its bytes, by what it says, and by the figures of the column."""
    path = run / "tables/person.parquet"
    pl.read_parquet(path).with_columns(pl.col("age") + 1).write_parquet(path)
    found = _problems(desk)
    assert "tables/person.parquet: its table says something else than what the manifest vouches for" in found
    (figures,) = [line for line in found if "`age`" in line]
    assert "total" in figures
    assert "weighted total" in figures


def test_a_missing_and_a_strange_file_are_named(desk: Desk, run: Path) -> None:
    """Nothing is lost and nothing is added unseen."""
    (run / "facts.parquet").unlink()
    (run / "tables/notes.txt").write_text("mine")
    found = _problems(desk)
    assert "facts.parquet: it is not there" in found
    assert "tables/notes.txt: no manifest vouches for it" in found


def test_a_manifest_of_a_node_that_was_edited_is_named(desk: Desk, run: Path) -> None:
    """Lineage, checks and figures of a node stand under the run's manifest; its times do not."""
    path = run / "nodes/uprate.to_2023.manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["predicate"]["runDetails"]["metadata"]["startedOn"] = "2020-01-01T00:00:00+00:00"
    path.write_text(json.dumps(manifest))
    assert desk.specc("verify", "out").code == 0
    manifest["predicate"]["x-specc"]["rows"]["person"] = 81
    path.write_text(json.dumps(manifest))
    assert _problems(desk) == [
        "nodes/uprate.to_2023.manifest.json: it was changed since the run's manifest vouched for it"
    ]


def test_a_manifest_of_a_node_that_is_gone_or_damaged_is_named_alone(desk: Desk, run: Path) -> None:
    """One file, one problem."""
    (run / "nodes/uprate.to_2023.manifest.json").unlink()
    (run / "nodes/file.people.manifest.json").write_text("{")
    assert _problems(desk) == [
        "nodes/file.people.manifest.json: it is no JSON",
        "nodes/uprate.to_2023.manifest.json: it is not there: lost, or published by an older specc",
    ]


def test_a_key_that_is_not_that_of_its_document_is_named(desk: Desk, run: Path) -> None:
    """What is said to have decided the results is what the key was made of."""
    path = run / "nodes/uprate.to_2023.manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["predicate"]["buildDefinition"]["internalParameters"]["keyDocument"]["parameters"]["year"] = "y"
    path.write_text(json.dumps(manifest))
    found = " ".join(_problems(desk))
    assert "its key is not that of its key document" in found
    assert "its parameters is not the plan's" in found


def test_a_sidecar_of_other_bytes_is_named(desk: Desk, run: Path) -> None:
    """A file and its sidecar are published together."""
    path = run / "facts.parquet.manifest.json"
    path.write_text(path.read_text().replace('"name": "facts.parquet"', '"name": "facts2.parquet"'))
    assert "facts.parquet.manifest.json: it vouches for another facts.parquet" in _problems(desk)


def test_an_object_of_the_store_that_rotted_is_named(desk: Desk, run: Path) -> None:
    """The store says which; the next run builds it again."""
    kept = json.loads((run / "nodes/uprate.to_2023.manifest.json").read_bytes())["subject"][0]["digest"][
        "sha256"
    ]
    _flip(desk.folder / ".specc/store/objects" / kept[:2] / kept)
    (found,) = _problems(desk)
    assert found.startswith("store: ")
    assert "9 reused" in desk.specc("run", "tiny", "--out", "out").out
    assert desk.specc("verify", "out").code == 0


@pytest.mark.parametrize("lost", ["subject", "predicateType"])
def test_a_manifest_that_is_none_is_told_as_such(desk: Desk, run: Path, lost: str) -> None:
    """A field that everything rests on is gone, or one of a file is no digest: said, not a defect."""
    path = run / "run.manifest.json"
    manifest = json.loads(path.read_bytes())
    if lost == "subject":
        del manifest[lost]
    else:
        manifest["subject"][0]["digest"] = "mine"
    path.write_text(json.dumps(manifest))
    ended = desk.specc("verify", "out")
    assert (ended.code, "is no manifest of a run" in ended.err) == (3, True)


def test_what_no_run_published_is_refused(desk: Desk) -> None:
    """A folder is no run."""
    ended = desk.specc("verify", "tiny")
    assert (ended.code, "no `specc run` published it" in ended.err) == (3, True)
