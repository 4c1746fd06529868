"""Donors in a frame: what they give, what they weigh, and which of their columns may be predictors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.imputation.encoding import TargetCodes
from specc.arguments import listed
from specc.dataframes import beside, is_pandas, names_of, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from runtime.imputation.protocol import Capabilities, Draw, Floats

    Weights = str | Sequence[float] | npt.NDArray[Any] | pl.Series | pd.Series[Any] | None


@dataclass(frozen=True, slots=True)
class Donors:
    """Those who give.

    Attributes:
        targets: (n, t) what they give, as it is.
        codes: how targets are told to a method.
        numbers: (n, t) the targets as a method sees them.
        weights: (n,) what each donor counts.
        weight_column: the column that the weights are, if they are one.
        pandas_types: the type of each target, if the donors are a frame of pandas.
    """

    targets: pl.DataFrame
    codes: TargetCodes
    numbers: Floats
    weights: Floats
    weight_column: str | None
    pandas_types: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        source: pl.DataFrame | pd.DataFrame,
        targets: list[str],
        weights: Weights,
        capabilities: Capabilities,
    ) -> Donors:
        """Read donors.

        Raises:
            TypeError: the source is no frame.
            ValueError: a column that is not there, targets that cannot be drawn, weights that are none.
        """
        table = read(source, targets, "source")
        codes = TargetCodes.of(table, targets, capabilities)
        types = {name: source[name].dtype for name in targets} if is_pandas(source) else {}
        column = weights if isinstance(weights, str) else None
        if column in targets:
            raise ValueError(f"`{column}` is a target and the weight: a weight is not drawn")
        return cls(table, codes, codes.encode(table), weights_of(source, weights), column, types)

    def offered(self, source: pl.DataFrame | pd.DataFrame) -> list[str]:
        """Return the columns of the source that may be predictors."""
        taken = {*self.targets.columns, self.weight_column}
        return [name for name in names_of(source, "source") if name not in taken]

    def given(self, draw: Draw) -> list[pl.Series]:
        """Return the first draw as columns; what was copied is the donor's own to the last bit."""
        if draw.donors is None:
            return self.codes.decode(draw.values[0])  # noqa: PD011 - an array of ours
        rows = pl.Series(draw.donors[0])
        return [column.gather(rows) for column in self.targets]


def weights_of(source: pl.DataFrame | pd.DataFrame, weights: Weights) -> Floats:
    """Return (n,) what each row counts: 1, if all count alike.

    Raises:
        ValueError: weights that are no numbers, of which some are missing, or of another length.
    """
    if weights is None:
        return np.ones(len(source))
    if isinstance(weights, str):
        return _numbers(read(source, [weights], "source")[weights])
    found: Floats = np.asarray(weights, dtype=np.float64)
    if found.shape != (len(source),):
        raise ValueError(f"weights are of shape {found.shape}, for {len(source)} donors: give one a row")
    return found


def _numbers(column: pl.Series) -> Floats:
    if not column.dtype.is_numeric():
        raise ValueError(f"the weights `{column.name}` are of type {column.dtype}: a weight is a number")
    if column.null_count():
        raise ValueError(
            f"{column.null_count()} donors have no `{column.name}`: leave them out, or weigh them 0"
        )
    numbers: Floats = column.to_numpy().astype(np.float64)
    return numbers


def with_targets(
    source: pl.DataFrame | pd.DataFrame, y: pl.DataFrame | pd.DataFrame | None, targets: Sequence[str] | None
) -> tuple[pl.DataFrame | pd.DataFrame, list[str]]:
    """Return the source with the targets among its columns, and their names."""
    if y is None:
        if targets is None:
            raise ValueError("nothing says what is drawn: name columns of the source as `targets`")
        return source, listed("targets", targets)
    names = names_of(y, "y")
    return beside(source, y), listed("targets", names if targets is None else targets)
