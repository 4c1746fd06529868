"""`matrix`: what one household adds to each fact, per unit of its weight. One grouped query a family, straight to triples."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from runtime.evaluate import evaluate
from runtime.frames import FrameReader, membership
from runtime.operations.facts import CODE_SEPARATOR, FACTS
from runtime.sql import connection, quoted, select
from runtime.task import Task

MATRIX, LEDGER = "matrix.parquet", "facts.parquet"


def run(task: Task) -> None:
    """Write the triples (household row, fact, value) and the ledger of all facts with their carriers."""
    reader = task.frame()
    ledgers: list[pl.DataFrame] = []
    triples: list[pl.DataFrame] = []
    for name, target in task.parameters["targets"].items():
        facts = _numbered(name, task.artifact(f"facts.{name}").path(FACTS), sum(ledger.height for ledger in ledgers), target["match"])
        records = _records(reader, target)
        triples += [_contributions(records, family, target) for _, family in facts.group_by("family", maintain_order=True)]
        ledgers.append(facts.select("fact", "name", "target", "family", "role", "lower", "upper", "value"))
    matrix = pl.concat(triples).sort("household", "fact")
    carriers = matrix.group_by("fact").agg(pl.len().cast(pl.Int64).alias("carriers"))
    ledger = pl.concat(ledgers).join(carriers, on="fact", how="left", maintain_order="left").with_columns(pl.col("carriers").fill_null(0))
    matrix.write_parquet(task.folder / MATRIX)
    ledger.write_parquet(task.folder / LEDGER)
    task.notes.update({"facts": ledger.height, "entries": matrix.height, "households": reader.count("household")})


def _numbered(target: str, path: Any, first: int, match: list[str]) -> pl.DataFrame:  # noqa: ANN401 - a path
    facts = pl.read_parquet(path)
    band = pl.when(pl.col("lower").is_null()).then(pl.lit("")).otherwise(
        pl.format("[{}, {})", pl.col("lower").map_elements(_short, pl.String), pl.col("upper").map_elements(_short, pl.String)))  # fmt: skip
    parts = [band, *(pl.col(name) for name in match)]
    return facts.with_columns(
        (pl.lit(f"{target}.") + pl.col("family") + pl.lit(" ") + pl.concat_str(parts, separator=" ")).str.strip_chars().alias("name"),
        pl.lit(target).alias("target"),
        pl.int_range(first, first + facts.height, dtype=pl.Int64).alias("fact"),
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if np.isfinite(value) else str(value)


def _records(reader: FrameReader, target: dict[str, Any]) -> pl.DataFrame:
    """Return the entity's records that the domain counts: household row, band variable, categories, one measure a family."""
    entity = target["entity"]
    expressions = {"__domain": target["domain"] or "true", "__band": f"({target['band'] or 'NULL'})::DOUBLE"}
    expressions |= {f"__match_{name}": f"({quoted(name)})::VARCHAR" for name in target["match"]}
    expressions |= {f"__measure_{name}": f"({text or '1'})::DOUBLE" for name, text in target["families"].items()}
    records = evaluate(reader, entity, expressions).with_columns(pl.Series("household", _household_of(reader, entity)))
    return records.filter(pl.col("__domain").fill_null(value=False))


def _household_of(reader: FrameReader, entity: str) -> npt.NDArray[np.int64]:
    of_person = reader.positions("household")
    if entity == "person":
        return of_person
    if entity == "household":
        return np.arange(reader.count("household"))
    first = reader.ids("person").with_columns(pl.Series("household", of_person)).unique(membership(entity), keep="first", maintain_order=True)
    ids = reader.ids(entity).select(pl.col(f"{entity}_id").alias(membership(entity)))
    return np.asarray(ids.join(first, on=membership(entity), how="left", maintain_order="left")["household"].to_numpy(), dtype=np.int64)


def _contributions(records: pl.DataFrame, family: pl.DataFrame, target: dict[str, Any]) -> pl.DataFrame:
    """Return the triples of one family: records joined to facts by band and category, summed within a household."""
    measure = f"__measure_{family['measure'][0]}"
    amount = f"({quoted(measure)} <> 0)::DOUBLE" if family["carriers_only"][0] else quoted(measure)
    conditions = ["(f.lower IS NULL OR (r.__band >= f.lower AND r.__band < f.upper))"]
    conditions += [f"(f.{quoted(name)} IS NULL OR f.{quoted(name)} = r.{quoted('__match_' + name)})" for name in target["match"]]
    query = f"""
        SELECT r.household, f.fact, sum({amount})::FLOAT AS value
        FROM r JOIN f ON {" AND ".join(conditions)} WHERE {quoted(measure)} <> 0
        GROUP BY ALL HAVING sum({amount}) <> 0
    """  # noqa: S608
    with connection() as database:
        database.register("r", records.select("household", "__band", measure, *(f"__match_{name}" for name in target["match"])).to_arrow())
        database.register("f", _by_code(family, target["match"]).to_arrow())
        return select(database, query)


def _by_code(family: pl.DataFrame, match: list[str]) -> pl.DataFrame:
    """Return one row for each code that a fact's categories stand for; a category that stands for any has a null."""
    rows = family.select("fact", "lower", "upper", *(pl.col(f"codes.{name}").alias(name) for name in match))
    for name in match:
        rows = rows.with_columns(pl.col(name).str.split(CODE_SEPARATOR)).explode(name)
    return rows
