"""`uprate`: amounts times the growth of their index between two years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runtime.errors import NodeFailed
from runtime.operations.indices import factors_of, growth

if TYPE_CHECKING:
    import polars as pl

    from runtime.frames import FrameReader
    from runtime.operations.indices import Factors
    from runtime.task import Task


class _Indices:
    """The growth of indices between years, each computed once; which of them have moved an amount."""

    def __init__(self, factors: Factors, per: str | None) -> None:
        self.factors, self.per = factors, per
        self.found: dict[str, float] = {}
        self.idle: set[str] = set()
        self.moved: set[str] = set()

    def amount(self, index: str, start: int, end: int) -> float:
        """Return by what an amount grows: its index, over the one that amounts are per."""
        factor = self._growth(index, start, end)
        return factor if self.per is None else factor / self._growth(self.per, start, end)

    def weight(self, index: str, start: int, end: int) -> float:
        """Return by what a weight grows."""
        return self._growth(index, start, end)

    def _growth(self, index: str, start: int, end: int) -> float:
        key = f"{index} {start}-{end}"
        if key not in self.found:
            self.found[key] = growth(self.factors, index, start, end)
        return self.found[key]

    def note(self, index: str, factor: float, values: pl.Series) -> None:
        """Remember whether a factor has changed any of the values."""
        is_moved = factor != 1 and bool((values != 0).any())
        (self.moved if is_moved else self.idle).add(index)


def run(task: Task) -> None:
    """Move each variable by its own index. A missing amount stays missing.

    Raises:
        NodeFailed: the table has no value for a year, two of them, or an index moves no amount.
    """
    parameters, reader = task.parameters, task.frame()
    indices = _Indices(factors_of(task.artifact("factors"), parameters), parameters.get("per"))
    losses = {name: rule for name, *rule in parameters.get("losses", ())}
    for name, index, start, end in parameters["moves"]:
        _write(
            task, reader, name, _moved(indices, reader.column(name), (index, start, end), losses.get(name))
        )
    for name, yearly, start, end in parameters.get("steady", ()):
        _write(task, reader, name, reader.column(name) * yearly ** (end - start))
    for name, index, start, end in parameters.get("weights", ()):
        _write(task, reader, name, reader.column(name) * indices.weight(index, start, end))
    idle = sorted(indices.idle - indices.moved)
    if idle:
        raise NodeFailed(
            f"the index `{idle[0]}` moves nothing: every amount is zero, or the factor is 1",
            remedy="remove it, or list its variables under `unchanged:`",
        )
    task.notes["factors"] = indices.found


def _moved(
    indices: _Indices, values: pl.Series, rule: tuple[str, int, int], losses: list[Any] | None
) -> pl.Series:
    """Return the values moved by their index; those below zero by the index of losses, if there is one."""
    factor = indices.amount(*rule)
    if losses is None:
        indices.note(rule[0], factor, values)
        return values * factor
    below = indices.amount(*losses)
    negative = (values < 0).fill_null(value=False)
    indices.note(rule[0], factor, values.filter(~negative))
    indices.note(losses[0], below, values.filter(negative))
    return (values * below).zip_with(negative, values * factor)


def _write(task: Task, reader: FrameReader, name: str, values: pl.Series) -> None:
    task.write_column(reader.entity_of[name], values.alias(name))
