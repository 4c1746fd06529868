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
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "qrf": Taking(
        trees=100,
        threads=2,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "zi_qrf": Taking(
        trees=100,
        threads=2,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "regime_aware": Taking(
        trees=100,
        threads=2,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "rank_match": Taking(
        trees=100,
        threads=2,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "hotdeck": Taking(
        trees=1,
        threads=2,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "cart": Taking(
        trees=1,
        threads=1,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "ols": Taking(
        trees=1,
        threads=1,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
    "quantreg": Taking(
        trees=1,
        threads=1,
        growth=1.16,
        fit=(1.33e-05, 4.36e-22),
        draw=(1.67e-07, 1.11e-07),
        giving=(700, 1.06e-13),
        taking=(60, 0),
    ),
}
