"""Shapes, small inputs, and arguments that stay as they were."""

from __future__ import annotations

import numpy as np

from runtime.imputation.conformance.subject import Donors, Subject, expect, mixed_donors


def a_draw_has_the_promised_shape(subject: Subject) -> None:
    """(draws, m, t) finite float64; donors (draws, m) int64 exactly where whole donors are copied."""
    recipients = mixed_donors(subject, 40, "recipients").predictors
    draw = subject.draw(mixed_donors(subject), recipients, 3)
    expect(draw.values.shape == (3, 40, subject.width), f"values have the shape {draw.values.shape}")
    expect(draw.values.dtype == np.float64, f"values are {draw.values.dtype}, not float64")
    expect(np.isfinite(draw.values).all(), "a value is not finite")
    copies = subject.capabilities.values == "copied"
    expect((draw.donors is not None) == copies, f"values are {subject.capabilities.values}: {draw.donors=}")
    if draw.donors is not None:
        expect(draw.donors.shape == (3, 40), f"donors have the shape {draw.donors.shape}")
        expect(draw.donors.dtype == np.int64, f"donors are {draw.donors.dtype}, not int64")


def no_recipients_get_no_values(subject: Subject) -> None:
    """An empty set of recipients is an answer, not an error."""
    drawn = subject.draw(mixed_donors(subject), np.empty((0, 3), np.float32), 2).values
    expect(drawn.shape == (2, 0, subject.width), f"values have the shape {drawn.shape}")


def one_recipient_is_enough(subject: Subject) -> None:
    """A single recipient gets a finite value."""
    drawn = subject.draw(mixed_donors(subject), np.zeros((1, 3), np.float32)).values
    expect(np.isfinite(drawn).all(), f"the recipient got {drawn}")


def one_donor_answers_for_all(subject: Subject) -> None:
    """With a single donor every recipient gets his values, bit for bit."""
    values = np.array([[3.3, -1.1]])[:, : subject.width]
    donors = Donors(np.zeros((1, 2), np.float32), values.copy(), np.array([2.0]))
    drawn = subject.draw(donors, np.arange(10, dtype=np.float32).reshape(5, 2)).values
    expect((drawn[0] == values).all(), f"drew {drawn[0].tolist()} from a donor with {values.tolist()}")


def few_donors_are_enough(subject: Subject) -> None:
    """Three donors, however many a leaf or a class wants."""
    donors = Donors(np.arange(3, dtype=np.float32)[:, None], np.array([[1.0], [2.0], [4.0]]), np.ones(3))
    drawn = subject.draw(donors, np.zeros((50, 1), np.float32)).values
    expect(np.isfinite(drawn).all(), "a value is not finite")


def a_constant_target_stays_constant(subject: Subject) -> None:
    """A target without variation neither fails nor varies."""
    donors = mixed_donors(subject)
    donors.targets[:, -1] = 0.1
    drawn = subject.draw(donors, donors.predictors).values
    expect((drawn[:, :, -1] == 0.1).all(), f"drew {np.unique(drawn[:, :, -1])[:5]} of a constant 0.1")


def a_constant_predictor_is_no_obstacle(subject: Subject) -> None:
    """A predictor without variation, and one that nobody has a value of, teach nothing and break nothing."""
    donors = mixed_donors(subject)
    donors.predictors[:, 1], donors.predictors[:, 2] = 5.0, np.nan
    drawn = subject.draw(donors, donors.predictors).values
    expect(np.isfinite(drawn).all(), "a value is not finite")


def a_recipient_may_miss_everything(subject: Subject) -> None:
    """Also what no donor missed."""
    donors = mixed_donors(subject)
    np.nan_to_num(donors.predictors, copy=False)
    drawn = subject.draw(donors, np.full((9, 3), np.nan, np.float32)).values
    expect(np.isfinite(drawn).all(), "a value is not finite")


def a_recipient_may_lie_far_outside(subject: Subject) -> None:
    """A predictor beyond all donors' still gives a finite value."""
    drawn = subject.draw(mixed_donors(subject), np.full((4, 3), 1e6, np.float32)).values
    expect(np.isfinite(drawn).all(), "a value is not finite")


def arguments_are_left_as_they_were(subject: Subject) -> None:
    """Neither fit nor sample writes to what it is given."""
    mine, pristine = mixed_donors(subject), mixed_donors(subject)
    subject.draw(mine, mine.predictors)
    for name in Donors._fields:
        array, before = getattr(mine, name), getattr(pristine, name)
        expect(array.tobytes() == before.tobytes(), f"{name} were changed")


CHECKS = (
    a_draw_has_the_promised_shape,
    no_recipients_get_no_values,
    one_recipient_is_enough,
    one_donor_answers_for_all,
    few_donors_are_enough,
    a_constant_target_stays_constant,
    a_constant_predictor_is_no_obstacle,
    a_recipient_may_miss_everything,
    a_recipient_may_lie_far_outside,
    arguments_are_left_as_they_were,
)
