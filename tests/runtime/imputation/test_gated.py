"""What gates add to the chained quantile forest: regimes, rare classes, probabilities that are true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from runtime.imputation.gate import Gate
from runtime.imputation.gated import RegimeAwareForest, ZeroInflatedForest
from runtime.seeds import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Donors' signs, in turns, and what that regime is called.
REGIMES = {
    "losses, zeros and gains": (-1, 0, 1),
    "losses and gains": (-1, 1),
    "zeros and gains": (0, 1),
    "losses and zeros": (-1, 0),
    "gains only": (1,),
    "losses only": (-1,),
    "zeros only": (0,),
}


def known(n: int, seed: int = 1) -> NDArray[np.float32]:
    """Return two predictors."""
    return stream(seed, "test", "gated").normal(size=(n, 2)).astype(np.float32)


def fitted(target: NDArray[np.float64], weights: NDArray[np.float64] | None = None, **changed: int) -> Any:  # noqa: ANN401 - drawn from and asked for a report
    """Fit the regime-aware forest to one target."""
    method = RegimeAwareForest(trees=10, n_jobs=1, targets=("income",), **changed)
    given = np.ones(len(target)) if weights is None else weights
    return method.fit(known(len(target)), target[:, None], given, stream(0, "f"))


def drawn(fit: Any, n: int = 3000) -> NDArray[np.float64]:  # noqa: ANN401
    """Draw the target for many recipients."""
    values: NDArray[np.float64] = fit.sample(known(n, 2), stream(0, "d")).values[0, :, 0]
    return values


@pytest.mark.parametrize("regime", REGIMES)
def test_every_regime_is_told_and_its_signs_are_drawn(regime: str) -> None:
    """All signs that donors have, in their shares, and no others; the report names the regime."""
    signs = np.resize(REGIMES[regime], 600).astype(np.float64)
    target = signs * stream(3, "test", "amount").lognormal(8.0, 1.0, size=600)
    fit = fitted(target)
    found = drawn(fit)
    assert set(np.sign(found)) == set(REGIMES[regime])
    for sign in REGIMES[regime]:
        assert (np.sign(found) == sign).mean() == pytest.approx(1 / len(REGIMES[regime]), abs=0.06)
    if regime == "zeros only":
        assert fit.report() == {"income": {"constant": 0.0}}
    else:
        assert fit.report()["income"]["regime"] == regime


def test_a_sign_that_one_donor_has_is_drawn_with_his_share_of_the_weight() -> None:
    """One loss among 500, who weighs 5 % of all: 5 % of the draws, and recorded as drawn by its share."""
    target = np.where(np.arange(500) % 2 == 0, 0.0, 1000.0 + np.arange(500))
    target[7] = -250.0
    weights = np.ones(500)
    weights[7] = 499 * 0.05 / 0.95
    fit = fitted(target, weights)
    found = drawn(fit)
    assert (found == -250.0).mean() == pytest.approx(0.05, abs=0.015)
    losses = fit.report()["income"]["classes"]["losses"]
    assert losses == {"donors": 1, "share": pytest.approx(0.05), "drawnBy": "share"}
    assert fit.report()["income"]["classes"]["gains"]["drawnBy"] == "predictors"


def test_only_rare_classes_are_drawn_by_their_shares() -> None:
    """With few donors in all, nothing is learnt, and nothing is lost."""
    fit = fitted(np.resize([-5.0, 0.0, 9.0, 9.0], 40), rare=25)
    found = drawn(fit)
    assert np.mean(found == -5.0) == pytest.approx(0.25, abs=0.03)
    assert np.mean(found == 9.0) == pytest.approx(0.5, abs=0.03)
    assert {part["drawnBy"] for part in fit.report()["income"]["classes"].values()} == {"share"}
    assert "gate" not in fit.report()["income"]


def test_tiny_amounts_are_no_zeros() -> None:
    """A cent is a gain; zero is exactly zero."""
    target = np.resize([0.0, 0.01], 200)
    assert set(drawn(fitted(target))) == {0.0, 0.01}


def test_zeros_go_with_zeros() -> None:
    """Two targets that are zero for the same donors are zero for the same recipients."""
    rng = stream(4, "test", "joint")
    both = np.where(rng.random(800) < 0.5, 0.0, 1.0)[:, None] * rng.lognormal(8.0, 1.0, size=(800, 2))
    method = ZeroInflatedForest(trees=10, n_jobs=1)
    fit = method.fit(known(800), both, np.ones(800), stream(0, "f"))
    found = fit.sample(known(2000, 2), stream(0, "d")).values[0] == 0
    assert (found[:, 0] == found[:, 1]).mean() > 0.98
    assert fit.report()["0"]["regime"] == "zeros and amounts"


def test_a_gate_that_knows_says_so_and_one_that_cannot_does_no_harm() -> None:
    """Its log-loss is far below that of shares where predictors tell; its probabilities are true in both."""
    predictors, rng = known(4000), stream(5, "test", "gate")
    truth = 1 / (1 + np.exp(-2.5 * predictors[:, 0].astype(np.float64)))
    told = (rng.random(4000) < truth).astype(np.int64)
    noise = (rng.random(4000) < 0.3).astype(np.int64)
    good, blind = (Gate.fit(predictors, c, np.ones(4000), stream(6, "g")).quality for c in (told, noise))
    assert good["logLoss"] < 0.75 * good["logLossOfShares"]
    assert good["calibrationError"] < 0.06
    assert blind["logLoss"] == pytest.approx(blind["logLossOfShares"], abs=0.06)
    assert blind["calibrationError"] < 0.1
    assert good["heldOut"] == pytest.approx(800, abs=1)


def test_a_gate_is_weighted() -> None:
    """Half the donors are gains; they weigh three times as much as the others."""
    target = np.resize([0.0, 100.0], 1000)
    assert (drawn(fitted(target, np.resize([1.0, 3.0], 1000))) > 0).mean() == pytest.approx(0.75, abs=0.04)


def test_bad_parameters_are_refused_by_name() -> None:
    """A parameter out of range names itself and its value."""
    with pytest.raises(ValueError, match="rare must be a whole number of at least 10, not 3"):
        RegimeAwareForest(rare=3)
    with pytest.raises(ValueError, match="trees must be a whole number of at least 1, not 0"):
        ZeroInflatedForest(trees=0)
