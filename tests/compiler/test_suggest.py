"""Did you mean: slips of the finger and words in another order."""

from __future__ import annotations

import pytest

from compiler.catalog.engine import engine_catalog
from compiler.suggest import close, closest, did_you_mean

KNOWN = ["household_weight", "person_weight", "taxable_interest_income", "age", "is_female", "state_fips"]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("weight_household", "household_weight"),
        ("household-weight", "household_weight"),
        ("Household Weight", "household_weight"),
        ("houshold_weight", "household_weight"),
        ("interest_income_taxable", "taxable_interest_income"),
        ("state_fip", "state_fips"),
    ],
)
def test_closest_name_comes_first(wrong: str, meant: str) -> None:
    """The name that was meant is the first that is proposed."""
    assert closest(wrong, KNOWN)[0] == meant


def test_nothing_is_proposed_when_nothing_is_close() -> None:
    """A wrong guess is worse than none."""
    assert did_you_mean("net_worth", KNOWN) is None


def test_at_most_three_names_are_proposed() -> None:
    """A long list helps nobody."""
    assert len(closest("income_a", [f"income_{letter}" for letter in "bcdefg"])) == 3


@pytest.mark.parametrize("wrong", ["employment_incme", "weight_household", "snp", "Über", "x" * 80, ""])
def test_order_of_the_names_changes_nothing(wrong: str) -> None:
    """The names of the engine forwards and backwards: the same are proposed, in the same order."""
    names = list(engine_catalog("policyengine_us"))
    assert closest(wrong, names) == closest(wrong, names[::-1])


def test_share_of_letters_counts_those_of_both() -> None:
    """Four letters of five and four have eight of nine in common."""
    assert close("incme", ["incm", "wage"], 3, 0.88) == ["incm"]
    assert close("incme", ["incm", "wage"], 3, 0.9) == []
