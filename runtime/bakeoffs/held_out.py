"""What a method draws for the donors of one fold, having learnt from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from runtime.bakeoffs.folds import folds_of
from runtime.errors import NodeFailed
from runtime.imputation.donor_sample import sample_donors
from runtime.imputation.inputs import check_draw
from runtime.imputation.on_scales import on_scales
from runtime.imputation.registry import imputer
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.random import Generator

    from runtime.bakeoffs.donors import Donors
    from runtime.imputation.protocol import Floats, Predictors, Rows

    Known = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Donors that taught nothing, with what was drawn for them; m rows.

    Attributes:
        rows: (m,) which donors they are.
        drawn: (draws, m, t).
        weights: (m,), all positive.
        taught: (n,) the donors that were learnt from.
        taught_weights: (n,) what they weighed there.
    """

    rows: Rows
    drawn: Floats
    weights: Floats
    taught: Rows
    taught_weights: Floats


def hold_out(donors: Donors, parameters: dict[str, Any]) -> HeldOut:
    """Fit a method to all folds but one, and draw the targets of that one.

    Folds depend on the seed and on nothing else, so that all methods see the same; what a fit and a draw take
    at random is named by block and class.

    Raises:
        NodeFailed: a fold without anybody of weight, or nobody who gives to a class.
        ValueError: donors that the method cannot learn from, or a draw that is not what it promises.
    """
    seed, name = parameters["seed"], parameters["stream"]
    fold_of = folds_of(donors.units, parameters["folds"]["count"], stream(seed, name, "folds"))
    is_tested = fold_of == parameters["fold"]
    rows = np.flatnonzero(is_tested & (donors.weights > 0))
    if not len(rows):
        raise NodeFailed("nobody in the fold that is held out has a weight", remedy="ask for fewer folds")
    taught, weights = _taught(donors, np.flatnonzero(~is_tested), parameters)
    cell = _Cell(donors, rows, taught, weights, parameters)
    return HeldOut(rows, cell.drawn(), donors.weights[rows], taught, weights)


def _taught(donors: Donors, rows: Rows, parameters: dict[str, Any]) -> tuple[Rows, Floats]:
    """Return who is learnt from, and their weights: a donor sample, where the imputation takes one."""
    wanted = parameters.get("sample")
    if wanted is None:
        return rows, donors.weights[rows]
    share = wanted["top"]["share"] if wanted["top"] else 0.0
    by = None if donors.top is None else donors.top[rows]
    random = stream(parameters["seed"], parameters["stream"], "donors", str(parameters["fold"]))
    found = sample_donors(donors.weights[rows], wanted["records"], share, by, random)
    return rows[found.rows], found.weights


@dataclass(frozen=True, slots=True)
class _Cell:
    donors: Donors
    rows: Rows
    taught: Rows
    weights: Floats
    parameters: dict[str, Any]

    def drawn(self) -> Floats:
        """Draw block after block; a block that comes after others is drawn once for each draw of theirs."""
        draws, names = self.parameters["draws"], self.donors.names
        values = np.zeros((draws, len(self.rows), len(names)))
        for number, block in enumerate(self.parameters["blocks"]):
            places = [names.index(target) for target in block["targets"]]
            earlier = [name for name in block["predictors"] if name in names]
            drawn = self._block(number, block, values if earlier else None)
            for at, place in enumerate(places):
                values[:, :, place] = _typed(drawn[:, :, at], self.donors.kinds[place])
        return values

    def _block(self, number: int, block: dict[str, Any], earlier: Floats | None) -> Floats:
        targets = [self.donors.names.index(target) for target in block["targets"]]
        drawn = np.zeros((self.parameters["draws"], len(self.rows), len(targets)))
        for said, taking, giving in self._classes():
            model = on_scales(
                imputer(targets=block["targets"], **self.parameters["model"]),
                block,
                {name: at for at, name in enumerate(block["predictors"])},
            )
            fitted = model.fit(
                self._predictors(block, self.taught[giving], None),
                np.ascontiguousarray(self.donors.targets[self.taught[giving]][:, targets]),
                self.weights[giving],
                self._stream("fit", number, said),
            )
            for number_of_draw, size in _batches(len(drawn), one_by_one=earlier is not None):
                before = None if earlier is None else earlier[number_of_draw, taking]
                known = self._predictors(block, self.rows[taking], before)
                found = fitted.sample(known, self._stream("draw", number, said, number_of_draw), size)
                check_draw(found, (size, len(taking), len(targets)), self.weights[giving])
                drawn[number_of_draw : number_of_draw + size, taking] = found.values
        return drawn

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

    def _predictors(self, block: dict[str, Any], rows: Rows, before: Floats | None) -> Predictors:
        """Return what is known of some donors; targets of earlier blocks are the true ones, or as drawn."""
        names, columns = self.donors.names, []
        for name in block["predictors"]:
            if name not in names:
                columns.append(self.donors.known[name][rows])
            elif before is None:
                columns.append(self.donors.targets[rows, names.index(name)])
            else:
                columns.append(before[:, names.index(name)])
        return np.ascontiguousarray(np.column_stack(columns), dtype=np.float32)

    def _stream(self, what: str, block: int, said: str, draw: int = 0) -> Generator:
        name, fold = self.parameters["stream"], self.parameters["fold"]
        return stream(self.parameters["seed"], name, what, str(fold), str(block), said, str(draw))


def _batches(draws: int, *, one_by_one: bool) -> list[tuple[int, int]]:
    """Return first draw and number of draws of each call; all at once where nothing differs between them."""
    return [(number, 1) for number in range(draws)] if one_by_one else [(0, draws)]


def _typed(values: Floats, kind: pl.DataType) -> Floats:
    """Return drawn values as the target can hold them: a method that averages donors may give fractions."""
    if kind == pl.Boolean:
        return (values >= 0.5).astype(np.float64)
    return np.rint(values) if kind.is_integer() else values
