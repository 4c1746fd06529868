"""What leaves the build: the engine's inputs and outputs, its file, and the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import polars as pl
import pytest
from runtime_harness import ENTITIES, bench_in, column

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runtime_harness import Bench

    from compiler.plan import FrameRef
    from runtime.engine.request import Request

GROUPS = {"household": [8, 8, 3], "tax_unit": [81, 82, 30]}
COLUMNS: dict[str, Any] = {
    "person.age": [40, 3, 70],
    "person.wages": [1.5, 0.0, 2.5],
    "person.donor_of_it": [7, None, 9],
    "tax_unit.role": ["SINGLE", "JOINT", "SINGLE"],
    "household.household_weight": [10.0, 0.0],
}
STRUCTURE = [f"{e}_id" for e in ENTITIES] + [f"person_{g}_id" for g in ENTITIES[1:]]
ENGINE: dict[str, Any] = {
    "name": "policyengine_us",
    "version": "0",
    "variables": {
        "age": ["person", "float", "year", "input", None],
        "wages": ["person", "float", "year", "input", None],
        "role": ["tax_unit", "enum", "year", "input", ["SINGLE", "JOINT"]],
        "household_weight": ["household", "float", "year", "input", None],
        **{name: [name.removesuffix("_id"), "int", "eternity", "input", None] for name in STRUCTURE[:6]},
        **{name: ["person", "int", "eternity", "input", None] for name in STRUCTURE[6:]},
    },
}
EXPORT: dict[str, Any] = {
    "period": 2023,
    "policyengine": "data.h5",
    "parquet": "tables",
    "variables": ["age", "household_weight", "role", "wages"],
    "columns": ["age", "donor_of_it", "household_weight", "role"],
}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def frame_of(bench: Bench, **changed: object) -> FrameRef:
    """Return three persons in two households; `changed` replaces person columns."""
    return bench.frame(
        "base", GROUPS, COLUMNS | {f"person.{name}": values for name, values in changed.items()}
    )


def test_tables_have_ids_memberships_and_the_chosen_columns(bench: Bench) -> None:
    """One file an entity, rows in frame order; a missing value is allowed and stays one."""
    artifact = bench.run("export", EXPORT, frames={"frame": frame_of(bench)}, engine=ENGINE)
    tables = {entity: pl.read_parquet(artifact.path(f"tables/{entity}.parquet")) for entity in ENTITIES}
    assert tables["person"].columns == ["person_id", *STRUCTURE[6:], "age", "donor_of_it"]
    assert tables["person"]["donor_of_it"].to_list() == [7, None, 9]
    assert tables["household"].to_dict(as_series=False) == {
        "household_id": [8, 3],
        "household_weight": [10.0, 0.0],
    }
    assert tables["tax_unit"]["tax_unit_id"].to_list() == [81, 82, 30]
    assert tables["spm_unit"].columns == ["spm_unit_id"]


def test_the_engines_file_has_the_same_arrays(bench: Bench) -> None:
    """A group a variable, in entity order; ids and memberships, so that the engine can build its entities."""
    artifact = bench.run("export", EXPORT, frames={"frame": frame_of(bench)}, engine=ENGINE)
    with h5py.File(artifact.path("data.h5")) as file:
        assert set(file) == {*EXPORT["variables"], *STRUCTURE}
        assert file["age/2023"][:].tolist() == [40, 3, 70]
        assert file["role/2023"][:].tolist() == [b"SINGLE", b"JOINT", b"SINGLE"]
        assert file["household_weight/2023"][:].tolist() == [10.0, 0.0]
        assert file["person_tax_unit_id/ETERNITY"][:].tolist() == [81, 82, 30]
        assert file["household_id/ETERNITY"][:].tolist() == [8, 3]
        assert file["wages/2023"].dtype == np.float32


@pytest.mark.parametrize(("left_out", "names"), [("parquet", {"data.h5"}), ("policyengine", set())])
def test_only_what_is_asked_for_is_written(bench: Bench, left_out: str, names: set[str]) -> None:
    """A file or a folder that the spec does not name is not there."""
    artifact = bench.run(
        "export", EXPORT | {left_out: None}, frames={"frame": frame_of(bench)}, engine=ENGINE
    )
    tables = {f"tables/{entity}.parquet" for entity in ENTITIES} if left_out != "parquet" else set()
    assert set(artifact.names) == names | tables


def test_the_engine_gets_no_nulls(bench: Bench) -> None:
    """It would take them for zeros: the column is named, with how many rows lack it."""
    frame = frame_of(bench, wages=[None, 1.0, None])
    with pytest.raises(NodeFailed, match="`wages` has no value in 2 of 3 rows") as caught:
        bench.run("export", EXPORT, frames={"frame": frame}, engine=ENGINE)
    assert "coalesce" in str(caught.value)
    with pytest.raises(NodeFailed, match="`wages` has no value in 2 of 3 rows"):
        bench.run("materialise", MATERIALISE, frames={"frame": frame}, outputs=OUTPUTS, engine=ENGINE)


MATERIALISE = {"period": 2023, "hints": {"households_per_chunk": 5, "workers": 1}}
OUTPUTS = {"person": ("older",)}


def test_engine_variables_become_columns(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine sees one file an entity, and what it writes is kept column by column."""
    asked: list[Request] = []

    def computing(request: Request, progress: Callable[[int, int], None]) -> None:
        asked.append(request)
        ages = pl.read_parquet(request.inputs / "person.parquet")["age"]
        request.output.mkdir(parents=True)
        table = pl.DataFrame({"person_id": [1, 2, 3], "older": ages + 1})
        table.write_parquet(request.output / "person.parquet")
        progress(1, 1)

    monkeypatch.setattr("runtime.operations.materialise.materialise", computing)
    frame = frame_of(bench, donor_of_it=[1, 2, 3])

    artifact = bench.run("materialise", MATERIALISE, frames={"frame": frame}, outputs=OUTPUTS, engine=ENGINE)
    assert column(artifact, "person", "older").to_list() == [41, 4, 71]
    assert (asked[0].engine, asked[0].engine_version, asked[0].variables) == (
        "policyengine_us",
        "0",
        ("older",),
    )
    assert _files(bench.folder / "chunks") == []


def test_unfinished_engine_work_is_kept(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure the next run goes on from the chunks that are there."""

    def failing(request: Request, _: Callable[[int, int], None]) -> None:
        (request.output / "chunks").mkdir(parents=True)
        (request.output / "chunks" / "one").write_text("done")
        raise NodeFailed("the engine fell over")

    monkeypatch.setattr("runtime.operations.materialise.materialise", failing)
    frame = frame_of(bench, donor_of_it=[1, 2, 3])
    with pytest.raises(NodeFailed, match="fell over"):
        bench.run("materialise", MATERIALISE, frames={"frame": frame}, outputs=OUTPUTS, engine=ENGINE)
    assert "one" in _files(bench.folder / "chunks")


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]
