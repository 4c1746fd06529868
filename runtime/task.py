"""What an operation is handed, and how it hands its results back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.frames import SOURCE_ROW, FrameReader
from runtime.names import column_file, rows_file
from runtime.seeds import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from compiler.plan import Node
    from runtime.store import Artifact
    from runtime.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Task:
    """One node to carry out: read inputs from artifacts, write outputs into `folder`.

    `artifacts` are those the node declares, and no others; `notes` go into the manifest and must be the same
    in every run. `workers` is how many processes there is room for beside this one, None for any number.
    """

    node: Node
    seed: int
    artifacts: Mapping[str, Artifact]
    folder: Path
    surroundings: Surroundings
    progress: Callable[[int, int], None]
    notes: dict[str, Any] = field(default_factory=dict)
    workers: int | None = None

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
        """Write the rows of an entity: ids, and the rows of the step before that they continue.

        Without `source_row` the rows are new.
        """
        continued = pl.lit(None) if source_row is None else pl.Series(source_row)
        rows = ids.with_columns(continued.cast(pl.Int64).alias(SOURCE_ROW))
        rows.write_parquet(self.folder / rows_file(entity))

    def write_column(self, entity: str, column: pl.Series) -> None:
        """Write one column of an entity, in the frame's row order."""
        column.to_frame().write_parquet(self.folder / column_file(entity, column.name))

    def write_json(self, name: str, value: object) -> None:
        """Write a small report.

        Raises:
            ValueError: a number is NaN or infinite, which JSON cannot say.
        """
        text = json.dumps(value, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False)
        (self.folder / name).write_text(text + "\n", encoding="utf-8")
