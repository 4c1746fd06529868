"""The places of a recipe that name raw columns are the columns that the plan reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler_bundles import US_OPEN, base_bundle, edit

from compiler.compilation import compile_bundle
from compiler.load import load
from compiler.reads import RawRead, raw_reads

if TYPE_CHECKING:
    from pathlib import Path


def _reads(folder: Path) -> list[RawRead]:
    recipe = load(folder).recipe
    assert recipe is not None
    return raw_reads(recipe)


def _read_by_plan(folder: Path, operation: str) -> dict[str, set[str]]:
    plan = compile_bundle(folder).plan
    assert plan is not None
    nodes = [node for node in plan.nodes if node.operation == operation]
    # In a frame beside the dataset a step has the name of the frame behind its own.
    return {node.address.split(".")[1].split("@")[0]: set(node.parameters["read"]) for node in nodes}


def test_the_columns_of_tables_are_those_that_the_plan_reads(tmp_path: Path) -> None:
    """Target by target and uprating by uprating; a prefix stands for the columns that begin with it."""
    for folder in (US_OPEN, base_bundle(tmp_path / "small")):
        reads = _reads(folder)
        for operation, kind in (("facts", "targets"), ("uprate", "upratings")):
            for name, columns in _read_by_plan(folder, operation).items():
                own = [read for read in reads if read.definition == f"{kind}.{name}"]
                assert {c for c in columns if any(read.is_of(c) for read in own)} == columns
                assert all(any(read.is_of(c) for c in columns) for read in own)


def test_the_columns_of_microdata_are_those_that_the_plan_reads() -> None:
    """But for what a source drops, which is named all the same, and the number of the member."""
    reads = _reads(US_OPEN)
    for name, columns in _read_by_plan(US_OPEN, "population").items():
        own = {read.column for read in reads if read.source == name and not read.ignored}
        assert columns <= own | {"member"}
        ignored = {read.column for read in reads if read.source == name and read.ignored}
        assert ignored
        assert not ignored & columns


def test_a_read_knows_its_line_and_its_owner(tmp_path: Path) -> None:
    """Down to the place inside the expression; what lint would refuse does not stop the rest."""
    folder = base_bundle(tmp_path / "small")
    edit(folder, "targets.yaml", "where: year = 2023", "where: year = (")
    reads = [read for read in _reads(folder) if read.source == "growth"]
    lines = (folder / "uprating.yaml").read_text(encoding="utf-8").splitlines()
    assert {read.column for read in reads} >= {"YEAR", "WAGES"}
    for read in reads:
        text = lines[read.place.line - 1][read.place.column - 1 :]
        assert text.startswith(read.column)
        assert read.definition == "upratings.to_2023"
