"""Problems without a meaningful answer are refused, and the message names the culprit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from calibration_cases import csr, problem

from runtime.calibration.dual import DualOptions, solve

GOOD = problem([[1, 2], [1, 0]], [3, 4], [1, 1])


def test_fact_without_carriers_is_named() -> None:
    """A column of zeros is refused by index, and by name where there is one."""
    idle = replace(problem([[1, 0], [1, 0]], [3, 4], [1, 1]), names=("people", "farm losses"))
    with pytest.raises(ValueError, match=r"fact 1 \(farm losses\).*target 4"):
        solve(idle)


def test_fact_carried_by_zero_weights_only_is_refused() -> None:
    """A zero weight never moves, so such a fact cannot either."""
    with pytest.raises(ValueError, match="positive start weight contributes to fact 1"):
        solve(problem([[1, 0], [1, 5]], [3, 4], [1, 0]))


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_impossible_start_weight_is_named(value: float) -> None:
    """Negative, missing or infinite: the record and the value are in the message."""
    with pytest.raises(ValueError, match=f"record 1 is {value}"):
        solve(replace(GOOD, start=np.array([1.0, value])))


def test_impossible_target_and_contribution_are_named() -> None:
    """A target or contribution that is not a number names its fact, and its record."""
    with pytest.raises(ValueError, match="target of fact 1 is nan"):
        solve(replace(GOOD, targets=np.array([1.0, np.nan])))
    with pytest.raises(ValueError, match="record 0 to fact 1 is inf"):
        solve(replace(GOOD, matrix=csr([[1, np.inf], [1, 0]])))


def test_tolerance_and_importance_must_be_positive() -> None:
    """Zero would make a fact exact or void in silence."""
    zero_first = np.array([0.0, 1.0])
    with pytest.raises(ValueError, match=r"tolerance of fact 0 is 0\.0"):
        solve(replace(GOOD, tolerance=zero_first))
    with pytest.raises(ValueError, match=r"importance of fact 0 is 0\.0"):
        solve(replace(GOOD, importance=zero_first))


def test_disagreeing_shapes_are_refused() -> None:
    """Each length is checked against the matrix."""
    with pytest.raises(ValueError, match="targets has shape"):
        solve(replace(GOOD, targets=np.ones(3)))
    with pytest.raises(ValueError, match="start has shape"):
        solve(replace(GOOD, start=np.ones(3)))
    with pytest.raises(ValueError, match="1 names for 2 facts"):
        solve(replace(GOOD, names=("one",)))


def test_options_out_of_range_are_refused() -> None:
    """An exact fit is a limit of small penalties, not a penalty of zero."""
    with pytest.raises(ValueError, match=r"penalty is 0\.0"):
        DualOptions(penalty=0.0)
    with pytest.raises(ValueError, match="most_iterations is -1"):
        DualOptions(most_iterations=-1)
