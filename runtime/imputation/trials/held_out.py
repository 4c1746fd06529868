"""What a method draws for the donors of one fold, having learnt from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.errors import NodeFailed
from runtime.imputation.donor_sample import sample_donors
from runtime.imputation.encoding import PredictorCodes, TargetCodes
from runtime.imputation.inputs import check_draw
from runtime.imputation.on_scales import on_scales
from runtime.imputation.registry import imputer
from runtime.imputation.trials.folds import folds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.random import Generator

    from runtime.imputation.protocol import Floats, Imputer, Predictors, Rows
    from runtime.imputation.trials.donors import Donors

    Block = Mapping[str, Any]
    Random = Callable[..., Generator]


@dataclass(frozen=True, slots=True)
class Trial:
    """A method and one fold.

    Attributes:
        model: its kind and its parameters.
        blocks: what is drawn together, in order: `targets` and `predictors` of each, and the scales that
            methods are told them on.
        folds: how many there are; `fold` is held out.
        draws: how often each record of it is drawn.
        random: gives the random numbers of names. Those that deal out folds have the same name in all trials
            of some donors; the method's name is part of none, so that all methods have the same luck.
        sample: the donor sample that a fit takes of those who teach; None for all of them.
    """

    model: Mapping[str, Any]
    blocks: Sequence[Block]
    folds: int
    fold: int
    draws: int
    random: Random
    sample: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Donors that taught nothing, with what was drawn for them; m rows.

    Attributes:
        rows: (m,) which donors they are.
        drawn: (draws, m, t), text as its code.
        weights: (m,), all positive.
        taught: (n,) the donors that were learnt from.
        taught_weights: (n,) what they weighed there.
    """

    rows: Rows
    drawn: Floats
    weights: Floats
    taught: Rows
    taught_weights: Floats


def hold_out(donors: Donors, trial: Trial) -> HeldOut:
    """Fit a method to all folds but one, and draw the targets of that one.

    What a fit and a draw take at random is named by fold, block and class.

    Raises:
        NodeFailed: a fold without anybody of weight, or nobody who gives to a class.
        ValueError: donors that the method cannot learn from, or a draw that is not what it promises.
    """
    fold_of = folds_of(donors.units, trial.folds, trial.random("folds"))
    is_tested = fold_of == trial.fold
    rows = np.flatnonzero(is_tested & (donors.weights > 0))
    if not len(rows):
        raise NodeFailed("nobody in the fold that is held out has a weight", remedy="ask for fewer folds")
    taught, weights = _taught(donors, np.flatnonzero(~is_tested), trial)
    drawn = _Cell(donors, rows, taught, weights, trial).drawn()
    return HeldOut(rows, drawn, donors.weights[rows], taught, weights)


def _taught(donors: Donors, rows: Rows, trial: Trial) -> tuple[Rows, Floats]:
    """Return who is learnt from, and their weights: a donor sample, where the imputation takes one."""
    wanted = trial.sample
    if wanted is None:
        return rows, donors.weights[rows]
    share = wanted["top"]["share"] if wanted["top"] else 0.0
    by = None if donors.top is None else donors.top[rows]
    random = trial.random("donors", str(trial.fold))
    found = sample_donors(donors.weights[rows], wanted["records"], share, by, random)
    return rows[found.rows], found.weights


@dataclass(frozen=True, slots=True)
class _Cell:
    donors: Donors
    rows: Rows
    taught: Rows
    weights: Floats
    trial: Trial

    def drawn(self) -> Floats:
        """Draw block after block; a block that comes after others is drawn once for each draw of theirs."""
        names, kinds = self.donors.names, self.donors.codes.types
        values = np.zeros((self.trial.draws, len(self.rows), len(names)))
        for number, block in enumerate(self.trial.blocks):
            drawn = self._block(number, block, values)
            for at, name in enumerate(block["targets"]):
                values[:, :, names.index(name)] = _typed(drawn[:, :, at], kinds[name])
        return values

    def _block(self, number: int, block: Block, before: Floats) -> Floats:
        """Draw a block; `before` has what was drawn of the blocks that it comes after."""
        targets = [self.donors.names.index(target) for target in block["targets"]]
        earlier = [name for name in block["predictors"] if name in self.donors.names]
        model, told = self._told(block)
        known = told.encode(self.donors.table, "donors")
        batches = _batches(len(before), one_by_one=bool(earlier))
        drawn = np.zeros((len(before), len(self.rows), len(targets)))
        for said, taking, giving in self._classes():
            donors, weights = self.taught[giving], self.weights[giving]
            given = np.ascontiguousarray(self.donors.targets[donors][:, targets])
            fitted = model.fit(known[donors], given, weights, self._random("fit", number, said))
            for first, size in batches:
                rows = self.rows[taking]
                theirs = self._known(told, rows, before[first, taking], earlier) if earlier else known[rows]
                found = fitted.sample(theirs, self._random("draw", number, said, first), size)
                check_draw(found, (size, len(taking), len(targets)), weights)
                drawn[first : first + size, taking] = found.values
        return drawn

    def _told(self, block: Block) -> tuple[Imputer, PredictorCodes]:
        """Return the method, and how predictors are told to it.

        Categories are those of all donors: one that stands in a single fold is no stranger to the survey.
        """
        model = imputer(targets=block["targets"], **self.trial.model)
        TargetCodes.of(self.donors.table, block["targets"], model.capabilities)
        told = PredictorCodes.of(self.donors.table, block["predictors"], model.capabilities)
        return on_scales(model, block, told.places), told

    def _known(self, told: PredictorCodes, rows: Rows, drawn: Floats, earlier: Sequence[str]) -> Predictors:
        """Return what is known of some held out, with targets of earlier blocks as drawn, not as true."""
        names = self.donors.names
        columns = [self._column(name, drawn[:, names.index(name)]) for name in earlier]
        return told.encode(self.donors.table[rows].with_columns(columns))

    def _column(self, name: str, values: Floats) -> pl.Series:
        categories = self.donors.codes.categories.get(name)
        if categories is None:
            return pl.Series(name, values)
        return pl.Series(name, categories, dtype=pl.String).gather(values.astype(np.int64))

    def _classes(self) -> list[tuple[str, Rows, Rows]]:
        """Return each class with those of it who take and who give, as positions in `rows` and `taught`."""
        classes = self.donors.classes
        if classes is None:
            return [("", np.arange(len(self.rows)), np.arange(len(self.taught)))]
        found = []
        for name in sorted(set(classes[self.rows])):
            giving = np.flatnonzero(classes[self.taught] == name)
            if not len(giving):
                raise NodeFailed(
                    f"nobody gives to the class {name} when this fold is held out",
                    remedy="name fewer variables under `within:`, or ask for fewer folds",
                )
            found.append((name, np.flatnonzero(classes[self.rows] == name), giving))
        return found

    def _random(self, what: str, block: int, said: str, draw: int = 0) -> Generator:
        return self.trial.random(what, str(self.trial.fold), str(block), said, str(draw))


def _batches(draws: int, *, one_by_one: bool) -> list[tuple[int, int]]:
    """Return first draw and number of draws of each call; all at once where nothing differs between them."""
    return [(number, 1) for number in range(draws)] if one_by_one else [(0, draws)]


def _typed(values: Floats, kind: pl.DataType) -> Floats:
    """Return drawn values as the target can hold them: a method that averages donors may give fractions."""
    if kind == pl.Boolean:
        return (values >= 0.5).astype(np.float64)
    return np.rint(values) if kind.is_integer() else values
