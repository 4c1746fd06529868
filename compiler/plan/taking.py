"""What a method of imputation takes, as `compiler.plan.measured` tells it of each."""

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
