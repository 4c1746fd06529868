"""What is drawn: missing is not zero, identities, signs, rare classes, whom the draws follow."""

from __future__ import annotations

import numpy as np

from runtime.imputation.conformance.subject import Donors, Subject, expect, mixed_donors, near
from runtime.imputation.protocol import Copying
from runtime.seeds import stream


def missing_is_not_zero(subject: Subject) -> None:
    """Donors who miss a predictor answer for recipients who miss it, those at zero for those at zero."""
    is_missing = np.arange(600) % 2 == 0
    predictors = np.where(is_missing, np.nan, 0.0).astype(np.float32)[:, None]
    donors = Donors(predictors, is_missing.astype(np.float64)[:, None], np.ones(600))
    drawn = subject.draw(donors, predictors).values[0, :, 0]
    near(float(drawn[is_missing].mean()), 1.0, 0.02, "the mean of recipients who miss the predictor")
    near(float(drawn[~is_missing].mean()), 0.0, 0.02, "the mean of recipients at zero")


def predictors_matter(subject: Subject) -> None:
    """High predictors come with high draws."""
    donors = _sloped()
    drawn = subject.draw(donors, donors.predictors).values[0, :, 0]
    found = float(np.corrcoef(donors.predictors[:, 0], drawn)[0, 1])
    expect(found > 0.5, f"predictor and draw correlate by {found:.2f}, donors by 0.89")


def draws_follow_the_recipients_or_keep_the_margin(subject: Subject) -> None:
    """Recipients at one end get what donors at that end have; a method that keeps the margin gives all."""
    donors = _sloped()
    recipients = np.full((500, 1), 1.5, np.float32)
    mean = float(subject.draw(donors, recipients).values.mean())
    kept = subject.capabilities.marginal == "kept"
    near(mean, 0.0 if kept else 3.0, 0.8, f"the mean of the draws (the margin is {'kept' * kept or 'free'})")


def values_are_those_of_donors(subject: Subject) -> None:
    """Copied: all from the donor named. Observed: each from some donor. Any: something else for once."""
    donors = mixed_donors(subject)
    draw, promised = subject.draw(donors, donors.predictors, 2), subject.capabilities.values
    seen = [np.isin(draw.values[..., c], donors.targets[:, c]) for c in range(subject.width)]
    if draw.donors is not None:
        expect(
            np.array_equal(draw.values, donors.targets[draw.donors]),
            "values are not those of the donors named",
        )
    if promised == "any":
        expect(not seen[0].all(), "all values are donors': say `observed` in the capabilities")
    else:
        expect(np.all(seen), f"values are promised to be {promised}, but some are no donor's")


def named_donors_are_those_copied(subject: Subject) -> None:
    """A fit that can name donors without copying them names those that it copies."""
    donors = mixed_donors(subject)
    fitted = subject.fit(donors)
    if isinstance(fitted, Copying):
        copied = fitted.sample(donors.predictors, stream(0, "conformance", "draw"), 2).donors
        chosen = fitted.choose(donors.predictors, stream(0, "conformance", "draw"), 2)
        same = copied is not None and np.array_equal(copied, chosen)
        expect(same, "`choose` names other donors than `sample` copies")


def parts_add_up_where_donors_are_copied(subject: Subject) -> None:
    """A sum that holds on every donor holds on every recipient of a method that copies, bit for bit."""
    rng = stream(3, "conformance", "sums")
    predictors, parts = rng.normal(size=(300, 2)).astype(np.float32), rng.gamma(1.0, 1e4, size=(300, 2))
    targets = np.column_stack([parts.sum(axis=1), parts])
    if subject.capabilities.values != "copied":
        return
    drawn = subject.draw(Donors(predictors, targets, rng.gamma(2.0, 1.0, size=300)), predictors).values
    expect((drawn[..., 0] == drawn[..., 1] + drawn[..., 2]).all(), "the whole is not the sum of its parts")


def three_signs_keep_their_shares(subject: Subject) -> None:
    """Losses, zeros and gains are all drawn, in the shares that weighted donors have them."""
    rng = stream(4, "conformance", "signs")
    predictors = rng.normal(size=(1200, 2)).astype(np.float32)
    sign = np.repeat([-1.0, 0.0, 0.0, 1.0], 300)
    targets = (sign * rng.lognormal(9.0, 1.0, size=1200))[:, None]
    drawn = subject.draw(Donors(predictors, targets, np.ones(1200)), predictors).values
    if subject.capabilities.values == "any":
        expect((drawn < 0).any() and (drawn > 0).any(), "a sign of the donors is never drawn")
        return
    for name, share, found in (
        ("losses", 0.25, drawn < 0),
        ("zeros", 0.5, drawn == 0),
        ("gains", 0.25, drawn > 0),
    ):
        near(float(found.mean()), share, 0.06, f"the share of {name}")


def a_rare_class_survives(subject: Subject) -> None:
    """An amount that 0.9 % of donors have reaches about as many recipients."""
    rng = stream(5, "conformance", "rare")
    predictors = rng.normal(size=(2000, 2)).astype(np.float32)
    targets = np.where(np.arange(2000) % 111 == 0, 5000.0, 0.0)[:, None]
    drawn = subject.draw(Donors(predictors, targets, np.ones(2000)), predictors, 5).values
    if subject.capabilities.values == "any":
        near(float(drawn.mean()), 45.0, 25.0, "the mean of the draws")
        return
    near(float((drawn > 0).mean()), 0.009, 0.006, "the share of the rare class")


def _sloped(n: int = 500) -> Donors:
    """Donors whose target is twice the predictor, and some noise."""
    rng = stream(6, "conformance", "slope")
    predictors = rng.normal(size=(n, 1)).astype(np.float32)
    predictors -= predictors.mean()
    targets = 2.0 * predictors + rng.normal(size=(n, 1))
    return Donors(predictors, (targets - targets.mean()).astype(np.float64), np.ones(n))


CHECKS = (
    missing_is_not_zero,
    predictors_matter,
    draws_follow_the_recipients_or_keep_the_margin,
    values_are_those_of_donors,
    named_donors_are_those_copied,
    parts_add_up_where_donors_are_copied,
    three_signs_keep_their_shares,
    a_rare_class_survives,
)
