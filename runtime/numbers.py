"""Numbers of a run: every column after every step, weighted, by half; kept, so that none is counted twice.

A node's manifest says of its columns what follows from what the node reads; the weight that stands then is
often not among that. So these tables are results of their own, under keys of their own: the content of the
columns, of the rows, of the weight and of the flag of clones.
"""

from __future__ import annotations

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

    from compiler.plan import Plan
    from runtime.after import After
    from runtime.content import Fingerprint
    from runtime.store import Artifact, Store

    Floats = npt.NDArray[np.float64]

FILE = "numbers.parquet"
RECIPE = "specc.numbers/1"
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
    with store.lock(key):
        artifact = store.find(key)
        if artifact is not None:
            return artifact
        with store.scratch(key) as folder:
            rows = list(_counted(after, FrameReader(after.frame, artifacts)))
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


def _counted(after: After, reader: FrameReader) -> Iterator[dict[str, Any]]:
    weighted = WEIGHT in after.frame.columns.get("household", {})
    household = reader.column(WEIGHT).to_numpy().astype(np.float64) if weighted else None
    for entity, names in after.columns.items():
        weights = None if household is None else household[reader.household_of(entity)]
        clones = None if after.flag is None else reader.column(f"{entity}_{after.flag}").to_numpy()
        for name in names:
            own = None if name == WEIGHT else weights  # the weight weighted by itself says nothing
            for half, prints in _halves(reader.column(name), own, clones):
                yield {"entity": entity, "variable": name, "half": half, **prints}


def _halves(
    column: pl.Series, weights: Floats | None, clones: npt.NDArray[np.bool_] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield ALL, _row(column, weights)
    if clones is not None:
        for half, chosen in ((ORIGINAL, ~clones), (CLONES, clones)):
            part = None if weights is None else weights[chosen]
            yield half, _row(column.filter(pl.Series(chosen)), part)


def _row(column: pl.Series, weights: Floats | None) -> dict[str, Any]:
    found = fingerprint(column.to_frame(), weights)[column.name]
    return {**_figures(found), "weight_sum": None if weights is None else exact_sum(weights)}


def _figures(found: Fingerprint) -> dict[str, Any]:
    quantiles = found.quantiles or (None,) * len(QUANTILES)
    return {
        "rows": found.count,
        "nulls": found.nulls,
        "non_finite": found.non_finite,
        "total": found.total,
        "weighted_total": found.weighted_total,
        "minimum": found.minimum,
        "maximum": found.maximum,
        **dict(zip(QUANTILES, quantiles, strict=True)),
    }
