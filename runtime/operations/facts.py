"""`facts`: the rows of a published table as facts: family, measure, band, categories, value, role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.fact_bands import bands_meet
from runtime.operations.fact_counts import check_counts
from runtime.operations.fact_misses import (
    PRECISION,
    added_up,
    check_precision,
    precisions,
)
from runtime.operations.fact_places import with_places
from runtime.operations.fact_reconcile import reconciled
from runtime.operations.fact_rows import ROW, rows_of
from runtime.operations.fact_sums import check_adding_up
from runtime.operations.fact_table import left_out, read_rows
from runtime.operations.file import DATA
from runtime.operations.indices import factors_of, growth

if TYPE_CHECKING:
    from runtime.operations.indices import Factors
    from runtime.task import Task

FACTS = "facts.parquet"
# Stored columns are flat; no code of a survey holds this character.
CODE_SEPARATOR = "\x1f"
# What a fact's category is called in the table, and the codes it stands for.
LABEL, CODES = "label.", "codes."


def run(task: Task) -> None:
    """Read the facts of one target table: every row becomes one, or is left out with a reason.

    Raises:
        NodeFailed: a row that nobody accounts for, that is incomplete or of a place that is none; a rule that
            matches nothing; two rows for one fact; bands that leave a gap, overlap or end; places that do not
            add up to the nation.
    """
    parameters, rows = task.parameters, read_rows(task.parameters, task.artifact("table").path(DATA))
    facts = as_facts(parameters, kept_of(parameters, rows), _factors(task))
    _is_complete(parameters, facts)
    facts = _combined(parameters["combine"], facts)
    check_precision(facts)
    check_counts(facts, [f["name"] for f in parameters["families"].values() if f["measure"] == "count"])
    bands_meet([LABEL + name for name in parameters["match"]], parameters["uncovered"], facts)
    coded = facts.with_columns([_codes(name, rule) for name, rule in parameters["match"].items()])
    check_adding_up(task, coded)
    coded = reconciled(task, coded)
    coded.write_parquet(task.folder / FACTS)
    task.notes.update({"facts": facts.height, "table_rows": rows.height})


def kept_of(parameters: dict[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that no rule leaves out.

    Raises:
        NodeFailed: a rule leaves nothing out, a row is of no known family, or a family has no row.
    """
    _every_exclusion_matches(parameters["leave_out"], rows)
    kept = rows.filter(~pl.any_horizontal(pl.lit(value=False), *left_out(parameters)))
    _families_agree(list(parameters["families"]), kept)
    return kept


def _every_exclusion_matches(conditions: list[str], rows: pl.DataFrame) -> None:
    for number, where in enumerate(conditions):
        if not rows[f"__left_out_{number}"].any():
            raise NodeFailed(f"`leave_out: {where}` matches no row", remedy="remove it or mend its condition")


def _families_agree(families: list[str], rows: pl.DataFrame) -> None:
    """Check that every row has a known family, and every family a row."""
    found = rows["__family"].unique().to_list()
    unknown = sorted(str(name) for name in found if name not in families)
    if unknown:
        more = f" and {len(unknown) - 1} more" if unknown[1:] else ""
        raise NodeFailed(
            f"nobody accounts for the rows of `{unknown[0]}`{more}",
            remedy="add it to `families:` or to `leave_out:` with a reason",
        )
    for name in families:
        if name not in found:
            raise NodeFailed(f"no row is left of the family `{name}`", remedy="remove it or mend its name")


def _factors(task: Task) -> dict[str, dict[str, float]]:
    """Return what a value of each family is multiplied by, and what one that counts units of an amount is.

    Such a row is in units, whatever the amount is in.
    """
    rules, families = task.parameters["factors"], task.parameters["families"]
    tables = {n: factors_of(task.artifact(f"factors.{n}"), rule) for n, rule in rules.items()}
    factors: dict[str, dict[str, float]] = {"amounts": {}, "counts": {}}
    for row, family in families.items():
        factors["amounts"][row] = family["factor"] * _aged(task, tables, row, family["index"])
        factors["counts"][row] = _aged(task, tables, f"{row}.returns", family.get("counts_index"))
    return factors


def _aged(task: Task, tables: dict[str, Factors], row: str, index: tuple[str, str, int, int] | None) -> float:
    """Return how much a family's index grew to the dataset's year, and note it."""
    if index is None:
        return 1.0
    table, column, start, end = index
    grown = growth(tables[table], column, start, end)
    task.notes.setdefault("aged", {})[row] = grown
    return grown


def as_facts(
    parameters: dict[str, Any], rows: pl.DataFrame, factors: dict[str, dict[str, float]]
) -> pl.DataFrame:
    """Return a fact for each row that is kept, with the place that it is of.

    Raises:
        NodeFailed: a row names no place, or one that does not exist.
    """
    families, family = parameters["families"], pl.col("__family")
    named = family.replace_strict({key: rule["name"] for key, rule in families.items()})
    measure = family.replace_strict({key: rule["measure"] for key, rule in families.items()})
    counts = pl.col("__counts") & (measure == "sum")
    amount, count = (family.replace_strict(factors[what]) for what in ("amounts", "counts"))
    factor = pl.when(counts).then(count).otherwise(amount)
    facts = rows.select(
        (named + pl.when(counts).then(pl.lit(".returns")).otherwise(pl.lit(""))).alias("family"),
        named.alias("measure"),
        counts.alias("carriers_only"),
        family.replace_strict({key: rule["role"] for key, rule in families.items()}).alias("role"),
        *(pl.col(name) for name in ("lower", "upper")),
        pl.col("value") * factor,
        *precisions(parameters, factor),
        pl.col("__row").alias(ROW),
        pl.col("__place"),
        *(pl.col(f"__match_{name}").alias(LABEL + name) for name in parameters["match"]),
    )
    return with_places(parameters["geography"], facts)


def _is_complete(parameters: dict[str, Any], facts: pl.DataFrame) -> None:
    """Check that every fact has a finite value, known categories and, where there are bands, a band."""
    endless = facts.filter(~pl.col("value").is_finite().fill_null(value=False))
    if endless.height:
        message = f"a fact has no finite value: {rows_of(endless)}"
        raise NodeFailed(message, remedy="leave the row out with a reason")
    _has_bands(parameters, facts)
    for name, rule in parameters["match"].items():
        labels = facts[LABEL + name]
        if labels.null_count():
            empty = rows_of(facts.filter(labels.is_null()))
            message = f"a row says nothing for {name}: {empty}"
            raise NodeFailed(message, remedy="leave it out, or give it a label")
        unknown = [] if rule["codes"] is None else sorted(set(labels.to_list()) - set(rule["codes"]))
        if unknown:
            raise NodeFailed(
                f"the table says `{unknown[0]}` for {name}, which `codes:` does not know",
                remedy=f"add `{unknown[0]}:` to the codes of {name}",
            )


def _has_bands(parameters: dict[str, Any], facts: pl.DataFrame) -> None:
    if parameters["lower"] is None:
        return
    wrong = facts.filter(~(pl.col("lower") < pl.col("upper")).fill_null(value=False))
    if wrong.height:
        raise NodeFailed(
            f"a band goes from {wrong['lower'][0]} to {wrong['upper'][0]}: {rows_of(wrong)}",
            remedy="mend `bands:`; an open end is '-inf'::double or 'inf'::double",
        )


def _codes(name: str, rule: dict[str, Any]) -> pl.Expr:
    """Return the codes that each fact's category stands for, joined; null where it stands for any."""
    if rule["codes"] is None:
        return pl.col(LABEL + name).alias(CODES + name)
    joined = {
        label: None if codes is None else CODE_SEPARATOR.join(dict.fromkeys(codes))
        for label, codes in rule["codes"].items()
    }
    return pl.col(LABEL + name).replace_strict(joined, return_dtype=pl.String).alias(CODES + name)


def _combined(combine: str | None, facts: pl.DataFrame) -> pl.DataFrame:
    key = [name for name in facts.columns if name not in ("value", ROW, *PRECISION)]
    if combine == "sum":
        added = [pl.col("value").sum(), pl.col(ROW).min(), *added_up(facts.columns)]
        return facts.group_by(key, maintain_order=True).agg(added).select(facts.columns)
    twice = facts.filter(facts.select(key).is_duplicated())
    if twice.height:
        same = twice.join(twice.head(1), on=key, how="semi", nulls_equal=True)
        told = (f"{name.removeprefix(LABEL)} {twice[name][0]}" for name in key if twice[name][0] is not None)
        values = " and ".join(f"{value:,.15g}" for value in same["value"].head(2))
        raise NodeFailed(
            f"two rows state the same fact: {', '.join(told)}: {values} ({rows_of(same)})",
            remedy="leave one out with a reason, or write `combine: sum`",
        )
    return facts
