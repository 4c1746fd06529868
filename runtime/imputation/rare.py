"""Rare categories of predictors, put together before anything is learnt: too few donors teach nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from runtime.imputation.encoding import NotEncodable

if TYPE_CHECKING:
    from collections.abc import Mapping


def rare_categories(
    donors: pl.DataFrame, rules: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[list[str], str]]:
    """Return, by predictor, the categories that enough donors have, and the one that all others become.

    Args:
        donors: those who give, a row each.
        rules: by predictor, `fewer_than` and `into`.

    Raises:
        NotEncodable: no category has enough donors, so that nothing would be left of the predictor.
    """
    found = {}
    for name, rule in rules.items():
        counts = donors[name].drop_nulls().cast(pl.String).value_counts(sort=False)
        kept = counts.filter(pl.col("count") >= rule["fewer_than"])[name]
        if kept.is_empty():
            raise NotEncodable(
                f"every category of `{name}` has fewer than {rule['fewer_than']} donors: none is left",
                "lower `fewer_than:`, or take the predictor out",
            )
        found[name] = (sorted(kept), str(rule["into"]))
    return found


def with_rare(
    table: pl.DataFrame, kept: Mapping[str, tuple[list[str], str]]
) -> tuple[pl.DataFrame, dict[str, dict[str, int]]]:
    """Return rows with rare categories put together, and by predictor how many rows had which of them.

    A category that no donor has is rare; a missing one stays missing.
    """
    changed, lost = [], {}
    for name, (categories, into) in kept.items():
        text = table[name].cast(pl.String)
        is_rare = text.is_not_null() & ~text.is_in(categories)
        counts = text.filter(is_rare & (text != into)).value_counts(sort=False)
        lost[name] = dict(sorted(counts.iter_rows()))
        same = pl.Series([into]).new_from_index(0, text.len())
        changed.append(same.zip_with(is_rare, text).alias(name))
    return table.with_columns(changed), lost
