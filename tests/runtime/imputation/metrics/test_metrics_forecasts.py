"""Pinball loss: by hand, and as scikit-learn computes it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from runtime.imputation import metrics
from runtime.seeds import stream


def test_the_loss_of_a_quantile_by_hand() -> None:
    """Draws 0, 10, 20, 30 of a record: at 25 % the quantile is 0, at 75 % it is 20; the truth is 12."""
    drawn = np.array([30.0, 0.0, 20.0, 10.0])[:, None, None]
    found = metrics.pinball(np.array([[12.0]]), drawn, np.ones(1), np.array([0.25, 0.75]))
    np.testing.assert_allclose(found, [[0.25 * 12], [0.25 * 8]])


def test_the_loss_is_that_of_scikit_learn_with_weights() -> None:
    """One draw is every quantile at once, so that the two libraries are asked the same."""
    rng = stream(1, "test", "pinball")
    truth, drawn, weights = rng.normal(size=(40, 2)), rng.normal(size=(1, 40, 2)), rng.uniform(0, 3, 40)
    found = metrics.pinball(truth, drawn, weights, np.array([0.1, 0.5]))
    for row, level in enumerate((0.1, 0.5)):
        for column in range(2):
            expected = mean_pinball_loss(
                truth[:, column], drawn[0, :, column], sample_weight=weights, alpha=level
            )
            assert found[row, column] == pytest.approx(expected)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1])
def test_a_level_that_is_no_quantile_is_refused(level: float) -> None:
    """At 0 and 1 the loss is that of no forecast at all."""
    with pytest.raises(ValueError, match=r"levels must lie in \(0, 1\)"):
        metrics.pinball(np.zeros((1, 1)), np.zeros((2, 1, 1)), np.ones(1), np.array([level]))
