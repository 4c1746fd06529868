"""What became of every row of a target's table: a fact, left out by a rule, or never asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.operations.fact_misses import PRECISION
from runtime.operations.fact_reconcile import PUBLISHED
from runtime.operations.fact_rows import ROW
from runtime.operations.fact_table import left_out, read_rows
from runtime.operations.facts import CODES, LABEL, as_facts, kept_of
from runtime.sql import connection, select
from runtime.tables import scan

if TYPE_CHECKING:
    from pathlib import Path

FACT, LEFT_OUT, NOT_CHOSEN, NOT_OF_SOURCE = "fact", "left out", "not chosen", "not of the source"


def accounts(parameters: dict[str, Any], path: Path, facts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return one line for each row that the target asks for, and one a reason for all that it does not.

    Where columns are turned into rows, a line is of one of them. Columns: `rows`, how many the line is about;
    `row` of the file, the first below the header being 1; `column`; `kind`, one of the above; `rule`, the
    number of the rule that leaves it out; what a fact says (`family`, `geography`, `place`, `lower`, `upper`,
    `category`), `source_family` as the table has it, `published` as it stands in the table; and `number`,
    that of the fact among `facts`, which the node read from the same table, where they are given.
    """
    rows = read_rows(parameters, path)
    said = pl.concat([_left(parameters, rows), _stated(parameters, rows, facts)], how="diagonal")
    numbers = _numbers(parameters, path)
    lines = said.join(numbers.drop_nulls(), on="__row", how="left", maintain_order="left").sort(
        ROW, maintain_order=True
    )
    wide = 1 if parameters["unpivot"] is None else len(parameters["unpivot"]["columns"])
    of_source = numbers["__row"].count()
    never = {NOT_CHOSEN: of_source * wide - rows.height, NOT_OF_SOURCE: (numbers.height - of_source) * wide}
    others = [{"kind": kind, "rows": number} for kind, number in never.items() if number]
    counted = lines.drop("__row").with_columns(rows=pl.lit(1, pl.Int64))
    return pl.concat(
        [counted, pl.DataFrame(others, schema={"kind": pl.String, "rows": pl.Int64})], how="diagonal"
    )


def _numbers(parameters: dict[str, Any], path: Path) -> pl.DataFrame:
    """Return every row of the file, with its number among those of the source, null where it is none."""
    condition = f"coalesce(({parameters['rows'] or 'true'})::BOOLEAN, false)"
    with connection(path) as database:
        kept = select(database, f"SELECT {condition} AS kept FROM {scan(path, parameters['read'])}")["kept"]  # noqa: S608
    number = pl.when(kept).then(kept.cast(pl.Int64).cum_sum()).otherwise(None)
    return pl.select(pl.int_range(1, len(kept) + 1).alias(ROW), number.alias("__row"))


def _left(parameters: dict[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that a rule leaves out, with the first that does."""
    rules = left_out(parameters)
    first = pl.coalesce(
        pl.lit(None, dtype=pl.Int64),
        *(pl.when(rule).then(pl.lit(at, pl.Int64)) for at, rule in enumerate(rules)),
    )
    gone = rows.with_columns(first.alias("rule")).filter(pl.col("rule").is_not_null())
    columns = {"column": "__column", "source_family": "__family", "published": "value"}
    return gone.select(
        "__row", "rule", "lower", "upper", *(pl.col(old).alias(new) for new, old in columns.items()),
        pl.lit(LEFT_OUT).alias("kind"),
    )  # fmt: skip


def _stated(parameters: dict[str, Any], rows: pl.DataFrame, facts: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rows that state facts, each with the number of its fact."""
    kept = kept_of(parameters, rows)
    ones = dict.fromkeys(parameters["families"], 1.0)
    shaped = as_facts(parameters, kept, {"amounts": ones, "counts": ones})
    if facts is not None:
        beside = ("value", ROW, PUBLISHED, *PRECISION)
        key = [n for n in facts.columns if n not in beside and not n.startswith(CODES)]
        numbered = facts.select(key).with_row_index("number")
        # DuckDB and the join keep the order of the rows.
        shaped = shaped.join(numbered, on=key, how="left", nulls_equal=True, maintain_order="left")
    labels = [pl.col(name) for name in shaped.columns if name.startswith(LABEL)]
    category = pl.concat_str(labels, separator=", ", ignore_nulls=True) if labels else pl.lit(None, pl.String)
    told = ["family", "measure", "role", "geography", "place", "lower", "upper"]
    number = ["number"] if facts is not None else []
    return shaped.select(*told, *number, category.alias("category")).with_columns(
        kept["__row"], kept["__column"].alias("column"), kept["__family"].alias("source_family"),
        kept["value"].alias("published"), pl.lit(FACT).alias("kind"),
    )  # fmt: skip
