"""`facts`: the rows of a published table as facts: a family, a measure, a band, categories, a value, a role."""

from __future__ import annotations

from typing import Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.file import DATA
from runtime.sql import connection, literal, quoted, select
from runtime.tables import columns_of, scan
from runtime.task import Task

FACTS = "facts.parquet"
# Stored columns are flat; no code of a survey holds this character.
CODE_SEPARATOR = "\x1f"


def run(task: Task) -> None:
    """Read the facts of one target table."""
    rows = _rows(task)
    _every_rule_matches(task, rows)
    facts = _facts(task, rows.filter(~pl.any_horizontal(pl.lit(value=False), *(pl.col(c) for c in _left_out(task)))))
    facts = _combined(task, facts)
    _bands_meet(task, facts)
    facts.with_columns(_codes(name, rule) for name, rule in task.parameters["match"].items()).write_parquet(task.folder / FACTS)
    task.notes.update({"facts": facts.height, "rows": rows.height})


def _left_out(task: Task) -> list[str]:
    return [f"__left_out_{number}" for number in range(len(task.parameters["leave_out"]))]


def _rows(task: Task) -> pl.DataFrame:
    parameters, path = task.parameters, task.artifact("table").path(DATA)
    items = [f"({parameters['value']})::DOUBLE AS value"]
    items += [f"({parameters[b] if parameters[b] is not None else 'NULL'})::DOUBLE AS {b}" for b in ("lower", "upper")]
    items += [f"({rule['column']})::VARCHAR AS {quoted('__match_' + name)}" for name, rule in parameters["match"].items()]
    items += [f"({parameters['family'] or literal(next(iter(parameters['families'])))})::VARCHAR AS __family"]
    items += [f"({parameters['counts'] or 'false'})::BOOLEAN AS __counts"]
    items += [f"({where})::BOOLEAN AS {name}" for where, name in zip(parameters["leave_out"], _left_out(task), strict=True)]
    with connection(path) as database:
        database.execute(f"CREATE TABLE raw AS SELECT {columns_of(parameters['read'])} FROM {scan(path, parameters['read'])}")  # noqa: S608
        query = f"SELECT {', '.join(items)} FROM {_long(parameters)}"  # noqa: S608
        if parameters["where"]:
            query += f" WHERE {parameters['where']}"
        rows = select(database, query)
    if rows.height == 0:
        raise NodeFailed("no row of the table is left", place=task.node.address, remedy=f"check `where: {parameters['where']}`")
    return rows


def _long(parameters: dict[str, Any]) -> str:
    unpivot = parameters["unpivot"]
    if unpivot is None:
        return "raw"
    prefix = unpivot["columns"].removesuffix("*")
    wide = ", ".join(quoted(name) for name in parameters["read"] if name.startswith(prefix))
    name, value = quoted(unpivot["name"]), quoted(unpivot["value"])
    long = f"SELECT * FROM raw UNPIVOT ({value} FOR {name} IN ({wide}))"  # noqa: S608
    return f"(SELECT * REPLACE (substr({name}, {len(prefix) + 1}) AS {name}) FROM ({long}))"  # noqa: S608


def _every_rule_matches(task: Task, rows: pl.DataFrame) -> None:
    for name, where in zip(_left_out(task), task.parameters["leave_out"], strict=True):
        if not rows[name].any():
            raise NodeFailed(f"`leave_out: {where}` matches no row", place=task.node.address, remedy="remove it or mend its condition")
    for key in task.parameters["families"]:
        if not (rows["__family"] == key).any():
            raise NodeFailed(f"no row is of the family `{key}`", place=task.node.address, remedy="remove it or mend its name")


def _facts(task: Task, rows: pl.DataFrame) -> pl.DataFrame:
    families = task.parameters["families"]
    unknown = sorted(set(rows["__family"].to_list()) - set(families))
    if unknown:
        raise NodeFailed(f"nobody accounts for the rows of `{unknown[0]}`" + (f" and {len(unknown) - 1} more" if unknown[1:] else ""),
                         place=task.node.address, remedy="add it to `families:` or to `leave_out:` with a reason")
    by_row = {key: rule["name"] for key, rule in families.items()}
    roles = {key: rule["role"] for key, rule in families.items()}
    measures = {key: rule["measure"] for key, rule in families.items()}
    carriers_only = pl.col("__counts") & (pl.col("__family").replace_strict(measures) == "sum")
    named = pl.col("__family").replace_strict(by_row)
    facts = rows.select(
        (named + pl.when(carriers_only).then(pl.lit(".returns")).otherwise(pl.lit(""))).alias("family"),
        named.alias("measure"),
        carriers_only.alias("carriers_only"),
        pl.col("__family").replace_strict(roles).alias("role"),
        pl.col("lower"), pl.col("upper"), pl.col("value"),
        *(pl.col(f"__match_{name}").alias(name) for name in task.parameters["match"]),
    )  # fmt: skip
    _known_codes(task, facts)
    return facts


def _known_codes(task: Task, facts: pl.DataFrame) -> None:
    for name, rule in task.parameters["match"].items():
        unknown = sorted(set(facts[name].to_list()) - set(rule["codes"])) if rule["codes"] is not None else []
        if unknown:
            raise NodeFailed(f"the table says `{unknown[0]}` for {name}, which `codes:` does not know", place=task.node.address,
                             remedy=f"add `{unknown[0]}:` to the codes of {name}")


def _codes(name: str, rule: dict[str, Any]) -> pl.Expr:
    """Return the codes that each fact's category stands for, joined; null where it stands for any."""
    if rule["codes"] is None:
        return pl.col(name).alias(f"codes.{name}")
    joined = {label: None if codes is None else CODE_SEPARATOR.join(codes) for label, codes in rule["codes"].items()}
    return pl.col(name).replace_strict(joined, return_dtype=pl.String).alias(f"codes.{name}")


def _combined(task: Task, facts: pl.DataFrame) -> pl.DataFrame:
    key = [name for name in facts.columns if name != "value"]
    if facts["value"].null_count():
        raise NodeFailed("a fact has no value", place=task.node.address, remedy="leave the row out with a reason")
    if task.parameters["combine"] == "sum":
        return facts.group_by(key, maintain_order=True).agg(pl.col("value").sum())
    twice = facts.filter(facts.select(key).is_duplicated())
    if twice.height:
        what = ", ".join(f"{name} {twice[name][0]}" for name in key if twice[name][0] is not None)
        raise NodeFailed(f"two rows state the same fact: {what}", place=task.node.address, remedy="leave one out with a reason, or write `combine: sum`")
    return facts


def _bands_meet(task: Task, facts: pl.DataFrame) -> None:
    """Check that the finest bands of a family and category are half-open, without gap or overlap."""
    if task.parameters["lower"] is None:
        return
    inner = facts.filter(~((pl.col("lower") == float("-inf")) & (pl.col("upper") == float("inf"))))
    for key, group in inner.group_by(["family", *task.parameters["match"]], maintain_order=True):
        ordered = group.sort("lower")
        for upper, lower in zip(ordered["upper"][:-1], ordered["lower"][1:], strict=True):
            if upper != lower:
                what = "a gap" if upper < lower else "an overlap"
                raise NodeFailed(f"{what} between the bands that end at {upper:g} and begin at {lower:g} ({key[0]})", place=task.node.address,
                                 remedy="mend `bands:` so that each ends where the next begins")
