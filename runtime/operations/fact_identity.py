"""What makes facts the same: one that is stated twice would count twice, or be its own test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.errors import NodeFailed
from runtime.operations.facts import CODE_SEPARATOR, CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

IDENTITY = "__identity"
_INFINITY = float("inf")


def with_identity(target: Mapping[str, Any], facts: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of a target with a text that is equal for equal facts, whatever target they are of."""
    texts = [_identity(target, row) for row in facts.iter_rows(named=True)]
    return facts.with_columns(pl.Series(IDENTITY, texts, dtype=pl.String))


def _identity(target: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    bounds = (row["lower"], row["upper"])
    is_banded = bounds not in {(None, None), (-_INFINITY, _INFINITY)}
    codes = {name: row[CODES + name] for name in sorted(target["match"])}
    kinds = {
        name: sorted(set(text.split(CODE_SEPARATOR))) for name, text in codes.items() if text is not None
    }
    measure, period = (target[what][row["measure"]] for what in ("families", "periods"))
    band = [_plain(target["band"]), *map(str, bounds)] if is_banded else None
    parts = (
        target["entity"], period, _plain(target["domain"]), _plain(measure), row["carriers_only"],
        row["geography"], row["place"], band, kinds,
    )  # fmt: skip
    return json.dumps(parts)


def _plain(expression: str | None) -> str | None:
    return None if expression is None else " ".join(expression.split())


def check_identities(tables: list[pl.DataFrame]) -> None:
    """Refuse a fact that two rows state, in whatever targets.

    Raises:
        NodeFailed: names both, and how they differ: in their role, in their value, or not at all.
    """
    columns = (IDENTITY, "name", "role", "value")
    facts = pl.concat(table.select(columns) for table in tables)
    twice = facts.filter(facts[IDENTITY].is_duplicated())
    if twice.height == 0:
        return
    same = twice.filter(twice[IDENTITY] == twice[IDENTITY][0])
    (one, other), roles, values = (same[name].head(2).to_list() for name in ("name", "role", "value"))
    if roles[0] != roles[1]:
        raise NodeFailed(
            f"one fact has two roles: `{one}` is for {roles[0]}, `{other}` for {roles[1]}",
            remedy="leave one out with a reason; what is trained on is no test of the fit",
        )
    raise NodeFailed(
        f"one fact is stated twice: `{one}` is {values[0]:,.15g}, `{other}` is {values[1]:,.15g}",
        remedy="leave one out with `reason: duplicate`",
    )
