"""The figures of a clone: rows, weights, lists of variables, and what calibration made of its households."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from compiler.plan import ENTITIES, WEIGHT, ColumnRef, FrameRef
from runtime.calibration.fit import TINY
from runtime.calibration.gram import rmatvec
from runtime.clone_rows import flag_in, households_of
from runtime.content import exact_sum
from runtime.frames import FrameReader
from runtime.names import column_file
from runtime.operations.matrix import MATRIX
from runtime.operations.matrix_file import read_matrix
from runtime.tables import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from compiler.plan import Node
    from runtime.cloned import Cloned
    from runtime.store import Artifact

    Json = dict[str, Any]
    Artifacts = Mapping[str, Artifact]
    Doubles = npt.NDArray[np.float64]
    Booleans = npt.NDArray[np.bool_]

FORMAT = "specc clone summary 1"
_LISTS = (("list", pl.String), ("listed_by", pl.String), ("name", pl.String), ("entity", pl.String),
          ("status", pl.String), ("reason", pl.String), ("instead", pl.String), ("note", pl.String),
          ("surface", pl.String), ("halves", pl.String), ("before", pl.Boolean), ("absent", pl.String),
          ("original_holds", pl.String))  # fmt: skip


def summary(clone: Cloned, artifacts: Artifacts) -> Json:
    """Return the summary of a clone, as `NAME_clone_summary.json` has it.

    Figures before calibration are of the frame as the clone left it, the others of the frame that each
    calibration weighs. A household is a clone where all its members are flagged; one with members of both
    halves is a problem, and is counted as neither.
    """
    said, made_at = clone.said, clone.made_at(clone.rows)
    made = _reader(clone, artifacts, clone.rows[:made_at])
    counts = {entity: _counts(made, clone.flags, entity) for entity in ENTITIES}
    final = _reader(clone, artifacts, clone.rows)
    households = households_of(final, clone.flags)
    weights = _initial(clone, artifacts, made)
    return {
        "format": FORMAT,
        "clone": clone.name,
        "enabled": counts["household"]["clone"] > 0,
        **{key: said[key] for key in ("scaffold", "donor", "donor_sources", "imputation")},
        "stored_weight": said["stored_weight"] or _stored(weights),
        "internal_start": said["internal_start"],
        "flags": said["flags"],
        "clone_order": list(clone.order),
        "non_person_mapping": said["non_person_mapping"],
        "rows": {entity: {**counts[entity], "final": final.count(entity)} for entity in ENTITIES},
        **weights,
        **_variables(said["surface"]),
        "households": {kind: int(chosen.sum()) for kind, chosen in households.items()},
        "problems": problems(final, clone.flags, households),
        "calibrations": {
            node.address.partition(".")[2]: _calibrated(clone, artifacts, node) for node in clone.calibrations
        },
    }


def variables(clone: Cloned) -> pl.DataFrame:
    """Return the table of a clone's variables, one row a name of each list."""
    rows = [
        {**row, "instead": " ".join(row["instead"]), "original_holds": _held(row)}
        for row in clone.said["surface"]
    ]
    return pl.DataFrame(rows, schema=dict(_LISTS))


def contributions(clone: Cloned, artifacts: Artifacts) -> pl.DataFrame:
    """Return, fact by fact of each calibration, the estimate and what flagged households add to it."""
    return pl.concat(_contribution(clone, artifacts, node) for node in clone.calibrations)


def problems(reader: FrameReader, flags: Mapping[str, str], found: Mapping[str, Booleans]) -> list[Json]:
    """Return what contradicts itself: households with members of both halves, and flags of households."""
    ids = reader.ids("household")["household_id"].to_numpy()
    said = reader.column(flags["household"]).to_numpy().astype(bool)
    wrong = {
        "mixed household": found["mixed"],
        "flag of the household differs from those of its members": ~found["mixed"] & (said != found["clone"]),
    }
    return [
        {
            "severity": "error",
            "problem": what,
            "households": int(rows.sum()),
            "first_ids": ids[rows][:10].tolist(),
        }
        for what, rows in wrong.items()
        if rows.any()
    ]


def _reader(clone: Cloned, artifacts: Artifacts, rows: tuple[str, ...]) -> FrameReader:
    """Return the flags of the clone, in the rows of some step after it."""
    made = ColumnRef(clone.made_by.address, clone.made_at(rows))
    return FrameReader(FrameRef(rows, {e: {f: made} for e, f in clone.flags.items()}), artifacts)


def _counts(reader: FrameReader, flags: Mapping[str, str], entity: str) -> dict[str, int]:
    flagged = int(flag_in(reader, flags, entity).sum())
    return {"original": reader.count(entity) - flagged, "clone": flagged}


def _initial(clone: Cloned, artifacts: Artifacts, made: FrameReader) -> Json:
    """Return what clones and originals weigh before anything is solved, stored and inside the solver."""
    artifact, flag = artifacts[clone.made_by.address], made.column(clone.flags["household"]).to_numpy()
    stored_now = _weights(artifact, WEIGHT)
    inside = _weights(artifact, clone.said["internal_weight"])
    before = clone.made_by.inputs.frames.get("frame")
    whole = stored_now if before is None else _before(before, artifacts)
    return {
        "original_weight_sum": exact_sum(whole),
        "clone_initial_weight_sum": exact_sum(stored_now[flag]),
        "clone_internal_weight_sum": exact_sum(inside[flag]),
        "starts_activatable": bool((inside[flag] > 0).any()),
    }


def _stored(weights: Json) -> str | None:
    """Return what is seen of the weights of copies that came with a source."""
    return None if weights["clone_initial_weight_sum"] else "zero"


def _before(frame: FrameRef, artifacts: Artifacts) -> Doubles:
    return FrameReader(frame, artifacts).column(WEIGHT).to_numpy().astype(np.float64)


def _weights(artifact: Artifact, name: str) -> Doubles:
    series = stored(artifact.path(column_file("household", name))).to_series()
    return np.asarray(series.to_numpy(), dtype=np.float64)


def _variables(rows: list[Json]) -> Json:
    """Return how many variables are written on which half, and how the lists are accounted for."""
    names = {
        n: row for row in rows for n in ([row["name"]] if row["status"] == "included" else row["instead"])
    }
    written = [row for row in names.values() if row["halves"] in ("clone", "both")]
    lists = dict.fromkeys(row["list"] for row in rows)
    return {
        "clone_variables": len(written),
        "overlap_variables": sum(row["halves"] == "clone" and row["before"] for row in written),
        "both_halves_variables": sum(row["halves"] == "both" for row in written),
        "created_variables": sum(not row["before"] for row in written),
        "lists": {each: _parity([row for row in rows if row["list"] == each]) for each in lists},
    }


def _parity(rows: list[Json]) -> Json:
    reasons = Counter(row["reason"] for row in rows if row["status"] == "excluded")
    included = sum(row["status"] == "included" for row in rows)
    return {"names": len(rows), "included": included, "excluded": dict(sorted(reasons.items()))}


def _held(row: Json) -> str | None:
    """Return what the original half holds of a variable after the clone."""
    if row["halves"] is None:
        return None
    if row["halves"] in ("both", "original"):
        return "the donor's"
    if row["before"]:
        return "its own"
    return {"zero": "zero", "create": "zero", "keep_null": "nothing"}.get(
        row["absent"] or "", "of a later step"
    )


def _calibrated(clone: Cloned, artifacts: Artifacts, node: Node) -> Json:
    """Return what a calibration made of the clones: by the flag, after it has been solved."""
    chosen, weights = _solved(clone, artifacts, node)
    total = exact_sum(weights)
    active = chosen & (weights > TINY * total / len(weights))
    households = int(chosen.sum())
    return {
        "clone_households": households,
        "active_households": int(active.sum()),
        "active_share": int(active.sum()) / households if households else None,
        "clone_weight_sum": exact_sum(weights[chosen]),
        "weight_sum": total,
        "clone_weight_share": exact_sum(weights[chosen]) / total if total else None,
    }


def _solved(clone: Cloned, artifacts: Artifacts, node: Node) -> tuple[Booleans, Doubles]:
    reader = _reader(clone, artifacts, node.inputs.frames["frame"].rows)
    weights = _weights(artifacts[node.address], node.parameters["weight"])
    return households_of(reader, clone.flags)["clone"], weights


def _contribution(clone: Cloned, artifacts: Artifacts, node: Node) -> pl.DataFrame:
    chosen, weights = _solved(clone, artifacts, node)
    fits = stored(artifacts[node.address].path("fits.parquet"))
    matrix = read_matrix(artifacts[node.inputs.artifacts["matrix"]].path(MATRIX), len(weights), fits.height)
    of_clones = pl.Series("clone_estimate", rmatvec(matrix, np.where(chosen, weights, 0.0)), dtype=pl.Float64)
    share = pl.when(pl.col("estimate") != 0).then(pl.col("clone_estimate") / pl.col("estimate"))
    told = fits.select("name", "target", "family", "status", "value", "estimate").with_columns(of_clones)
    name = pl.lit(node.address.partition(".")[2]).alias("calibration")
    return told.select(name, pl.all(), share.alias("clone_share"))
