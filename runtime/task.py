"""What an operation is handed, and how it hands its results back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from compiler.plan import Node

from runtime.frames import SOURCE_ROW, FrameReader, column_file, rows_file
from runtime.seeds import stream
from runtime.store import Artifact


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a run takes place. None of it may change a result, so none of it is in a key."""

    bundle: Path | None
    cache: Path
    overrides: Path | None
    files: Mapping[str, Mapping[str, str]]
    chunks: Path


@dataclass(frozen=True, slots=True)
class Task:
    """One node to carry out: read inputs from artifacts, write outputs into `folder`."""

    node: Node
    seed: int
    artifacts: Mapping[str, Artifact]
    folder: Path
    surroundings: Surroundings
    progress: Callable[[int, int], None]
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, Any]:
        """The node's resolved parameters."""
        return self.node.parameters

    def frame(self, role: str = "frame") -> FrameReader:
        """Return the frame slice that plays a role."""
        return FrameReader(self.node.inputs.frames[role], self.artifacts)

    def artifact(self, role: str) -> Artifact:
        """Return the artifact that plays a role."""
        return self.artifacts[self.node.inputs.artifacts[role]]

    def stream(self, *names: str) -> np.random.Generator:
        """Return the random stream of this node, or one named below it.

        Raises:
            RuntimeError: the plan gives this node no stream.
        """
        if self.node.stream is None:
            raise RuntimeError(f"{self.node.address} draws at random, but its plan names no stream")
        return stream(self.seed, self.node.stream, *names)

    def write_rows(self, entity: str, ids: pl.DataFrame, source_row: npt.NDArray[np.int64] | None) -> None:
        """Write the rows of an entity: ids, and the rows of the step before that they continue (None: they are new)."""
        column = pl.Series(SOURCE_ROW, source_row, dtype=pl.Int64) if source_row is not None else pl.Series(SOURCE_ROW, [None] * ids.height, dtype=pl.Int64)
        ids.with_columns(column).write_parquet(self.folder / rows_file(entity))

    def write_column(self, entity: str, column: pl.Series) -> None:
        """Write one column of an entity, in the frame's row order."""
        column.to_frame().write_parquet(self.folder / column_file(entity, column.name))

    def write_json(self, name: str, value: object) -> None:
        """Write a small report."""
        text = json.dumps(value, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False)
        (self.folder / name).write_text(text + "\n", encoding="utf-8")
