"""Numbers of a distribution: each row's uniform number through the inverse of its distribution function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from runtime.errors import NodeFailed
from runtime.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from runtime.frames import FrameReader

    Floats = npt.NDArray[np.float64]
    Check = Callable[[dict[str, Floats]], npt.NDArray[np.bool_]]
    Inverse = Callable[[Floats, dict[str, Floats]], Floats]


def numbers_of(parameters: dict[str, Any], reader: FrameReader, uniforms: Floats) -> Floats:
    """Return the drawn number of every row; zero where `among` does not hold.

    Raises:
        NodeFailed: a parameter is missing, or none that the distribution can have.
    """
    said = dict(parameters["distribution"])
    kind, among = said.pop("kind"), parameters["among"]
    asked = {"among": f"coalesce(({among or 'true'})::BOOLEAN, false)"}
    asked |= {key: f"({text})::DOUBLE" for key, text in said.items()}
    table = evaluate(reader, parameters["entity"], asked)
    chosen = table["among"].to_numpy()
    values = {key: table[key].fill_null(float("nan")).to_numpy()[chosen] for key in said}
    check, inverse = _KINDS[kind]
    _refuse(parameters["name"], values, check(values))
    # Zero is drawn once in 2^53 times, and would be minus infinity of a normal.
    shares = np.maximum(uniforms[chosen], 2.0**-54)
    drawn = np.zeros(len(uniforms))
    drawn[chosen] = inverse(shares, values)
    return drawn


def _refuse(name: str, values: dict[str, Floats], is_right: npt.NDArray[np.bool_]) -> None:
    wrong = ~is_right | ~np.logical_and.reduce([np.isfinite(v) for v in values.values()])
    if wrong.any():
        shown = ", ".join(f"{key} {value[wrong][0]:g}" for key, value in values.items())
        raise NodeFailed(
            f"the distribution of `{name}` cannot have {shown}, "
            f"as in {int(wrong.sum())} of {len(wrong)} rows",
            remedy="mend its parameters, or leave those rows out by `among:`",
        )


def _beta(shares: Floats, values: dict[str, Floats]) -> Floats:
    # Loaded here: most draws need no special functions.
    from scipy.special import betaincinv  # noqa: PLC0415

    return np.asarray(betaincinv(values["a"], values["b"], shares), dtype=np.float64)


def _normal(shares: Floats, values: dict[str, Floats]) -> Floats:
    from scipy.special import ndtri  # noqa: PLC0415

    return np.asarray(values["mean"] + values["sd"] * ndtri(shares), dtype=np.float64)


def _uniform(shares: Floats, values: dict[str, Floats]) -> Floats:
    return values["low"] + shares * (values["high"] - values["low"])


_KINDS: dict[str, tuple[Check, Inverse]] = {
    "uniform": (lambda v: v["low"] <= v["high"], _uniform),
    "normal": (lambda v: v["sd"] >= 0, _normal),
    "beta": (lambda v: (v["a"] > 0) & (v["b"] > 0), _beta),
}
