"""What is in a column after a step, in numbers: all rows, and the original ones and the clones apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from compiler.plan import WEIGHT
from runtime.content import PROBABILITIES, exact_sum, fingerprint
from runtime.frames import FrameReader
from runtime.names import column_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from compiler.plan import FrameRef
    from runtime.after import After
    from runtime.store import Artifact

    Floats = npt.NDArray[np.float64]

ALL, ORIGINAL, CLONES = "all", "original", "clones"
QUANTILES = tuple(f"p{round(p * 100):02d}" for p in PROBABILITIES)
SCHEMA: dict[str, Any] = {
    "node": pl.String,
    "operation": pl.String,
    "entity": pl.String,
    "variable": pl.String,
    "half": pl.String,
    "rows": pl.Int64,
    "nulls": pl.Int64,
    "non_finite": pl.Int64,
    "total": pl.Float64,
    "weighted_total": pl.Float64,
    "weight_sum": pl.Float64,
    "minimum": pl.Float64,
    "maximum": pl.Float64,
    **dict.fromkeys(QUANTILES, pl.Float64),
}
_OWN = {name: kind for name, kind in SCHEMA.items() if name not in ("node", "operation")}


def counted(address: str, after: After, artifacts: Mapping[str, Artifact]) -> pl.DataFrame:
    """Return the numbers of one node: a row a column and half."""
    reader = FrameReader(after.frame, artifacts)
    return pl.DataFrame(list(_counted(address, after, reader, artifacts)), schema=_OWN)


def together(tables: Mapping[str, pl.DataFrame], operations: Mapping[str, str]) -> pl.DataFrame:
    """Return the numbers of many nodes in one table, told apart by address and operation."""
    found = [pl.DataFrame(schema=SCHEMA)]
    for address, table in tables.items():
        named = table.with_columns(
            pl.lit(address).alias("node"), pl.lit(operations[address]).alias("operation")
        )
        found.append(named.select(list(SCHEMA)))
    return pl.concat(found)


@dataclass(frozen=True, slots=True)
class _Part:
    """All rows of an entity or a half of them: which (None for all), their weights, and the sum of those."""

    half: str
    chosen: npt.NDArray[np.bool_] | None
    weights: Floats | None
    weight_sum: float | None


def _counted(
    address: str, after: After, reader: FrameReader, artifacts: Mapping[str, Artifact]
) -> Iterator[dict[str, Any]]:
    for entity, names in after.columns.items():
        parts = _parts(entity, after, reader)
        for name in names:
            known = _known(address, after.frame, entity, name, artifacts)
            column = reader.column(name)
            for part in parts:
                figures = _figures(column, part, known if part.half == ALL else None)
                yield {"entity": entity, "variable": name, "half": part.half, **figures}


def _parts(entity: str, after: After, reader: FrameReader) -> list[_Part]:
    weights = None
    household = reader.household_of(entity)
    if WEIGHT in after.frame.columns.get("household", {}):
        weights = reader.column(WEIGHT).to_numpy().astype(np.float64)[household]
    whole = _Part(ALL, None, weights, None if weights is None else exact_sum(weights))
    if not after.flags:
        return [whole]
    clones = np.logical_or.reduce([reader.column(flag).to_numpy() for flag in after.flags])[household]
    halves = [(ORIGINAL, ~clones), (CLONES, clones)]
    return [whole, *(_half(half, chosen, weights) for half, chosen in halves)]


def _half(half: str, chosen: npt.NDArray[np.bool_], weights: Floats | None) -> _Part:
    own = None if weights is None else weights[chosen]
    return _Part(half, chosen, own, None if own is None else exact_sum(own))


def _known(
    address: str, frame: FrameRef, entity: str, name: str, artifacts: Mapping[str, Artifact]
) -> dict[str, Any] | None:
    """Return what the manifest of the node that wrote a column says of it, where its rows are still those.

    Weighted with the weight that stands here it is only in the node's own manifest.
    """
    ref = frame.columns[entity][name]
    manifest: dict[str, Any] = {**artifacts[ref.node].manifest}
    said = manifest["predicate"].get("x-specc", {}).get("columns", {})
    known: dict[str, Any] | None = said.get(column_file(entity, name), {}).get(name)
    if known is None or ref.rows != len(frame.rows):
        return None
    return known if ref.node == address else {k: v for k, v in known.items() if k != "weighted_total"}


def _figures(column: pl.Series, part: _Part, known: dict[str, Any] | None) -> dict[str, Any]:
    """Return the figures of a part of a column; of what is known nothing is counted again."""
    weights = None if column.name == WEIGHT else part.weights  # by itself it says nothing
    if part.chosen is not None:
        column = column.filter(pl.Series(part.chosen))
    if known is None:
        known = fingerprint(column.to_frame(), weights)[column.name].as_json()
    quantiles: Any = known.get("quantiles", {})
    return {
        "rows": known["count"],
        **{name: known.get(name) for name in ("nulls", "non_finite", "total", "minimum", "maximum")},
        "weighted_total": None if weights is None else _weighted_total(column, weights, known),
        "weight_sum": None if weights is None else part.weight_sum,
        **{name: quantiles.get(name) for name in QUANTILES},
    }


def _weighted_total(column: pl.Series, weights: Floats, known: dict[str, Any]) -> float | None:
    if "weighted_total" in known or "total" not in known:
        return known.get("weighted_total")
    values = column.cast(pl.Float64).fill_null(0.0).to_numpy()
    usable = np.isfinite(values)
    return exact_sum(values[usable] * weights[usable])
