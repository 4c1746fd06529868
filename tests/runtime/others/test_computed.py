"""What the engine computes for a dataset is computed once, chunk by chunk, for rows in any order."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from compiler.plan import ENTITIES, GROUPS
from runtime.engine.errors import EngineError
from runtime.errors import NodeFailed
from runtime.others.computed import Asking, with_computed
from runtime.others.dataset import read_dataset
from runtime.store import Store

if TYPE_CHECKING:
    from runtime.others.dataset import Tables

STUB = (sys.executable, str(Path(__file__).parents[1] / "engine" / "stub_worker.py"))


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Write twenty households of two persons, whose rows are in no order."""
    folder = tmp_path / "dataset"
    folder.mkdir()
    households = [(7 * n) % 20 + 100 for n in range(20)]
    persons = sorted(range(40), key=lambda n: (n * 13) % 40)
    members: dict[str, Any] = {f"person_{group}_id": [100 + n // 2 for n in persons] for group in GROUPS}
    tables = {group: pl.DataFrame({f"{group}_id": households}) for group in GROUPS}
    tables["person"] = pl.DataFrame({"person_id": persons, **members, "age": [n + 10 for n in persons]})
    tables["household"] = tables["household"].with_columns(state_fips=pl.col("household_id") - 90)
    for entity in ENTITIES:
        tables[entity].write_parquet(folder / f"{entity}.parquet")
    return folder


def computed(dataset: Path, folder: Path, calls: list[int], **changed: Any) -> Tables:  # noqa: ANN401 - of the dataclass
    """Compute what the stub computes."""
    asked: dict[str, Any] = {
        "households_per_chunk": 6,
        "workers": 1,
        "inputs": {"age", "state_fips", "person_id"},
        "command": STUB,
    } | changed
    asking = Asking("policyengine_us", "stub", 2023, work=folder / "chunks", **asked)
    tables = read_dataset(dataset, 2023, {})
    store = Store(folder / "store")
    return with_computed(
        dataset, tables, {"age_doubled", "state"}, asking, store, lambda done, _: calls.append(done)
    )


def test_variables_are_computed_for_the_rows_they_belong_to(dataset: Path, tmp_path: Path) -> None:
    """In chunks of households, whatever the order in the files."""
    calls: list[int] = []
    found = computed(dataset, tmp_path, calls)
    person = found["person"]
    assert person["age_doubled"].to_list() == [2 * age for age in person["age"]]
    household = found["household"]
    assert household["state"].to_list() == [str(code) for code in household["state_fips"]]
    assert calls == [0, 1, 2, 3, 4]


def test_a_second_time_they_are_found_in_the_store(dataset: Path, tmp_path: Path) -> None:
    """No engine is asked; another dataset is another question. Nothing half done lies about."""
    first = computed(dataset, tmp_path, [])
    calls: list[int] = []
    again = computed(dataset, tmp_path, calls, command=("no such engine",))
    assert calls == []
    assert again["person"].equals(first["person"])
    assert not list((tmp_path / "chunks").iterdir())


def test_finished_chunks_outlive_a_failure(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next call computes the rest."""
    monkeypatch.setenv("STUB_FAULT", "signal:13")
    with pytest.raises(EngineError):
        computed(dataset, tmp_path, [])
    monkeypatch.delenv("STUB_FAULT")
    calls: list[int] = []
    computed(dataset, tmp_path, calls)
    assert calls[0] > 0


def test_missing_inputs_are_refused(dataset: Path, tmp_path: Path) -> None:
    """The engine has none, and would take them for something else."""
    person = pl.read_parquet(dataset / "person.parquet")
    person.with_columns(age=pl.when(pl.col("age") > 12).then("age")).write_parquet(dataset / "person.parquet")
    with pytest.raises(NodeFailed, match="`age` has no value in 3 of 40 rows"):
        computed(dataset, tmp_path, [])


def test_a_folder_that_lacks_an_entity_is_no_dataset(dataset: Path) -> None:
    """Nor one without ids; both are named."""
    pl.read_parquet(dataset / "person.parquet").drop("person_family_id").write_parquet(
        dataset / "person.parquet"
    )
    with pytest.raises(NodeFailed, match="has no `person_family_id` of person"):
        read_dataset(dataset, 2023, {})
    (dataset / "spm_unit.parquet").unlink()
    with pytest.raises(NodeFailed, match=r"has no spm_unit\.parquet"):
        read_dataset(dataset, 2023, {})
