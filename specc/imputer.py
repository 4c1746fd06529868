"""Imputation from Python: `Imputer` learns from one frame and draws for another, of polars or of pandas."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, overload

import polars as pl
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from runtime.imputation.encoding import PredictorCodes
from runtime.imputation.inputs import check_draw
from runtime.imputation.parameters import at_least, one_of
from runtime.imputation.protocol import Reporting
from runtime.imputation.refit import check_clusters, multipliers
from runtime.imputation.registry import imputer
from runtime.imputation.trials.donors import ANY
from runtime.seeds import stream
from specc.arguments import listed, whole
from specc.chosen import AUTO, Auto
from specc.dataframes import names_of, of_kind, read, with_columns
from specc.donors import Donors, with_targets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    import pandas as pd

    from runtime.imputation.protocol import Fitted, Predictors
    from runtime.imputation.protocol import Imputer as Method
    from specc.dataframes import AnyFrame
    from specc.donors import Weights

_OWN = ("method", "predictors", "seed", "refit")


class Imputer(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Draws targets for recipients from donors like them, jointly and by survey weight.

    Args:
        method: one of the methods in docs/imputation.md, or `auto`: the best of `candidates` on the donors.
        predictors: the columns that donors and recipients both have, and that the method conditions on. None
            takes all that both frames have, and says by a warning which those are; learning then waits for
            the recipients.
        seed: root of all random numbers. The same seed gives the same bytes, for any number of threads.
        refit: whether every draw but the first is from a fit of its own, to donors weighed anew (a Bayesian
            bootstrap): True for each row by itself, or the column that rows asked together have in common.
        parameters: those of the method, such as `trees=200`; docs/language.md lists them. Those of `auto`:
            `candidates`, methods by name or as `{"kind": "qrf", "trees": 50}`; `groups`, the column of the
            units that no fold splits, or None for rows; `metric` ("crps"); `folds` (5); `draws` (10).

    Attributes:
        targets_: what is drawn.
        predictors_: what the method conditions on; without `predictors`, as of the last `transform`.
        categories_: of each predictor and target that is text, the categories in the order of their codes.
        report_: what the method says of its fit, as plain JSON values; under `auto` how it was chosen, and
            under `draws`, where a method says anything of them, each draw of the last `transform`.
    """

    targets_: list[str]
    predictors_: list[str]
    categories_: dict[str, tuple[str, ...]]
    report_: dict[str, Any]

    def __init__(
        self,
        method: str = "forest",
        *,
        predictors: Sequence[str] | None = None,
        seed: int = 0,
        refit: bool | str = False,
        **parameters: object,
    ) -> None:
        self.method = method
        self.predictors = predictors
        self.seed = seed
        self.refit = refit
        self._parameters = parameters

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002, FBT001, FBT002 - scikit-learn's
        """Return the arguments of the constructor by name, the method's own among them."""
        return {name: getattr(self, name) for name in _OWN} | self._parameters

    def set_params(self, **params: object) -> Self:
        """Set arguments of the constructor; what the method does not take is refused by `fit`."""
        for name in _OWN:
            setattr(self, name, params.pop(name, getattr(self, name)))
        self._parameters = self._parameters | params
        return self

    def fit(
        self,
        source: pl.DataFrame | pd.DataFrame,
        y: pl.DataFrame | pd.DataFrame | None = None,
        *,
        targets: Sequence[str] | None = None,
        weights: Weights,
    ) -> Self:
        """Learn from donors.

        Args:
            source: the donors, a row each. A missing predictor is not zero, and no row is left out for it.
            y: the targets, if they are no columns of the source: a frame of the same rows. So a pipeline
                passes them by steps that change predictors.
            targets: the columns to draw, together; all of `y`, where that is given. Numbers, truth values
                and text may be mixed.
            weights: survey weights: a column of the source, or a number a row. There is no default: None says
                that all donors count alike.

        Raises:
            TypeError: the source is no frame, or the seed no whole number.
            ValueError: a column that is not there, or cannot be drawn or learnt from; a parameter out of its
                range. The message names what it is about, the value and the remedy.
        """
        self._root = whole("seed", self.seed)
        source, wanted = with_targets(source, y, targets)
        self._method = self._asked(source, wanted)
        able = ANY if isinstance(self._method, Auto) else self._method.capabilities
        self._donors = Donors.of(source, wanted, weights, able)
        self._clusters = self._asked_together(source)
        self.targets_ = wanted
        # Frames can be changed by their owner while learning waits.
        self._waiting = source.clone() if isinstance(source, pl.DataFrame) else source.copy()
        if self.predictors is not None:
            self._learn(listed("predictors", self.predictors))
            del self._waiting
        return self

    def set_output(self, *, transform: Literal["default", "pandas", "polars"] | None = None) -> Self:
        """Say of what kind `transform` returns frames; by default of that of the recipients.

        As scikit-learn has it: None changes nothing, and a clone keeps it.

        Raises:
            ValueError: there is no such kind.
        """
        if transform is not None:
            one_of(("default", "pandas", "polars"), transform=transform)
            # The name under which scikit-learn's `clone` looks for it.
            self._sklearn_output_config = {"transform": transform}
        return self

    @overload
    def transform(
        self,
        recipients: AnyFrame,
        draws: Literal[1] = 1,
        *,
        seed: int | None = None,
        donor_column: str | None = None,
    ) -> AnyFrame: ...

    @overload
    def transform(
        self, recipients: AnyFrame, draws: int, *, seed: int | None = None, donor_column: str | None = None
    ) -> AnyFrame | list[AnyFrame]: ...

    def transform(
        self,
        recipients: AnyFrame,
        draws: int = 1,
        *,
        seed: int | None = None,
        donor_column: str | None = None,
    ) -> AnyFrame | list[AnyFrame]:
        """Return the recipients with the targets added; with several draws a list of them.

        A draw is the same however many there are. All come from one fit, unless `refit` is asked for.

        Args:
            recipients: a frame of polars or pandas, which need not be what the source is. What is returned
                is of its kind, with its rows in its order, and its index; `set_output` says otherwise.
            draws: how many times each recipient draws.
            seed: root of the random numbers of these draws, and of their own fits under `refit`; None takes
                the estimator's. What `fit` has learnt stays.
            donor_column: name of a column to add: the row of the source, counted from 0, whose targets each
                recipient bears. Methods that copy no donor have none to name.

        Raises:
            TypeError: the recipients are no frame, or the seed no whole number.
            ValueError: a column that is missing, that is there already, or that is not as the donors' was.
        """
        check_is_fitted(self, "targets_")
        at_least(1, draws=draws)
        self._check_free(recipients, donor_column)
        root = self._root if seed is None else whole("seed", seed)
        if hasattr(self, "_waiting"):
            self._learn_shared(recipients)
        known = self._told.encode(read(recipients, self.predictors_, "recipients"))
        recipients = of_kind(recipients, getattr(self, "_sklearn_output_config", {}).get("transform"))
        drawn, notes = [], []
        for number in range(draws):
            columns, found = self._drawn(known, root, number, donor_column)
            drawn.append(with_columns(recipients, columns, self._donors.pandas_types))
            notes.append(found)
        if any(notes):
            self.report_ = {**self.report_, "draws": notes}
        return drawn[0] if draws == 1 else drawn

    def fit_transform(
        self,
        source: AnyFrame,
        y: pl.DataFrame | pd.DataFrame | None = None,
        *,
        targets: Sequence[str] | None = None,
        weights: Weights,
    ) -> AnyFrame:
        """Learn from donors, and return them with targets drawn anew in place of their own."""
        self.fit(source, y, targets=targets, weights=weights)
        kept = [name for name in names_of(source, "source") if name not in self.targets_]
        return self.transform(source[kept])

    def _learn(self, predictors: list[str]) -> None:
        table = read(self._waiting, predictors, "source")
        if taken := sorted({*predictors} & {*self.targets_}):
            raise ValueError(f"`{taken[0]}` is a predictor and a target: name it once")
        donors = self._donors
        model, report = self._chosen(table, predictors)
        self._told = PredictorCodes.of(table, predictors, model.capabilities)
        self._model, self._known = model, self._told.encode(table, "donors")
        self._fitted: Fitted = self._fit(self._root, 0)
        self.predictors_ = predictors
        self.categories_ = {**self._told.categories, **donors.codes.categories}
        self.report_ = report | (self._fitted.report() if isinstance(self._fitted, Reporting) else {})

    def _asked_together(self, source: pl.DataFrame | pd.DataFrame) -> pl.Series | None:
        """Return what tells the rows that are weighed anew together; None where nothing is fitted anew."""
        if self.refit is False:
            return None
        if self.refit is True:
            return pl.Series("row", range(len(source)), dtype=pl.Int64)
        clusters = read(source, [self.refit], "source")[self.refit]
        check_clusters(clusters)
        return clusters

    def _fit(self, root: int, number: int) -> Fitted:
        """Return the fit that a draw is from."""
        weights, name = self._donors.weights, [] if number == 0 else [str(number)]
        if number and self._clusters is not None:
            weights = weights * multipliers(self._clusters, stream(root, "refit", *name))
        return self._model.fit(self._known, self._donors.numbers, weights, stream(root, "fit", *name))

    def _asked(self, source: pl.DataFrame | pd.DataFrame, targets: list[str]) -> Method | Auto:
        if self.method == AUTO:
            return Auto.of(source, targets, self._parameters)
        return imputer(self.method, targets=targets, **self._parameters)

    def _chosen(self, table: pl.DataFrame, predictors: list[str]) -> tuple[Method, dict[str, Any]]:
        """Return the method, and what is to be said of how it was chosen."""
        if not isinstance(self._method, Auto):
            return self._method, {}
        donors = self._donors
        choice = self._method.choose(table.hstack(donors.targets), predictors, donors.weights, self._root)
        return imputer(targets=self.targets_, **choice.model), {AUTO: choice.report}

    def _learn_shared(self, recipients: pl.DataFrame | pd.DataFrame) -> None:
        """Learn from all columns that both have, unless that is what was learnt for the recipients before."""
        theirs = names_of(recipients, "recipients")
        groups = self._method.groups if isinstance(self._method, Auto) else None
        apart = {groups, self.refit}
        shared = [n for n in self._donors.offered(self._waiting) if n in theirs and n not in apart]
        if not shared:
            raise ValueError(
                "source and recipients have no column in common that is neither target nor weight: "
                "give both the columns to condition on, by the same names"
            )
        message = f"predictors: {', '.join(shared)}, which both frames have; say so by predictors={shared}"
        warnings.warn(message, stacklevel=3)
        if getattr(self, "predictors_", None) != shared:
            self._learn(shared)

    def _drawn(
        self, known: Predictors, root: int, number: int, donor_column: str | None
    ) -> tuple[list[pl.Series], dict[str, Any]]:
        """Return the columns of a draw, and what the method says of it."""
        fitted = self._fitted if self._clusters is None or not number else self._fit(root, number)
        draw = fitted.sample(known, stream(root, "draw", str(number)))
        check_draw(draw, (1, len(known), len(self.targets_)), self._donors.weights)
        columns = self._donors.given(draw)
        if donor_column is None:
            return columns, draw.notes
        if draw.donors is None:
            raise ValueError(f"method {self.method!r} copies no donor: leave `donor_column` out")
        return [*columns, pl.Series(donor_column, draw.donors[0])], draw.notes

    def _check_free(self, recipients: pl.DataFrame | pd.DataFrame, donor_column: str | None) -> None:
        known = names_of(recipients, "recipients")
        for name in self.targets_:
            if name in known:
                raise ValueError(f"the recipients have `{name}` already: drop it, or rename it, to draw it")
        if donor_column in known or donor_column in self.targets_:
            raise ValueError(f"there is a column `{donor_column}` already: name `donor_column` otherwise")
