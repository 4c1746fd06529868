"""Fingerprints of columns, counted again from the bytes: of published tables, and of what the store keeps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from compiler.plan import ENTITIES, WEIGHT
from runtime.after import frames_after
from runtime.content import fingerprint
from runtime.frames import FrameReader
from specc.verification.problem import Looked, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

    from compiler.plan import FrameRef
    from runtime.store import Artifact
    from specc.published import Published
    from specc.run_files import Json

    Floats = npt.NDArray[np.float64]
    Weights = Callable[[str], Floats | None]


def published_prints(run: Published) -> Looked:
    """Count the columns of the published tables again, weighted where their manifest has weighted sums."""
    problems: list[Problem] = []
    number = 0
    for address, stored in _exports(run):
        said = run.said(address).get("columns", {})
        for name in stored:
            path = run.folder / name
            if name in said and path.is_file():
                number += len(said[name])
                problems += _readable(_compared(path, name, said[name], partial(_published, path)))
    return Looked(problems, number)


def _readable(problems: Iterator[Problem]) -> list[Problem]:
    """Return the problems of a table; that a file cannot be read is said where its bytes are looked at."""
    try:
        return list(problems)
    except (pl.exceptions.PolarsError, pa.ArrowException, OSError):
        return []


def _exports(run: Published) -> Iterator[tuple[str, list[str]]]:
    for node in run.plan.nodes:
        if node.operation == "export":
            names = [subject["name"] for subject in run.nodes[node.address]["subject"]]
            yield node.address, [name for name in names if name.endswith(".parquet")]


def _published(path: Path, entity: str) -> Floats | None:
    """Return the weight of each row of a published table: that of its household, through its first person."""
    household = pl.read_parquet(path.with_name("household.parquet"), glob=False)
    if WEIGHT not in household.columns:
        return None
    if entity == "household":
        return household[WEIGHT].to_numpy().astype(np.float64)
    of_household = dict(zip(household["household_id"], household[WEIGHT], strict=True))
    key = f"{entity}_id" if entity == "person" else f"person_{entity}_id"
    person = pl.read_parquet(path.with_name("person.parquet"), glob=False)
    first = person.unique(key, keep="first")
    of_row = dict(zip(first[key], first["person_household_id"], strict=True))
    rows = pl.read_parquet(path, columns=[f"{entity}_id"], glob=False).to_series()
    return np.array([of_household[of_row[row]] for row in rows], dtype=np.float64)


def stored_prints(run: Published, artifacts: Mapping[str, Artifact]) -> Looked:
    """Count every column that a node of the run left in the store again."""
    after = frames_after(run.plan)
    problems: list[Problem] = []
    number = 0
    for address, artifact in artifacts.items():
        weights = _in_frame(after[address].frame, artifacts) if address in after else _none
        for name, prints in run.said(address).get("columns", {}).items():
            number += len(prints)
            problems += _compared(artifact.path(name), name, prints, weights, f"{address}: ")
    return Looked(problems, number)


def _none(_entity: str) -> None:
    return None


def _in_frame(frame: FrameRef, artifacts: Mapping[str, Artifact]) -> Weights:
    def weights(entity: str) -> Floats | None:
        needed = {*frame.rows, *(ref.node for ref in frame.columns.get("household", {}).values())}
        if WEIGHT not in frame.columns.get("household", {}) or not needed <= set(artifacts):
            return None
        reader = FrameReader(frame, artifacts)
        found: Floats = reader.column(WEIGHT).to_numpy().astype(np.float64)[reader.household_of(entity)]
        return found

    return weights


def _compared(path: Path, name: str, said: Json, weights: Weights, place: str = "") -> Iterator[Problem]:
    entity = name.rpartition("/")[2].split(".")[0]
    weighted = entity in ENTITIES and any("weighted_total" in each for each in said.values())
    rows = weights(entity) if weighted else None
    found = {column: each.as_json() for column, each in fingerprint(path, rows).items()}
    for column in sorted({*said, *found}):
        wrong = _differing(said.get(column, {}), found.get(column, {}), weighted=rows is not None)
        if wrong:
            message = f"`{column}` has another {', '.join(wrong)} than its manifest says"
            yield Problem(f"{place}{name}", message)


def _differing(said: Json, found: Json, *, weighted: bool) -> list[str]:
    """Return the figures that differ; weighted ones only where the weights could be read."""
    names = sorted({*said, *found} - (set() if weighted else {"weighted_total"}))
    return [name.replace("_", " ") for name in names if said.get(name) != found.get(name)]
