"""Design weights count, and count once."""

from __future__ import annotations

import numpy as np

from runtime.imputation.conformance.subject import Donors, Subject, expect, mixed_donors, near
from runtime.seeds import stream


def weights_move_the_draws(subject: Subject) -> None:
    """Donors at 1 weigh nine times those at 0, as many: the mean of the draws is near 0.9."""
    rng = stream(2, "conformance", "weights")
    predictors = rng.normal(size=(1500, 2)).astype(np.float32)
    targets = (np.arange(1500) % 2).astype(np.float64)[:, None]
    donors = Donors(predictors, targets, np.where(targets[:, 0] == 1, 9.0, 1.0))
    recipients = rng.normal(size=(1500, 2)).astype(np.float32)
    near(float(subject.draw(donors, recipients).values.mean()), 0.9, 0.05, "the mean of the draws")


def weights_count_once(subject: Subject) -> None:
    """Donors who weigh nine times as much are drawn nine times as often, and no oftener.

    All have the same predictors, so that nothing but weights decides.
    """
    targets = (np.arange(600) % 2).astype(np.float64)[:, None]
    donors = Donors(np.zeros((600, 2), np.float32), targets, np.where(targets[:, 0] == 1, 9.0, 1.0))
    drawn = subject.draw(donors, np.zeros((3000, 2), np.float32)).values
    near(float(drawn.mean()), 0.9, 0.04, "the mean of the draws")


def weight_zero_means_never(subject: Subject) -> None:
    """Donors of weight zero teach nothing: they might as well not be there."""
    donors = mixed_donors(subject)
    donors.targets[::3] = 1e6
    donors.weights[::3] = 0.0
    draw = subject.draw(donors, donors.predictors, 2)
    expect(draw.values.max() < 1e5, f"drew {draw.values.max():g}, which only donors of weight zero have")
    if draw.donors is not None:
        expect((donors.weights[draw.donors] > 0).all(), "a donor of weight zero was drawn")


def the_scale_of_weights_does_not_matter(subject: Subject) -> None:
    """Persons or thousands of persons (a power of two here, so exactly): the same bytes."""
    donors = mixed_donors(subject)
    small = subject.draw(donors, donors.predictors).values
    large = subject.draw(donors._replace(weights=donors.weights * 1024.0), donors.predictors).values
    expect(np.array_equal(small, large), "weights in other units give other draws")


CHECKS = (
    weights_move_the_draws,
    weights_count_once,
    weight_zero_means_never,
    the_scale_of_weights_does_not_matter,
)
