"""Products with the matrix of records x facts."""

from __future__ import annotations

import numpy as np
import pytest
from calibration_cases import csr, survey
from scipy.sparse import csc_matrix, csr_matrix

from runtime.calibration import gram
from runtime.calibration.gram import check_csr, columns_of, matvec, record_ranges, rmatvec, weighted_gram


@pytest.mark.parametrize("value_type", [np.float32, np.float64])
def test_gram_equals_dense_arithmetic(value_type: type[np.floating]) -> None:
    """The upper triangle is that of A' diag(w) A; below it are zeros."""
    case = survey()
    matrix = case.matrix.astype(value_type)
    dense = matrix.toarray().astype(np.float64)
    expected = np.triu(dense.T @ (case.start[:, None] * dense))
    np.testing.assert_allclose(weighted_gram(matrix, case.start, columns_of(matrix)), expected, rtol=1e-12)


def test_blocks_of_records_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix cut into many blocks of records has the same Gram matrix, and every entry is in one block."""
    case = survey()
    whole = weighted_gram(case.matrix, case.start, columns_of(case.matrix))
    monkeypatch.setattr(gram, "BLOCK_ENTRIES", 100)
    blocks = columns_of(case.matrix)
    assert len(blocks) > 5
    entries = np.sort(np.concatenate([block.entries for block in blocks]))
    np.testing.assert_array_equal(entries, np.arange(case.matrix.nnz))
    np.testing.assert_allclose(weighted_gram(case.matrix, case.start, blocks), whole, rtol=1e-12)


def test_products_equal_dense_arithmetic() -> None:
    """A x, A' w and |A|' w agree with numpy."""
    case = survey()
    dense = case.matrix.toarray().astype(np.float64)
    vector = np.linspace(-1, 1, dense.shape[1])
    np.testing.assert_allclose(matvec(case.matrix, vector), dense @ vector, atol=1e-12)
    np.testing.assert_allclose(rmatvec(case.matrix, case.start), dense.T @ case.start, rtol=1e-12)
    np.testing.assert_allclose(
        rmatvec(case.matrix, case.start, gross=True), abs(dense).T @ case.start, rtol=1e-12
    )


def test_fewer_records_than_ranges_is_fine() -> None:
    """Two records, one of them empty, still give every product."""
    matrix = csr([[0.0, 0.0, 0.0], [1.0, 2.0, 0.0]])
    weights = np.array([3.0, 5.0])
    np.testing.assert_array_equal(rmatvec(matrix, weights), [5, 10, 0])
    np.testing.assert_array_equal(
        weighted_gram(matrix, weights, columns_of(matrix)), [[5, 10, 0], [0, 20, 0], [0, 0, 0]]
    )


def test_ranges_cover_every_record_once_whatever_the_skew() -> None:
    """One record with nearly all non-zeros neither loses nor repeats another."""
    indptr = np.array([0, 0, 1, 1000, 1001, 1001, 1002], dtype=np.int64)
    bounds = record_ranges(indptr, 8)
    assert bounds[0] == 0
    assert bounds[-1] == 6
    assert np.all(np.diff(bounds) >= 0)


def test_matrices_the_kernels_would_misread_are_refused() -> None:
    """Other formats and dtypes, and repeated entries, are refused with the remedy."""
    good = csr([[1.0, 2.0]])
    with pytest.raises(TypeError, match=r"\.tocsr\(\)"):
        check_csr(csc_matrix(good))
    with pytest.raises(TypeError, match="int64"):
        check_csr(good.astype(np.int64))
    repeated = csr_matrix(
        (np.ones(2, np.float32), np.zeros(2, np.int32), np.array([0, 2], np.int32)), shape=(1, 1)
    )
    with pytest.raises(ValueError, match="sum_duplicates"):
        check_csr(repeated)
