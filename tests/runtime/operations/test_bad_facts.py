"""A bad fact is named with its row and what to do about it; none is dropped in silence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in

from compiler.geography import coding
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from runtime_harness import Bench

FOLDER = Path(__file__).with_name("bad_facts")
BAD = sorted(path.parent.name for path in FOLDER.glob("*/table.csv") if path.parent.name != "good")
STATES = coding("state", "postal")
TEXT, NUMBER = "VARCHAR", "DOUBLE"
FAMILY: dict[str, Any] = {"role": "train", "factor": 1, "index": None}
PARAMETERS: dict[str, Any] = {
    "read": {"kind": TEXT, "state": TEXT, "low": NUMBER, "high": NUMBER, "who": TEXT, "counted": "BOOLEAN",
             "amount": NUMBER},
    "rows": None, "unpivot": None, "where": None, "value": "amount", "combine": None, "lower": "low",
    "upper": "high", "uncovered": [], "family": "kind", "counts": "counted", "factors": {},
    "geography": {"level": "state", "column": "state", "coded": "postal", "digits": None,
                  "form": STATES.form, "codes": STATES.codes},
    "match": {"status": {"column": "who", "codes": {"All": None}}},
    "families": {
        "returns": FAMILY | {"name": "returns", "measure": "count"},
        "wages": FAMILY | {"name": "wages", "measure": "sum"},
    },
    "adds_up_to": None, "leave_out": [],
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def _read(bench: Bench, name: str) -> pl.DataFrame:
    bench.put("table", {"data": (FOLDER / name / "table.csv").read_text()})
    artifact = bench.run("facts", PARAMETERS, artifacts={"table": "table"})
    return pl.read_parquet(artifact.path("facts.parquet"))


def test_the_table_without_a_bad_fact_is_read(bench: Bench) -> None:
    """The others differ from it in one row: it is that row which is refused."""
    assert _read(bench, "good").height == 6


@pytest.mark.parametrize("name", BAD)
def test_a_bad_fact_is_named_with_its_row_and_a_remedy(bench: Bench, name: str) -> None:
    """What the folder expects, to the letter."""
    with pytest.raises(NodeFailed) as caught:
        _read(bench, name)
    said = f"{caught.value.message}\nremedy: {caught.value.remedy}\n"
    expected = FOLDER / name / "expected.txt"
    if os.environ.get("SPECC_UPDATE_GOLDEN"):
        expected.write_text(said)
    assert said == expected.read_text()


def test_the_page_lists_every_bad_fact() -> None:
    """By the name of its folder."""
    page = (Path(__file__).parents[3] / "docs" / "targets.md").read_text()
    assert [name for name in BAD if f"`{name}`" not in page] == []
