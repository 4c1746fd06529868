"""Wealth, debt, income from assets: what holds on donors in a block, and between blocks that are linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from runtime.imputation import imputer
from runtime.seeds import stream

if TYPE_CHECKING:
    from runtime.imputation.protocol import Draw, Floats, Predictors

COPIES = ("forest", "hotdeck", "cart")
SMALL: dict[str, dict[str, Any]] = {"forest": {"trees": 30}, "regime_aware": {"trees": 30}}
NAMES = ("accounts", "retirement", "home", "assets", "debt", "net_worth", "gains", "trust")


class Households(NamedTuple):
    """Predictors (n, 2), the balance sheet (n, 8) in the order of `NAMES`, interest (n,), weights (n,)."""

    known: Predictors
    wealth: Floats
    interest: Floats
    weights: Floats


@pytest.fixture(scope="module")
def donors() -> Households:
    """Return households of whom a third have no account; a rare one has a trust. Weights favour the poor."""
    rng, n = stream(1, "test", "blocks"), 2500
    age, skill = rng.uniform(20, 90, n), rng.normal(size=n)
    accounts = np.where(rng.random(n) < 0.35 - 0.1 * skill, 0.0, np.round(rng.lognormal(8 + skill, 1.5, n)))
    retirement = np.where(rng.random(n) < 0.5, 0.0, np.round(rng.lognormal(9 + skill + age / 60, 1.0, n)))
    home = np.where(rng.random(n) < 0.4, 0.0, np.round(rng.lognormal(12, 0.5, n)))
    debt = np.where(home > 0, np.round(home * rng.beta(2, 3, n) * (age < 70)), 0.0)
    gains = np.round(rng.normal(size=n) * 1e3) * (rng.random(n) < 0.3)
    trust = np.where(rng.random(n) < 0.009, 1e6, 0.0)
    assets = accounts + retirement + home + trust
    wealth = np.column_stack([accounts, retirement, home, assets, debt, assets - debt, gains, trust])
    interest = np.where((accounts > 0) & (rng.random(n) < 0.9), np.round(accounts * 0.03 + 1), 0.0)
    known = np.column_stack([age, skill]).astype(np.float32)
    return Households(known, wealth, interest, np.exp(-0.7 * skill) * rng.gamma(5.0, 20.0, n))


def recipients() -> Predictors:
    """Return recipients of the same population."""
    rng = stream(2, "test", "blocks")
    return np.column_stack([rng.uniform(20, 90, 3000), rng.normal(size=3000)]).astype(np.float32)


def drawn(kind: str, known: Predictors, targets: Floats, weights: Floats, asked: Predictors) -> Draw:
    """Fit a method and draw."""
    model = imputer(kind, **SMALL.get(kind, {}))
    fitted = model.fit(known, np.ascontiguousarray(targets), weights, stream(0, kind, "fit"))
    return fitted.sample(asked, stream(0, kind, "draw"))


@pytest.mark.parametrize("kind", COPIES)
def test_a_balance_sheet_balances_on_every_recipient(donors: Households, kind: str) -> None:
    """Sums, parts and signs hold to the last bit; none of the rare class is lost."""
    found = drawn(kind, donors.known, donors.wealth, donors.weights, recipients()).values[0]
    of = dict(zip(NAMES, found.T, strict=True))
    np.testing.assert_array_equal(of["assets"], of["accounts"] + of["retirement"] + of["home"] + of["trust"])
    np.testing.assert_array_equal(of["net_worth"], of["assets"] - of["debt"])
    assert (of["retirement"] <= of["assets"]).all()
    assert (found[:, :5] >= 0).all()
    assert {-1.0, 0.0, 1.0} == set(np.sign(of["gains"]))
    share = np.average(donors.wealth[:, 7] > 0, weights=donors.weights)
    assert abs((of["trust"] > 0).mean() - share) < 4 * np.sqrt(share / len(found) * 3)
    assert (of["trust"] > 0).any()


@pytest.mark.parametrize("kind", COPIES)
def test_weights_move_draws_toward_the_weighted_truth(donors: Households, kind: str) -> None:
    """Without predictors that tell who is heavy, the mean of logarithms is the weighted one."""
    blind = donors.known[:, :1].copy()
    amount = donors.wealth[:, :1]
    asked = recipients()[:, :1].copy()
    even, heavy = (
        np.log1p(drawn(kind, blind, amount, weights, asked).values[0, :, 0]).mean()
        for weights in (np.ones(len(blind)), donors.weights)
    )
    logs = np.log1p(amount[:, 0])
    true = np.average(logs, weights=donors.weights)
    assert abs(logs.mean() - true) > 0.5
    assert even == pytest.approx(logs.mean(), abs=0.2)
    assert heavy == pytest.approx(true, abs=0.2)


@pytest.mark.parametrize("kind", ["cart", "regime_aware"])
def test_a_later_block_follows_what_the_earlier_one_drew(donors: Households, kind: str) -> None:
    """Who was drawn no account has hardly any interest; drawn apart, many have."""
    asked = recipients()
    accounts = drawn("forest", donors.known, donors.wealth, donors.weights, asked).values[0, :, 0]
    interest = donors.interest[:, None]
    both = np.column_stack([donors.known, donors.wealth[:, 0]]).astype(np.float32)
    told = np.column_stack([asked, accounts]).astype(np.float32)
    after = drawn(kind, both, interest, donors.weights, told).values[0, :, 0]
    apart = drawn(kind, donors.known, interest, donors.weights, asked).values[0, :, 0]
    has_none = accounts == 0
    assert (apart[has_none] > 0).mean() > 0.3
    assert (after[has_none] > 0).mean() < 0.01
    has = (accounts > 0) & (after > 0)
    assert np.corrcoef(np.log(accounts[has]), np.log(after[has]))[0, 1] > 0.9
