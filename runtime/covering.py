"""The coverage table: every row of every table of facts with what it is used for, or why it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.coverage import targets_of
from runtime.operations.fact_accounts import FACT, LEFT_OUT, accounts
from runtime.operations.fact_reconcile import PUBLISHED
from runtime.operations.fits import FEW
from runtime.tables import stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.plan import Node, Plan
    from runtime.store import Artifact, Store

    Json = dict[str, Any]

UNREACHABLE = "unreachable"
_USED = {"train": "trained", "holdout": "held out", "audit": "audited"}
_REASONS = {"duplicate": "duplicate", "outside_universe": "outside"}
SCHEMA: dict[str, Any] = {
    "calibration": pl.String, "target": pl.String, "source": pl.String, "title": pl.String,
    "licence": pl.String, "period": pl.Int64, "rows": pl.Int64, "row": pl.Int64, "column": pl.String,
    "status": pl.String, "reason": pl.String, "note": pl.String, "fact": pl.String, "family": pl.String,
    "measure": pl.String, "geography": pl.String, "place": pl.String, "lower": pl.Float64,
    "upper": pl.Float64, "category": pl.String, "published": pl.Float64, "aged": pl.Float64,
    "reconciled": pl.Float64,
    "value": pl.Float64, "carriers": pl.Int64, "support": pl.Int64,
}  # fmt: skip


def covered(
    plan: Plan, calibrations: Sequence[Node], artifacts: Mapping[str, Artifact], store: Store
) -> pl.DataFrame:
    """Return the lines of all targets of all calibrations of a finished run."""
    tables = [pl.DataFrame(schema=SCHEMA)]
    for calibration in calibrations:
        fits = _stored(artifacts[calibration.address], "fits.parquet", store)
        for name, node in targets_of(plan, calibration).items():
            facts = _stored(artifacts[node.address], "facts.parquet", store)
            table = artifacts[node.inputs.artifacts["table"]]
            store.require(table)
            lines = accounts(node.parameters, table.path("data"), facts)
            minimum = calibration.parameters["minimum_carriers"]
            used = _with_fits(lines, fits.filter(pl.col("target") == name), minimum)
            aged = _aged(used, artifacts[node.address])
            told = told_of(aged, plan.metadata.get("targets", {}).get(name, {}))
            names = {"calibration": calibration.address.partition(".")[2], "target": name}
            tables.append(shaped(told.with_columns(**{key: pl.lit(v) for key, v in names.items()})))
    return pl.concat(tables)


def _stored(artifact: Artifact, name: str, store: Store) -> pl.DataFrame:
    store.require(artifact)
    return stored(artifact.path(name))


def shaped(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the columns of the table, empty where nothing is known."""
    return lines.select(
        (pl.col(name) if name in lines.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in SCHEMA.items()
    )


def told_of(lines: pl.DataFrame, about: Json) -> pl.DataFrame:
    """Return lines with source, measure and status, and of what is left out the reason."""
    reasons = about.get("leave_out", [])
    kinds, notes = ({at: pair[n] for at, pair in enumerate(reasons)} for n in (0, 1))
    is_left, rule = pl.col("kind") == LEFT_OUT, pl.col("rule")
    reason = pl.when(is_left).then(rule.replace_strict(kinds, default=None, return_dtype=pl.String))
    note = pl.when(is_left).then(rule.replace_strict(notes, default=None, return_dtype=pl.String))
    known = [name for name in ("status", "reason") if name in lines.columns]
    old = lines.with_columns(pl.lit(None, pl.String).alias(n) for n in ("status", "reason") if n not in known)
    said = old.with_columns(reason=pl.coalesce("reason", reason), note=note)
    kind = said["kind"].to_frame().select(pl.coalesce(
        pl.when(is_left).then(said["reason"].replace_strict(_REASONS, default=None, return_dtype=pl.String)),
        pl.col("kind"),
    )).to_series()  # fmt: skip
    measures = about.get("measures", {})
    measure = pl.col("measure").replace_strict(measures, default=None, return_dtype=pl.String)
    # Of a row that is left out only what the table calls its family is known.
    family = pl.coalesce("family", pl.col("source_family"))
    source = {name: pl.lit(about.get(name)) for name in ("source", "title", "licence", "period")}
    return said.with_columns(status=pl.coalesce("status", kind), measure=measure, family=family, **source)


def _with_fits(lines: pl.DataFrame, fits: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Return lines with what their facts are used for, and of those that are not trained on why."""
    reachable = pl.when(pl.col("carriers") > 0).then(pl.col("status")).otherwise(pl.lit(UNREACHABLE))
    why = pl.col("reason") if "reason" in fits.columns else pl.lit(None, pl.String)
    told = fits.with_columns(status=reachable, reason=why).with_columns(
        status=pl.col("status").replace(_USED), reason=pl.coalesce(_why(minimum), "reason"),
    )  # fmt: skip
    before = pl.col(PUBLISHED) if PUBLISHED in fits.columns else pl.lit(None, pl.Float64)
    moved = pl.when(before == 0).then(1.0).otherwise(pl.col("value") / before).alias("reconciled")
    known = ("value", "carriers", "support", "status", "reason")
    facts = told.select(pl.col("name").alias("fact"), *known, moved)
    numbered = facts.with_row_index("number")
    joined = lines.join(numbered, on="number", how="left", maintain_order="left")
    return _missing_amounts(joined)


def _why(minimum: int) -> pl.Expr:
    few = pl.format(f"{{}} of {minimum} households that are asked for", "carriers")
    without = pl.lit("only households without a start weight have it")
    is_few, is_out = pl.col("status") == FEW, pl.col("status") == UNREACHABLE
    return pl.when(is_few).then(few).when(is_out & (pl.col("support") > 0)).then(without)


def _missing_amounts(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines that say of what nobody supports whether it lacks records or only amounts."""
    cell = ["geography", "place", "lower", "upper", "category"]
    someone = pl.col("support").max().over(cell) > 0
    why = (
        pl.when(someone)
        .then(pl.lit("records are there, none with an amount"))
        .otherwise(pl.lit("no record is there"))
    )
    is_empty = (pl.col("kind") == FACT) & (pl.col("support") == 0)
    return lines.with_columns(reason=pl.when(is_empty).then(why).otherwise(pl.col("reason")))


def _aged(lines: pl.DataFrame, facts: Artifact) -> pl.DataFrame:
    """Return lines with the factor that an index has moved each value by, 1 where none has."""
    predicate: Any = facts.manifest["predicate"]
    factors = dict(predicate.get("x-specc", {}).get("aged", {}))
    returns = (
        pl.when(pl.col("family").str.ends_with(".returns")).then(pl.lit(".returns")).otherwise(pl.lit(""))
    )
    key = pl.concat_str([pl.col("source_family"), returns], ignore_nulls=True)
    factor = key.replace_strict(factors, default=1.0, return_dtype=pl.Float64)
    return lines.with_columns(aged=pl.when(pl.col("kind") == FACT).then(factor))
