"""`facts`: the rows of a published table as facts: family, measure, band, categories, value, role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.file import DATA
from runtime.sql import connection, literal, quoted, select
from runtime.tables import columns_of, scan

if TYPE_CHECKING:
    from runtime.task import Task

FACTS = "facts.parquet"
# Stored columns are flat; no code of a survey holds this character.
CODE_SEPARATOR = "\x1f"
_INFINITY = float("inf")


def run(task: Task) -> None:
    """Read the facts of one target table: every row becomes one, or is left out with a reason.

    Raises:
        NodeFailed: a row that nobody accounts for, or that is incomplete; a rule that matches nothing; two
            rows for one fact; bands that leave a gap or overlap.
    """
    parameters, rows = task.parameters, _rows(task)
    _every_exclusion_matches(parameters["leave_out"], rows)
    kept = rows.filter(~pl.any_horizontal(pl.lit(value=False), *_left_out(parameters)))
    _families_agree(list(parameters["families"]), kept)
    facts = _facts(parameters, kept)
    _is_complete(parameters, facts)
    facts = _combined(parameters["combine"], facts)
    _bands_meet(list(parameters["match"]), facts)
    codes = [_codes(name, rule) for name, rule in parameters["match"].items()]
    facts.with_columns(codes).write_parquet(task.folder / FACTS)
    task.notes.update({"facts": facts.height, "rows": rows.height})


def _left_out(parameters: dict[str, Any]) -> list[str]:
    return [f"__left_out_{number}" for number in range(len(parameters["leave_out"]))]


def _rows(task: Task) -> pl.DataFrame:
    parameters, path = task.parameters, task.artifact("table").path(DATA)
    raw = f"SELECT {columns_of(parameters['read'])} FROM {scan(path, parameters['read'])}"  # noqa: S608
    query = f"SELECT {', '.join(_items(parameters))} FROM {_long(parameters)}"  # noqa: S608
    if parameters["where"]:
        query += f" WHERE {parameters['where']}"
    with connection(path) as database:
        database.execute(f"CREATE TABLE raw AS {raw}")
        rows = select(database, query)
    if rows.height == 0:
        remedy = f"check `where: {parameters['where']}`" if parameters["where"] else "check the file"
        raise NodeFailed("no row of the table is left", remedy=remedy)
    return rows


def _items(parameters: dict[str, Any]) -> list[str]:
    """Return the select list; a condition that is neither true nor false (a null in it) does not hold."""
    family = parameters["family"] or literal(next(iter(parameters["families"])))
    items = [f"({parameters['value']})::DOUBLE AS value", f"({family})::VARCHAR AS __family"]
    items += [f"({parameters[b] or 'NULL'})::DOUBLE AS {b}" for b in ("lower", "upper")]
    items += [f"coalesce(({parameters['counts'] or 'false'})::BOOLEAN, false) AS __counts"]
    for name, rule in parameters["match"].items():
        items.append(f"({rule['column']})::VARCHAR AS {quoted('__match_' + name)}")
    for name, where in zip(_left_out(parameters), parameters["leave_out"], strict=True):
        items.append(f"coalesce(({where})::BOOLEAN, false) AS {name}")
    return items


def _long(parameters: dict[str, Any]) -> str:
    unpivot = parameters["unpivot"]
    if unpivot is None:
        return "raw"
    prefix = unpivot["columns"].removesuffix("*")
    wide = ", ".join(quoted(name) for name in parameters["read"] if name.startswith(prefix))
    name, value = quoted(unpivot["name"]), quoted(unpivot["value"])
    # Without INCLUDE NULLS a fact without a value would vanish instead of being refused.
    long = f"SELECT * FROM raw UNPIVOT INCLUDE NULLS ({value} FOR {name} IN ({wide}))"  # noqa: S608
    return f"(SELECT * REPLACE (substr({name}, {len(prefix) + 1}) AS {name}) FROM ({long}))"  # noqa: S608


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


def _facts(parameters: dict[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    families, family = parameters["families"], pl.col("__family")
    named = family.replace_strict({key: rule["name"] for key, rule in families.items()})
    measure = family.replace_strict({key: rule["measure"] for key, rule in families.items()})
    counts = pl.col("__counts") & (measure == "sum")
    return rows.select(
        (named + pl.when(counts).then(pl.lit(".returns")).otherwise(pl.lit(""))).alias("family"),
        named.alias("measure"),
        counts.alias("carriers_only"),
        family.replace_strict({key: rule["role"] for key, rule in families.items()}).alias("role"),
        *(pl.col(name) for name in ("lower", "upper", "value")),
        *(pl.col(f"__match_{name}").alias(name) for name in parameters["match"]),
    )


def _is_complete(parameters: dict[str, Any], facts: pl.DataFrame) -> None:
    """Check that every fact has a finite value, known categories and, where there are bands, a band."""
    values = facts["value"]
    if values.null_count() or not values.is_finite().all():
        raise NodeFailed("a fact has no finite value", remedy="leave the row out with a reason")
    _has_bands(parameters, facts)
    for name, rule in parameters["match"].items():
        if facts[name].null_count():
            raise NodeFailed(f"a row says nothing for {name}", remedy="leave it out, or give it a label")
        unknown = [] if rule["codes"] is None else sorted(set(facts[name].to_list()) - set(rule["codes"]))
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
            f"a band goes from {wrong['lower'][0]} to {wrong['upper'][0]}",
            remedy="mend `bands:`; an open end is '-inf'::double or 'inf'::double",
        )


def _codes(name: str, rule: dict[str, Any]) -> pl.Expr:
    """Return the codes that each fact's category stands for, joined; null where it stands for any."""
    if rule["codes"] is None:
        return pl.col(name).alias(f"codes.{name}")
    joined = {
        label: None if codes is None else CODE_SEPARATOR.join(dict.fromkeys(codes))
        for label, codes in rule["codes"].items()
    }
    return pl.col(name).replace_strict(joined, return_dtype=pl.String).alias(f"codes.{name}")


def _combined(combine: str | None, facts: pl.DataFrame) -> pl.DataFrame:
    key = [name for name in facts.columns if name != "value"]
    if combine == "sum":
        return facts.group_by(key, maintain_order=True).agg(pl.col("value").sum()).select(facts.columns)
    twice = facts.filter(facts.select(key).is_duplicated())
    if twice.height:
        what = ", ".join(f"{name} {twice[name][0]}" for name in key if twice[name][0] is not None)
        raise NodeFailed(
            f"two rows state the same fact: {what}",
            remedy="leave one out with a reason, or write `combine: sum`",
        )
    return facts


def _bands_meet(match: list[str], facts: pl.DataFrame) -> None:
    """Check that the bands of a family and category, totals aside, are without gap or overlap."""
    banded = facts.filter(pl.col("lower").is_not_null())
    inner = banded.filter((pl.col("lower") != -_INFINITY) | (pl.col("upper") != _INFINITY))
    for key, group in inner.group_by(["family", *match], maintain_order=True):
        ordered = group.sort("lower", "upper")
        for upper, lower in zip(ordered["upper"][:-1], ordered["lower"][1:], strict=True):
            if upper != lower:
                what = "a gap" if upper < lower else "an overlap"
                raise NodeFailed(
                    f"{what} between the bands of {' '.join(map(str, key))} "
                    f"that end at {upper:g} and begin at {lower:g}",
                    remedy="mend `bands:` so that each ends where the next begins",
                )
