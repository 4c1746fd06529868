"""Draws are separate draws: of one recipient, of one another's, of one target and the next."""

from __future__ import annotations

import numpy as np

from runtime.imputation.conformance.subject import Donors, Subject, expect, mixed_donors, near
from runtime.seeds import stream


def repeated_draws_are_independent(subject: Subject) -> None:
    """Where predictors say nothing, a recipient's second draw does not know his first."""
    one, two = _of_nothing(subject, 2)[:, :, 0]
    near(float(np.corrcoef(one, two)[0, 1]), 0.0, 0.2, "the correlation of two draws of the same target")


def unrelated_targets_are_drawn_apart(subject: Subject) -> None:
    """Where targets have nothing to do with each other, neither have their draws.

    One seed for all targets would give each row the same quantile of every target.
    """
    drawn = _of_nothing(subject, 1)[0]
    if subject.width > 1:
        found = float(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1])
        near(found, 0.0, 0.2, "the correlation of two unrelated targets")


def related_targets_stay_together(subject: Subject) -> None:
    """A target that is another one over again is drawn close to it."""
    if subject.width == 1:
        return
    rng = stream(7, "conformance", "twins")
    twins = np.repeat(rng.normal(size=(600, 1)), 2, axis=1)
    predictors = rng.normal(size=(600, 2)).astype(np.float32)
    drawn = subject.draw(Donors(predictors, twins, np.ones(600)), predictors).values[0]
    found = float(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1])
    expect(found > 0.9, f"two equal targets correlate by {found:.2f} when drawn")


def a_target_does_not_depend_on_those_after_it(subject: Subject) -> None:
    """In a chain, the first target is drawn alike whatever comes after it, byte for byte.

    A joint method draws all at once and is held to nothing here; one that takes a single target refuses two.
    """
    donors, order = mixed_donors(subject), subject.capabilities.order
    if order == "alone":
        _refuses_two(subject, donors)
    if order == "chained":
        both = _named(subject, donors, ("wages", "rooms"))
        alone = _named(subject, donors._replace(targets=donors.targets[:, :1].copy()), ("wages",))
        expect(np.array_equal(both[..., 0], alone[..., 0]), "the first target depends on the second")


def random_numbers_belong_to_names(subject: Subject) -> None:
    """In a chain, another name is another stream; the first of two targets is not special."""
    if subject.capabilities.order == "chained":
        donors = mixed_donors(subject)
        one, two = (_named(subject, donors, names) for names in (("wages", "rooms"), ("rent", "rooms")))
        expect(
            not np.array_equal(one[..., 0], two[..., 0]), "a target's name does not enter its random numbers"
        )


def _refuses_two(subject: Subject, donors: Donors) -> None:
    try:
        subject.draw(donors._replace(targets=np.repeat(donors.targets, 2, axis=1)), donors.predictors)
    except ValueError as error:
        expect("target" in str(error), f"the refusal of two targets does not name them: {error}")
    else:
        expect(holds=False, message="two targets were taken by a method that promises to take one")


def _named(subject: Subject, donors: Donors, names: tuple[str, ...]) -> np.ndarray:
    fitted = subject.imputer(names).fit(*donors, stream(0, "conformance", "fit"))
    return fitted.sample(donors.predictors, stream(0, "conformance", "draw")).values


def _of_nothing(subject: Subject, draws: int) -> np.ndarray:
    """Return draws where all predictors are zero and targets are independent."""
    rng = stream(8, "conformance", "nothing")
    targets = rng.normal(size=(700, subject.width))
    donors = Donors(np.zeros((700, 1), np.float32), targets, np.ones(700))
    return subject.draw(donors, np.zeros((1000, 1), np.float32), draws).values


CHECKS = (
    repeated_draws_are_independent,
    unrelated_targets_are_drawn_apart,
    related_targets_stay_together,
    a_target_does_not_depend_on_those_after_it,
    random_numbers_belong_to_names,
)
