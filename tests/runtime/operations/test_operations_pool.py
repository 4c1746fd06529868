"""What validations find in several draws is pooled by Rubin's rules, households being what was sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from runtime_harness import bench_in, report
from scipy.stats import t as student

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runtime_harness import Bench

HOUSEHOLDS = [5, 5, 3, 1]
WEIGHTS = [2.0, 10.0, 1.0]
RULE = {"sum": "wages", "entity": "person", "benchmark": 50.0, "tolerance": 0.1, "unit": "currency-USD"}
GATE = {"statistic": "mean", "value": "wages", "entity": "person", "at_least": 0.0, "at_most": None}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def _pool(bench: Bench, draws: Sequence[Sequence[float | None]], **rules: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    frames = {
        f"draw_{number}": bench.frame(
            f"base@{number}",
            {"household": HOUSEHOLDS},
            {
                "person.wages": list(wages),
                "household.household_weight": WEIGHTS,
                "person.sex": ["f", "m", "f", "m"],
            },
        )
        for number, wages in enumerate(draws, 1)
    }
    parameters = {"weight": "household_weight", "draws": len(draws), **rules}
    return report(bench.run("pool", parameters, frames=frames), "pooled.json")


DRAWS = ([1.0, 4.0, 5.0, 0.0], [2.0, 4.0, 7.0, 3.0])


def test_totals_are_pooled_with_the_variance_within_and_between(bench: Bench) -> None:
    """By hand: totals 60 and 85 of households 10, 50, 0 and 12, 70, 3."""
    row = _pool(bench, DRAWS, aggregates={"pay": RULE})["aggregates"]["pay"]
    within = np.mean(
        [1.5 * np.sum((z - z.mean()) ** 2) for z in (np.array([10, 50, 0]), np.array([12, 70, 3]))]
    )
    between = np.var([60.0, 85.0], ddof=1)
    assert row["draws"] == [60.0, 85.0]
    assert (row["estimate"], row["within"], row["between"]) == pytest.approx((72.5, within, between))
    total = within + 1.5 * between
    share = 1.5 * between / total
    observed = 3 / 5 * 2 * (1 - share)
    degrees = 1 / (share**2 + 1 / observed)
    assert (row["variance"], row["degrees"]) == pytest.approx((total, degrees))
    reach = student.ppf(0.975, degrees) * total**0.5
    assert row["interval"] == pytest.approx([72.5 - reach, 72.5 + reach])
    assert (row["relative_error"], row["passes"]) == (pytest.approx(0.45), False)


def test_gates_are_pooled_for_everybody_and_group_by_group(bench: Bench) -> None:
    """A mean is a ratio: weighted wages over weights."""
    by_sex = {**GATE, "by": "sex"}
    found = _pool(bench, DRAWS, gates={"mean": GATE, "by_sex": by_sex, "all": {**GATE, "statistic": "sum"}})[
        "gates"
    ]
    assert found["mean"]["draws"] == pytest.approx([60 / 15, 85 / 15])
    assert found["all"]["draws"] == pytest.approx([60, 85])
    assert found["by_sex"]["groups"]["f"]["draws"] == pytest.approx([52 / 12, 74 / 12])
    assert found["by_sex"]["groups"]["m"]["draws"] == pytest.approx([8 / 3, 11 / 3])


def test_draws_that_agree_leave_the_variance_of_the_sample(bench: Bench) -> None:
    """And degrees of freedom below households less one, as Barnard and Rubin have them."""
    row = _pool(bench, [DRAWS[0]] * 3, aggregates={"pay": RULE})["aggregates"]["pay"]
    assert row["between"] == 0
    assert row["variance"] == row["within"] > 0
    assert row["degrees"] == pytest.approx(3 / 5 * 2)


def test_a_missing_value_stops_it_as_it_stops_a_validation(bench: Bench) -> None:
    """In whichever draw."""
    with pytest.raises(NodeFailed, match="`pay` has no value in 1 of 4 rows of person"):
        _pool(bench, [DRAWS[0], [1.0, None, 2.0, 3.0]], aggregates={"pay": RULE})
