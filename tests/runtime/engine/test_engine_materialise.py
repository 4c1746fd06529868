"""Materialising by chunks in worker processes: the engine is stubbed, protocol and processes are real."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from engine_population import population, write_population

from runtime.engine.errors import EngineError
from runtime.engine.materialise import CHUNKS, LOGS, materialise
from runtime.engine.request import Request

STUB = (sys.executable, str(Path(__file__).with_name("stub_worker.py")))
HOUSEHOLDS = 12


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """Ask for one person and one household variable of 12 households, in chunks of 3."""
    inputs = write_population(tmp_path / "in", population(HOUSEHOLDS))
    return Request("policyengine_us", "stub", 2023, inputs, ("age_doubled", "state"), 3, 2, tmp_path / "out")


def run(request: Request) -> list[tuple[int, int]]:
    """Materialise with the stub and return the progress reported."""
    seen: list[tuple[int, int]] = []
    materialise(request, lambda done, total: seen.append((done, total)), worker=STUB)
    return seen


def test_results_come_in_the_order_of_the_input_by_entity(request_: Request) -> None:
    """One table an owning entity, with its id; what the engine prints does not disturb the protocol."""
    run(request_)
    people = pl.read_parquet(request_.inputs / "person.parquet")
    result = pl.read_parquet(request_.output / "person.parquet")
    assert result["person_id"].equals(people["person_id"])
    assert result["age_doubled"].equals((people["age"] * 2).alias("age_doubled"))
    assert {path.stem for path in request_.output.glob("*.parquet")} == {"person", "household"}
    assert not (request_.output / LOGS).exists()


def test_progress_counts_chunks(request_: Request) -> None:
    """From none to all, one at a time."""
    assert run(request_) == [(done, 4) for done in range(5)]


def test_chunk_size_and_workers_do_not_change_the_bytes(request_: Request, tmp_path: Path) -> None:
    """Five households at a time on one worker, or all at once: the same files."""
    run(request_)
    other = replace(request_, households_per_chunk=99, workers=1, output=tmp_path / "other")
    run(other)
    for name in ("person.parquet", "household.parquet"):
        assert (request_.output / name).read_bytes() == (other.output / name).read_bytes()


def test_finished_chunks_are_not_computed_again(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second call starts no worker at all: one that cannot start does not matter."""
    run(request_)
    monkeypatch.setenv("STUB_FAULT", "start")
    assert run(request_) == [(4, 4)]


@pytest.mark.parametrize(("fault", "ending"), [("signal:7", "SIGKILL"), ("exit:7", "exit status 3")])
def test_a_worker_that_dies_is_named_with_its_chunk_and_leaves_nothing_half_written(
    request_: Request, monkeypatch: pytest.MonkeyPatch, fault: str, ending: str
) -> None:
    """Whole chunks stay and are reused; no result appears until the run is complete."""
    monkeypatch.setenv("STUB_FAULT", fault)
    with pytest.raises(EngineError, match=ending) as caught:
        run(replace(request_, workers=1))
    assert caught.value.kind == "worker-died"
    assert caught.value.place == "chunk 2 (households 6 to 8)"
    assert list(request_.output.glob("*.parquet")) == []
    assert len(list((request_.output / CHUNKS).iterdir())) == 2
    monkeypatch.delenv("STUB_FAULT")
    assert run(request_) == [(2, 4), (3, 4), (4, 4)]


def test_leftovers_of_a_killed_run_are_removed(request_: Request) -> None:
    """A chunk half-written by a killed worker is never taken for a chunk."""
    leftover = request_.output / CHUNKS / ".abc.1.part"
    leftover.mkdir(parents=True)
    run(request_)
    assert not leftover.exists()


def test_a_fault_of_a_formula_reaches_the_caller_with_its_chunk(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message, the chunk and where the traceback is."""
    monkeypatch.setenv("STUB_FAULT", "raise:4")
    with pytest.raises(EngineError, match="not defined for zebras") as caught:
        run(request_)
    assert caught.value.place == "chunk 1 (households 3 to 5)"
    logs = [log.read_text(encoding="utf-8") for log in (request_.output / LOGS).iterdir()]
    assert any("in compute" in log for log in logs)


def test_an_engine_that_does_not_start_is_reported(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own message and remedy, no chunk computed."""
    monkeypatch.setenv("STUB_FAULT", "start")
    with pytest.raises(EngineError, match="no engine today") as caught:
        run(request_)
    assert caught.value.remedy == "come back tomorrow"


def test_another_engine_version_is_refused(request_: Request) -> None:
    """The plan's version and the installed one must be the same."""
    with pytest.raises(EngineError, match=r"wants engine version 2\.0, installed is stub"):
        run(replace(request_, engine_version="2.0"))


def test_an_unknown_engine_is_refused(request_: Request) -> None:
    """Only the engine that has a worker."""
    with pytest.raises(EngineError, match="no worker for engine `zebra`"):
        run(replace(request_, engine="zebra"))


def test_a_population_wide_variable_is_refused_in_chunks_and_computed_whole(request_: Request) -> None:
    """A decile of a chunk is not a decile."""
    wide = replace(request_, variables=("household_income_decile",))
    with pytest.raises(EngineError, match="`household_income_decile` depends on the whole population"):
        run(wide)
    run(replace(wide, households_per_chunk=HOUSEHOLDS))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"variables": ()}, "no variables"),
        ({"variables": ("a", "a")}, "`a` is requested twice"),
        ({"households_per_chunk": 0}, "households_per_chunk is 0"),
        ({"workers": 0}, "workers is 0"),
    ],
)
def test_a_senseless_request_is_refused(request_: Request, change: dict[str, object], message: str) -> None:
    """Before anything is read or started."""
    with pytest.raises(EngineError, match=message):
        replace(request_, **change)  # type: ignore[arg-type]  # the point is a wrong value
