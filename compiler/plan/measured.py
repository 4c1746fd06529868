"""What methods of imputation take: written by `python -m benchmarks.imputation costs`; do not edit."""

from typing import NamedTuple


class Taking(NamedTuple):
    """Seconds of processor time and bytes, each a row, and a row and target.

    Attributes:
        trees: how many trees the fits had that were measured; 1 of a method without. Fits grow with them.
        threads: over how many of two cores a fit spreads.
        growth: the power of the number of donors that the seconds of a fit grow with.
        fit: seconds a donor to that power, and such a donor and target.
        draw: seconds a recipient, and a recipient and target.
        giving: bytes that a fit holds a donor, and a donor and target.
        taking: bytes that a draw holds a recipient, and a recipient and target.
    """

    trees: int
    threads: int
    growth: float
    fit: tuple[float, float]
    draw: tuple[float, float]
    giving: tuple[float, float]
    taking: tuple[float, float]


MEASURED = {
    "forest": Taking(
        trees=100,
        threads=2,
        growth=1.20,
        fit=(7.06e-06, 3.04e-07),
        draw=(4.47e-07, 2.29e-07),
        giving=(698, 27),
        taking=(40.5, 4.6),
    ),
    "qrf": Taking(
        trees=100,
        threads=2,
        growth=1.00,
        fit=(5.02e-05, 0.000346),
        draw=(0, 1.64e-05),
        giving=(3599, 980),
        taking=(0, 7.55),
    ),
    "zi_qrf": Taking(
        trees=100,
        threads=2,
        growth=1.00,
        fit=(0, 0.000267),
        draw=(0, 6.54e-06),
        giving=(658, 567),
        taking=(113, 37.7),
    ),
    "regime_aware": Taking(
        trees=100,
        threads=2,
        growth=1.00,
        fit=(0, 0.000282),
        draw=(0, 8.33e-06),
        giving=(432, 579),
        taking=(165, 29.6),
    ),
    "rank_match": Taking(
        trees=100,
        threads=2,
        growth=1.02,
        fit=(0.000382, 0),
        draw=(2.57e-05, 0),
        giving=(4783, 0),
        taking=(29.2, 0),
    ),
    "hotdeck": Taking(
        trees=1,
        threads=2,
        growth=1.38,
        fit=(6.03e-08, 9.87e-10),
        draw=(3.34e-05, 3.57e-07),
        giving=(458, 0.391),
        taking=(177, 4.61),
    ),
    "cart": Taking(
        trees=1,
        threads=1,
        growth=1.58,
        fit=(1.8e-07, 1.32e-08),
        draw=(4.14e-07, 1.53e-07),
        giving=(183, 30.8),
        taking=(14.6, 0),
    ),
    "ols": Taking(
        trees=1,
        threads=1,
        growth=1.00,
        fit=(0, 1.57e-06),
        draw=(0, 6.62e-07),
        giving=(478, 70.6),
        taking=(313, 0),
    ),
    "quantreg": Taking(
        trees=1,
        threads=1,
        growth=0.06,
        fit=(0, 2.39),
        draw=(0, 8.09e-07),
        giving=(504, 77.3),
        taking=(120, 25),
    ),
}
