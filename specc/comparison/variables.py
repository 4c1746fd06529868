"""How the exported variables of two runs moved: weighted totals, and the distribution of their rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime import facets
from runtime.counting import ALL, QUANTILES
from specc.comparison.change import Said, Variable, relative
from specc.run_files import lost

if TYPE_CHECKING:
    from specc.published import Published

Json = dict[str, Any]
_COUNTED = ("rows", "nulls", "non_finite", "total", "weighted_total", "minimum", "maximum", *QUANTILES)


def variables(then: Published, now: Published) -> tuple[list[Variable], int]:
    """Return the variables that moved, those most that moved most, and how many both runs export."""
    before, after = _exported(then), _exported(now)
    both = [key for key in before if key in after]
    found = [_compared(key, before[key], after[key]) for key in both]
    moved = [each for each in found if any(each.then[name] != each.now[name] for name in _COUNTED)]
    return sorted(moved, key=lambda each: (-each.moved, each.entity, each.name)), len(both)


def schema(then: Published, now: Published) -> list[Said]:
    """Return the columns of published tables that one run lacks, or that have another type."""
    before, after = _columns(then), _columns(now)
    names = [*before, *(name for name in after if name not in before)]
    return [
        Said(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def _exported(run: Published) -> dict[tuple[str, str, str], Json]:
    chosen = run.numbers.filter((pl.col("operation") == "export") & (pl.col("half") == ALL))
    return {(row["node"], row["entity"], row["variable"]): row for row in chosen.iter_rows(named=True)}


def _compared(key: tuple[str, str, str], then: Json, now: Json) -> Variable:
    _, entity, name = key
    weighted = then["weighted_total"] is not None and now["weighted_total"] is not None
    by = "weighted_total" if weighted else "total"
    total = relative(then[by], now[by])
    # Missing values are no move of a total; a variable that lost them has moved all the same.
    missing = abs(now["nulls"] / max(now["rows"], 1) - then["nulls"] / max(then["rows"], 1))
    return Variable(entity, name, then, now, by, total, max(_shift(then, now), missing))


def _shift(then: Json, now: Json) -> float:
    """Return the largest shift of a quantile beside the range that most rows of either run are in."""
    if then["p50"] is None or now["p50"] is None:
        return 0.0 if then["p50"] == now["p50"] else math.inf
    largest = max(abs(now[name] - then[name]) for name in QUANTILES)
    wide = max(then["p99"] - then["p01"], now["p99"] - now["p01"])
    if largest == 0:
        return 0.0
    return float(largest / wide) if wide else math.inf


def _columns(run: Published) -> dict[str, str]:
    """Return the types of all columns of published tables, by file and column."""
    return {f"{file} {field['name']}": field["type"] for file in _tables(run) for field in _fields(run, file)}


def _tables(run: Published) -> list[str]:
    exports = [node.address for node in run.plan.nodes if node.operation == "export"]
    names = [subject["name"] for address in exports for subject in run.nodes[address]["subject"]]
    return [name for name in names if name.endswith(".parquet")]


def _fields(run: Published, file: str) -> list[dict[str, str]]:
    path = run.folder / file
    if not path.is_file():
        raise lost(path)
    fields: Any = facets.schema(path)["fields"]
    return list(fields)
