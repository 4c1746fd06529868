"""Columns are told in numbers as a method can take them, and drawn numbers are columns again."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from runtime.imputation.encoding import NotEncodable, PredictorCodes, TargetCodes
from runtime.imputation.protocol import Capabilities

SPLITS = Capabilities(order="joint", values="copied", categories="codes")
MEASURES = Capabilities(order="joint", values="copied")
AVERAGES = Capabilities(order="chained", values="any")
NONE = float("nan")


def table(**columns: object) -> pl.DataFrame:
    """Return a table."""
    return pl.DataFrame(columns)


def told(able: Capabilities, column: pl.Series) -> list[list[float]]:
    """Return what is made of one column of donors."""
    donors = column.alias("x").to_frame()
    numbers: list[list[float]] = PredictorCodes.of(donors, ["x"], able).encode(donors).tolist()
    return numbers


@pytest.mark.parametrize(
    ("able", "expected"),
    [
        (SPLITS, [[1], [0], [NONE], [2]]),
        (MEASURES, [[0, 1, 0], [1, 0, 0], [NONE] * 3, [0, 0, 1]]),
    ],
)
def test_categories_are_told_as_the_method_can_take_them(
    able: Capabilities, expected: list[list[float]]
) -> None:
    """By one number each, or by 0 and 1; a missing one is missing in all of them."""
    np.testing.assert_array_equal(told(able, pl.Series(["b", "a", None, "c"])), expected)


def test_a_declared_order_is_kept_and_another_is_that_of_the_alphabet() -> None:
    """Also where a process has met the categories in another order; those that nobody has take no number."""
    size = pl.Enum(["small", "middle", "large", "huge"])
    assert told(SPLITS, pl.Series(["large", "small", "huge"], dtype=size)) == [[1], [0], [2]]
    pl.Series(["z", "y"], dtype=pl.Categorical)
    assert told(SPLITS, pl.Series(["z", "a", "y"], dtype=pl.Categorical)) == [[2], [0], [1]]


def test_the_same_text_is_the_same_number_whatever_holds_it() -> None:
    """Donors and recipients may hold text in different types."""
    codes = PredictorCodes.of(table(x=["b", "a"]), ["x"], SPLITS)
    kinds = (pl.String(), pl.Categorical(), pl.Enum(["b", "a"]))
    assert [codes.encode(table(x=pl.Series(["b"], dtype=kind))).tolist() for kind in kinds] == [[[1.0]]] * 3


def test_numbers_and_truth_values_are_told_as_they_are() -> None:
    """Missing is missing, zero is zero."""
    numbers = table(a=[0, None, 2], b=[True, False, None], c=[0.5, NONE, None])
    found = PredictorCodes.of(numbers, ["c", "a", "b"], SPLITS).encode(numbers)
    np.testing.assert_array_equal(found, [[0.5, 0, 1], [NONE, NONE, 0], [NONE, 2, NONE]])
    assert found.dtype == np.float32
    assert found.flags.c_contiguous


def test_text_that_nobody_has_is_missing_everywhere() -> None:
    """A predictor without any category is told by nothing but that."""
    nothing = table(x=pl.Series([None, None], dtype=pl.String), y=[1, 2])
    np.testing.assert_array_equal(
        PredictorCodes.of(nothing, ["x", "y"], SPLITS).encode(nothing), [[NONE, 1], [NONE, 2]]
    )


def test_strange_categories_are_counted_and_named() -> None:
    """The first few of them."""
    codes = PredictorCodes.of(table(x=["a"]), ["x"], MEASURES)
    strange = table(x=["a", *"zyxwvuzz"])
    with pytest.raises(NotEncodable, match="`x` of 8 recipients: `u`, `v`, `w`, `x`, `y` and 1 more; put"):
        codes.encode(strange)


def test_targets_come_back_in_the_types_they_had() -> None:
    """Whole numbers rounded, truth values true from one half, text as its category."""
    size = pl.Enum(["small", "large"])
    donors = table(
        whole=pl.Series([1, 2], dtype=pl.Int16), share=pl.Series([0.5, 1.5], dtype=pl.Float32),
        yes=[True, False], text=["b", "a"], size=pl.Series(["large", "small"], dtype=size),
    )  # fmt: skip
    codes = TargetCodes.of(donors, donors.columns, SPLITS)
    assert pl.DataFrame(codes.decode(codes.encode(donors))).equals(donors)
    assert pl.DataFrame(codes.decode(codes.encode(donors))).schema == donors.schema
    number = TargetCodes.of(donors, ["whole", "yes"], AVERAGES)
    assert pl.DataFrame(number.decode(np.array([[1.6, 0.5], [-0.6, 0.4]]))).rows() == [(2, True), (-1, False)]


def test_text_is_no_target_of_a_method_that_draws_between_donors() -> None:
    """Nothing lies between two categories."""
    with pytest.raises(NotEncodable, match="the target `x` is text, which the method cannot draw; draw"):
        TargetCodes.of(table(x=["a"]), ["x"], AVERAGES)
    measures = Capabilities(order="alone", values="observed")
    with pytest.raises(NotEncodable, match="cannot draw"):
        TargetCodes.of(table(x=["a"]), ["x"], measures)
