"""Numbers of a run: every column after every step, weighted, by half; kept, so that none is counted twice.

A node's manifest says of its columns what follows from what the node reads; the weight that stands then is
often not among that. So these tables are results of their own, under keys of their own: the content of the
columns, of the rows, of the weight and of the flag of clones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from compiler.plan import ENTITIES, WEIGHT, digest
from runtime.after import frames_after
from runtime.content import PROBABILITIES, exact_sum, fingerprint
from runtime.frames import FrameReader
from runtime.names import column_file, rows_file
from runtime.tables import stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from compiler.plan import FrameRef, Plan
    from runtime.after import After
    from runtime.store import Artifact, Store

    Floats = npt.NDArray[np.float64]

FILE = "numbers.parquet"
RECIPE = "specc.numbers/2"
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


def numbers(plan: Plan, artifacts: Mapping[str, Artifact], store: Store) -> pl.DataFrame:
    """Return the numbers of a finished run in the order of the plan; what is in the store is not counted.

    Args:
        plan: what was carried out.
        artifacts: what each node left, by address.
        store: where the numbers of each node are kept.
    """
    found = [pl.DataFrame(schema=SCHEMA)]
    for address, after in frames_after(plan).items():
        counted = stored(_kept(address, after, artifacts, store).path(FILE))
        named = counted.with_columns(
            pl.lit(address).alias("node"), pl.lit(plan.node(address).operation).alias("operation")
        )
        found.append(named.select(list(SCHEMA)))
    return pl.concat(found)


def _kept(address: str, after: After, artifacts: Mapping[str, Artifact], store: Store) -> Artifact:
    document = _document(after, artifacts)
    key = digest(document)
    found = store.find(key)  # looked for before it is locked, which a store elsewhere takes its time for
    if found is not None:
        return store.share(found)
    with store.lock(key):
        artifact = store.find(key)
        if artifact is not None:
            return artifact
        with store.scratch(key) as folder:
            rows = list(_counted(address, after, FrameReader(after.frame, artifacts), artifacts))
            pl.DataFrame(rows, schema=_OWN).write_parquet(folder / FILE)
            return store.commit(key, folder, _manifest(address, key, document))


_OWN = {name: kind for name, kind in SCHEMA.items() if name not in ("node", "operation")}


def _manifest(address: str, key: str, document: dict[str, Any]) -> dict[str, object]:
    internal = {"address": f"numbers of {address}", "key": key, "keyDocument": document}
    return {"predicate": {"buildDefinition": {"internalParameters": internal}}}


def _document(after: After, artifacts: Mapping[str, Artifact]) -> dict[str, Any]:
    """Return what the numbers depend on: contents, never addresses."""
    frame = after.frame
    columns = {
        f"{entity}/{name}": [artifacts[ref.node].content(column_file(entity, name)), ref.rows]
        for entity, refs in frame.columns.items()
        for name, ref in refs.items()
    }
    rows = [artifacts[row].content(rows_file(entity)) for row in frame.rows for entity in ENTITIES]
    own = {entity: list(names) for entity, names in after.columns.items()}
    return {"recipe": RECIPE, "columns": columns, "rows": rows, "own": own, "flag": after.flag}


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
    if WEIGHT in after.frame.columns.get("household", {}):
        of_households = reader.column(WEIGHT).to_numpy().astype(np.float64)
        weights = of_households[reader.household_of(entity)]
    whole = _Part(ALL, None, weights, None if weights is None else exact_sum(weights))
    if after.flag is None:
        return [whole]
    clones = reader.column(f"{entity}_{after.flag}").to_numpy()
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
