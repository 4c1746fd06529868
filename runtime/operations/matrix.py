"""`matrix`: what a household adds to each fact, per unit of its weight; a query a family, no dense array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate
from runtime.operations.fact_identity import check_identities, with_identity
from runtime.operations.fact_join import BAND, contributions, matched
from runtime.operations.fact_misses import PRECISION
from runtime.operations.fact_places import place_of_record
from runtime.operations.fact_reconcile import PUBLISHED
from runtime.operations.facts import FACTS, LABEL
from runtime.operations.matrix_file import built, write_matrix
from runtime.sql import quoted
from runtime.tables import stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runtime.frames import FrameReader
    from runtime.task import Task

MATRIX, LEDGER = "matrix.parquet", "facts.parquet"
_LEDGER = ("fact", "name", "target", "family", "role", "geography", "place", "lower", "upper", "value")
# Beside the variables that a target matches, its place; no variable begins with an underscore.
PLACE = "__place"


def run(task: Task) -> None:
    """Write the triples (household row, fact, value) and the ledger of all facts with their carriers.

    A record counts for a fact when the target's domain holds for it, its place is the fact's, its band
    variable lies in [lower, upper) and its categories are among the fact's codes; a household's value is the
    sum over its records. Carriers are the households whose value is not zero.

    Raises:
        NodeFailed: one fact is stated twice; a measure has no value for a record that the domain counts.
    """
    reader, targets = task.frame(), task.parameters["targets"]
    facts = numbered_facts(targets, {name: task.artifact(f"facts.{name}").path(FACTS) for name in targets})
    check_identities(list(facts.values()))
    triples: list[pl.DataFrame] = []
    for name, target in targets.items():
        records = records_of(reader, name, target)
        place = None if target["place"] is None else PLACE
        for (_, measure), family in facts[name].group_by(["family", "measure"], maintain_order=True):
            triples.append(contributions(records, family, measure_of(str(measure)), target["match"], place))
    ledger, households = (
        pl.concat(table.select(_told(table)) for table in facts.values()),
        reader.count("household"),
    )
    matrix = built(triples, households, ledger.height)
    write_matrix(matrix, task.folder / MATRIX)
    carriers = np.bincount(matrix.indices, minlength=ledger.height)
    ledger.with_columns(pl.Series("carriers", carriers, dtype=pl.Int64)).write_parquet(task.folder / LEDGER)
    task.notes.update({"facts": ledger.height, "entries": matrix.nnz, "households": households})


def numbered_facts(targets: Mapping[str, Any], paths: Mapping[str, Path]) -> dict[str, pl.DataFrame]:
    """Return the facts of every target, numbered through, each with what tells it from all others.

    `paths` are their tables, by target.
    """
    tables: dict[str, pl.DataFrame] = {}
    first = 0
    for name, target in targets.items():
        facts = _numbered(name, paths[name], first, target["match"])
        tables[name] = with_identity(target, facts)
        first += facts.height
    return tables


def _told(facts: pl.DataFrame) -> list[str]:
    return [*_LEDGER, *(name for name in (PUBLISHED, *PRECISION) if name in facts.columns)]


def _numbered(target: str, path: Path, first: int, match: list[str]) -> pl.DataFrame:
    """Return a target's facts with their number in the matrix and a name that tells them apart."""
    facts = stored(path)
    names = [" ".join(_name_parts(target, row, match)) for row in facts.iter_rows(named=True)]
    return facts.with_columns(
        pl.Series("name", names, dtype=pl.String),
        pl.lit(target).alias("target"),
        pl.int_range(first, first + facts.height, dtype=pl.Int64).alias("fact"),
    )


def _name_parts(target: str, row: dict[str, Any], match: list[str]) -> list[str]:
    band = [] if row["lower"] is None else [f"[{_short(row['lower'])}, {_short(row['upper'])})"]
    place = [] if row["place"] is None else [f"{row['geography']} {row['place']}"]
    return [f"{target}.{row['family']}", *band, *place, *(row[LABEL + name] for name in match)]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:,}"


def records_of(reader: FrameReader, name: str, target: dict[str, Any]) -> pl.DataFrame:
    """Return the records that the domain counts: household, band variable, place, categories, measures."""
    entity = target["entity"]
    expressions = {"__domain": target["domain"] or "true", BAND: f"({target['band'] or 'NULL'})::DOUBLE"}
    expressions |= {matched(variable): f"({quoted(variable)})::VARCHAR" for variable in target["match"]}
    if target["place"] is not None:
        expressions[matched(PLACE)] = place_of_record(target["place"])
    expressions |= {measure_of(f): f"({text or '1'})::DOUBLE" for f, text in target["families"].items()}
    values = evaluate(reader, entity, expressions)
    records = values.with_columns(pl.Series("household", reader.household_of(entity)))
    records = records.filter(pl.col("__domain").fill_null(value=False))
    for family in target["families"]:
        missing = records[measure_of(family)].null_count()
        if missing:
            raise NodeFailed(
                f"the measure of `{name}.{family}` has no value for {missing} of {records.height} records",
                remedy="say what it is there, as in coalesce(..., 0)",
            )
    return records


def measure_of(family: str) -> str:
    """Return the column of the records that holds what a family measures."""
    return f"__measure_{family}"
