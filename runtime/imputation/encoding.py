"""Columns as methods want them, and drawn numbers as columns again.

A method sees numbers. Truth values are 0 and 1. A category, that is text, is told in one of two ways, by what
the method makes of it (`Capabilities.categories`):

* `codes`: one number, the category's place in order. For trees, which split a scale anywhere, and again.
* `indicators`: 0 or 1 for each category. For distances and regressions, to which codes would be amounts.

Categories stand in the order declared for the column (a polars Enum, a pandas categorical), else in that of
the alphabet. Only those of donors count: there is nothing to learn of another, so a recipient with one is
refused, and never taken for somebody else. A missing value is NaN in every number that tells the column.

Targets are told by codes whatever the method: who draws a value that some donor has draws a code that exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runtime.imputation.protocol import Capabilities, Floats, Predictors

_MOST_NAMED = 5


class NotEncodable(ValueError):  # noqa: N818 - it says what the columns are
    """Columns that cannot be told in numbers; the remedy stands apart."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, slots=True)
class PredictorCodes:
    """How predictors are told.

    Attributes:
        names: the predictors, in order.
        categories: those that are text, with their categories in order.
        how: how a category is told.
    """

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    how: str

    @classmethod
    def of(cls, donors: pl.DataFrame, names: Sequence[str], capabilities: Capabilities) -> PredictorCodes:
        """Learn the categories of donors.

        Raises:
            NotEncodable: a column is neither a number, nor a truth value, nor text.
        """
        return cls(tuple(names), _all_categories(donors, names), capabilities.categories)

    @property
    def places(self) -> dict[str, int]:
        """The column of each predictor that is told by one number of its own: all but text."""
        found: dict[str, int] = {}
        at = 0
        for name in self.names:
            found |= {name: at} if name not in self.categories else {}
            is_wide = name in self.categories and self.how == "indicators"
            at += len(self.categories[name]) if is_wide else 1
        return found

    def encode(self, table: pl.DataFrame, whose: str = "recipients") -> Predictors:
        """Return (rows, p) numbers; NaN is missing. A category told by indicators takes a column each.

        Raises:
            NotEncodable: a column is of another type than the donors', or holds a category that no donor has.
        """
        columns = [column for name in self.names for column in self._encoded(table[name], whose)]
        return np.ascontiguousarray(np.column_stack(columns), dtype=np.float32)

    def _encoded(self, column: pl.Series, whose: str) -> list[Predictors]:
        kind = _kind(column)
        is_text = column.name in self.categories
        if (kind == "text") != is_text:
            theirs = "text" if is_text else "a number"
            raise NotEncodable(
                f"`{column.name}` is {theirs} for the donors and {kind} for the {whose}",
                "give both the same type",
            )
        if not is_text:
            return [column.cast(pl.Float32).to_numpy()]
        categories = self.categories[column.name]
        codes = _codes(column, categories, whose)
        if self.how == "codes":
            return [codes]
        missing = np.isnan(codes)
        numbers = range(len(categories))
        return [np.where(missing, codes, codes == number).astype(np.float32) for number in numbers]


@dataclass(frozen=True, slots=True)
class TargetCodes:
    """How targets are told: the type of each, in order, and the categories of those that are text."""

    types: Mapping[str, pl.DataType]
    categories: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, donors: pl.DataFrame, names: Sequence[str], capabilities: Capabilities) -> TargetCodes:
        """Learn types and categories of donors.

        Raises:
            NotEncodable: a target is of a type that cannot be drawn, by this method or by any.
        """
        types = {name: donors.schema[name] for name in names}
        categories = _all_categories(donors, names)
        if categories and not draws_categories(capabilities):
            raise NotEncodable(
                f"the target `{next(iter(categories))}` is text, which the method cannot draw",
                "draw it by a method that copies donors, such as `forest`",
            )
        return cls(types, categories)

    def only(self, name: str) -> TargetCodes:
        """Return how one of the targets is told."""
        categories = {name: self.categories[name]} if name in self.categories else {}
        return TargetCodes({name: self.types[name]}, categories)

    def encode(self, donors: pl.DataFrame) -> Floats:
        """Return (donors, targets) numbers.

        Raises:
            NotEncodable: a donor has no value, or one that is no finite number.
        """
        return np.column_stack([self._encoded(donors[name]) for name in self.types])

    def decode(self, values: Floats) -> list[pl.Series]:
        """Return (rows, targets) drawn numbers as columns of the donors' types.

        A method that draws between donors' values may give fractions: whole numbers are rounded, truth values
        true from one half.
        """
        drawn = zip(self.types.items(), values.T, strict=True)
        return [self._decoded(name, kind, column) for (name, kind), column in drawn]

    def _encoded(self, column: pl.Series) -> Floats:
        if column.null_count():
            raise NotEncodable(
                f"the donor has no `{column.name}` in {column.null_count()} of {column.len()} rows",
                "leave those rows out, or give them a value, as in coalesce(..., 0)",
            )
        if column.name in self.categories:
            return _codes(column, self.categories[column.name], "donors").astype(np.float64)
        numbers: Floats = column.to_numpy().astype(np.float64)
        if not np.isfinite(numbers).all():
            odd = np.flatnonzero(~np.isfinite(numbers))
            raise NotEncodable(
                f"the donor's `{column.name}` is {numbers[odd[0]]} in row {odd[0]} ({len(odd)} such values)",
                "leave those rows out, or give them a finite value",
            )
        return numbers

    def _decoded(self, name: str, kind: pl.DataType, values: Floats) -> pl.Series:
        if name in self.categories:
            categories = pl.Series(name, self.categories[name], dtype=pl.String)
            return categories.gather(values.astype(np.int64)).cast(kind)
        if kind == pl.Boolean:
            return pl.Series(name, values >= 0.5)
        return pl.Series(name, np.rint(values) if kind.is_integer() else values).cast(kind)


def draws_categories(capabilities: Capabilities) -> bool:
    """Tell whether a method may draw text: it copies donors, or draws donors' values and splits codes."""
    by_value = capabilities.values == "observed" and capabilities.categories == "codes"
    return capabilities.values == "copied" or by_value


def is_text(kind: pl.DataType) -> bool:
    """Tell whether a column of this type holds categories."""
    return isinstance(kind, (pl.String, pl.Categorical, pl.Enum))


def _all_categories(donors: pl.DataFrame, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {name: _categories(donors[name]) for name in names if _kind(donors[name]) == "text"}


def _categories(column: pl.Series) -> tuple[str, ...]:
    """Return the categories that occur, in the order declared, or else that of the alphabet."""
    present = column.drop_nulls().unique().cast(pl.String)
    if isinstance(column.dtype, pl.Enum):
        held = set(present)
        return tuple(name for name in column.dtype.categories if name in held)
    return tuple(sorted(present))


def _kind(column: pl.Series) -> str:
    """Return what a column is, in words; refuse what nothing is learnt from."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return "a number"
    if is_text(column.dtype):
        return "text"
    raise NotEncodable(
        f"`{column.name}` is of type {column.dtype}, which no method takes",
        "give it as a number, a truth value or text, or leave it out",
    )


def _codes(column: pl.Series, categories: tuple[str, ...], whose: str) -> Predictors:
    """Return each row's place in the list of categories, NaN where there is none."""
    text = column.cast(pl.String)
    strange = text.filter(text.is_not_null() & ~text.is_in(list(categories)))
    if strange.len():
        found = sorted(strange.unique())
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        named = ", ".join(f"`{name}`" for name in found[:_MOST_NAMED]) + more
        raise NotEncodable(
            f"no donor has the `{column.name}` of {strange.len()} {whose}: {named}",
            "put it together with a category that donors have",
        )
    places = text.replace_strict(list(categories), list(range(len(categories))), return_dtype=pl.Float32)
    codes: Predictors = places.to_numpy()
    return codes
