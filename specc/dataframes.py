"""Frames of polars and of pandas: read as polars, and given back as what they were with columns more."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

import polars as pl

from compiler.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

AnyFrame = TypeVar("AnyFrame", "pl.DataFrame", "pd.DataFrame")


def names_of(frame: object, whose: str) -> list[str]:
    """Return the names of a frame's columns.

    Raises:
        TypeError: it is no frame, or one that is not computed yet.
        ValueError: a name that is no text, or that two columns have.
    """
    if isinstance(frame, pl.LazyFrame):
        raise TypeError(f"{whose}: a LazyFrame has no rows yet; pass frame.collect()")
    if not isinstance(frame, pl.DataFrame) and not is_pandas(frame):
        steps = "; steps of scikit-learn give one after `set_output(transform='pandas')`"
        found = type(frame).__name__
        raise TypeError(
            f"{whose}: pass a polars or pandas DataFrame, not {found}{steps if found == 'ndarray' else ''}"
        )
    names: list[Any] = list(frame.columns)
    odd = next((name for name in names if not isinstance(name, str)), None)
    if odd is not None:
        raise ValueError(f"{whose}: a column is named {odd!r}; columns are named by text")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{whose}: two columns are named `{twice}`; rename one")
    return names


def is_pandas(frame: object) -> TypeGuard[pd.DataFrame]:
    """Tell whether a frame is one of pandas, which is not imported for the question."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(frame, pandas.DataFrame)


def read(frame: pl.DataFrame | pd.DataFrame, names: Sequence[str], whose: str) -> pl.DataFrame:
    """Return some columns as polars; NaN of pandas is a missing value.

    Raises:
        ValueError: there is no such column, or it holds what polars has no type for.
    """
    known = names_of(frame, whose)
    for name in names:
        if name not in known:
            there = f"it has {', '.join(known)}"
            raise ValueError(f"{whose}: there is no column `{name}`; {did_you_mean(name, known) or there}")
    if isinstance(frame, pl.DataFrame):
        return frame.select(names)
    return pl.DataFrame([_series(frame[name]) for name in names])


def with_columns(frame: AnyFrame, columns: Sequence[pl.Series], types: dict[str, Any]) -> AnyFrame:
    """Return a copy of a frame with columns more, by position; its index and other columns are as they were.

    Args:
        frame: the frame.
        columns: what is added, a value a row.
        types: the pandas types to give them, where they are known; a frame of polars has no use for them.
    """
    if isinstance(frame, pl.DataFrame):
        return frame.with_columns(columns)
    added = {column.name: _array(column, types.get(column.name)) for column in columns}
    return frame.assign(**added)


def beside(
    frame: pl.DataFrame | pd.DataFrame, other: pl.DataFrame | pd.DataFrame
) -> pl.DataFrame | pd.DataFrame:
    """Return a frame with the columns of another, of the same rows; what is not of its kind becomes so.

    Raises:
        ValueError: they have another number of rows, or a column of one name.
    """
    names = names_of(other, "y")
    known = names_of(frame, "source")
    if len(other) != len(frame):
        raise ValueError(f"y has {len(other)} rows, the source {len(frame)}: give the same rows in both")
    if both := next((name for name in names if name in known), None):
        raise ValueError(f"`{both}` is in y and in the source: drop it from one of them")
    types = {name: other[name].dtype for name in names} if is_pandas(other) else {}
    columns = list(read(other, names, "y"))
    # One of the two kinds each time: a type variable takes no union.
    if isinstance(frame, pl.DataFrame):
        return with_columns(frame, columns, types)
    return with_columns(frame, columns, types)


def of_kind(frame: Any, kind: str | None) -> Any:  # noqa: ANN401 - a frame of the kind that is said
    """Return a frame as one of `pandas` or `polars`; as it is, where nothing else is said."""
    names = names_of(frame, "recipients")
    if kind == "polars":
        return read(frame, names, "recipients")
    if kind == "pandas" and isinstance(frame, pl.DataFrame):
        pandas = import_module("pandas")
        return pandas.DataFrame({column.name: _array(column, None) for column in frame})
    return frame


def _series(column: pd.Series[Any]) -> pl.Series:
    name = str(column.name)
    if hasattr(column, "cat"):
        return _categorical(name, column)
    try:
        return pl.from_pandas(column)
    except Exception as error:
        # pyarrow and polars raise what they like; what it means is the same.
        raise ValueError(f"column `{name}` holds values of several types: give it one") from error


def _categorical(name: str, column: pd.Series[Any]) -> pl.Series:
    categories = column.cat.categories.to_list()
    if not all(isinstance(category, str) for category in categories):
        raise ValueError(f"`{name}` is categorical, but its categories are no text: give its values instead")
    codes = pl.Series(column.cat.codes.to_numpy(), dtype=pl.Int64).replace(-1, None)
    return pl.Series(name, categories, dtype=pl.Enum(categories)).gather(codes)


def _array(column: pl.Series, kind: Any) -> Any:  # noqa: ANN401 - any type of pandas, any array
    # Text goes by way of plain text: polars' own categories would come back as another type for each draw.
    is_told = isinstance(column.dtype, (pl.Enum, pl.Categorical))
    plain = (column.cast(pl.String) if is_told else column).to_pandas()
    if kind is None and isinstance(column.dtype, pl.Enum):
        return sys.modules["pandas"].Categorical(plain, categories=column.dtype.categories.to_list())
    if kind is None and is_told:
        kind = "category"
    return (plain if kind is None else plain.astype(kind)).array
