"""Reports on facts and weights."""

from __future__ import annotations

import numpy as np
import pytest
from calibration_cases import csr

from runtime.calibration.fit import effective_sample_size, fit, weight_report
from runtime.calibration.support import carriers


def test_fit_counts_facts_within_each_band() -> None:
    """Errors of 0, 100, 8 and 50 percent: one fact within 1 and 5, two within 10."""
    report = fit(
        csr(np.eye(4)), np.array([100.0, -100.0, 100.0, 100.0]), np.array([100.0, 0.0, 108.0, 150.0])
    )
    assert report.relative_errors.tolist() == pytest.approx([0, 1.0, 0.08, 0.5])
    assert (report.within_1, report.within_5, report.within_10) == (0.25, 0.25, 0.5)
    assert report.mean_error == pytest.approx((1 + 0.08 + 0.5) / 4)
    assert report.median_error == pytest.approx((0.08 + 0.5) / 2)
    assert report.count == 4


def test_zero_target_is_unmeasured_unless_a_scale_is_given() -> None:
    """No relative error is made up for a target of zero."""
    matrix, targets, weights = csr(np.eye(2)), np.array([0.0, 4.0]), np.array([1.0, 4.0])
    plain = fit(matrix, targets, weights)
    assert np.isnan(plain.relative_errors[0])
    assert (plain.count, plain.unmeasured, plain.mean_error) == (1, 1, 0.0)
    scaled = fit(matrix, targets, weights, scale=np.array([10.0, 4.0]))
    assert scaled.count == 2
    assert scaled.mean_error == pytest.approx(0.05)


def test_effective_sample_size_is_kish() -> None:
    """Equal weights count in full, one weight counts once, none count nothing, any size of weight is fine."""
    assert effective_sample_size(np.full(9, 1e-200)) == pytest.approx(9)
    assert effective_sample_size(np.array([5.0, 0.0])) == pytest.approx(1)
    assert effective_sample_size(np.array([1.0, 2.0, 3.0])) == pytest.approx(36 / 14)
    assert effective_sample_size(np.zeros(3)) == 0


def test_weight_report_sees_lost_records() -> None:
    """Ratios are over records that could move; a weight far below the mean counts as lost."""
    report = weight_report(np.array([2.0, 1.0, 1e-12, 0.0]), np.array([1.0, 2.0, 1.0, 0.0]))
    assert (report.ratio_min, report.ratio_p50, report.ratio_max) == (1e-12, 0.5, 2.0)
    assert report.tiny_share == pytest.approx(1 / 3)


def test_carriers_are_distinct_records_with_something_to_give() -> None:
    """A stored zero is no carrier."""
    matrix = csr([[1, -2], [3, 4], [0, 5]])
    matrix.data[1] = 0.0
    assert carriers(matrix).tolist() == [2, 2]
