"""Copies of stored zero come alive under every solver, in the magnitudes that surveys have."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, column, report

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

HALF = 400
METHODS: dict[str, dict[str, Any]] = {
    "dual": {"distance": "entropy", "penalty": 0.01},
    "logit": {"kind": "dual", "distance": "logit", "bounds": [0, 50], "penalty": 0.01},
    "chi_square": {"kind": "dual", "distance": "chi_square", "penalty": 0.01},
    "ipf": {},
    "microcalibrate": {"epochs": 300},
    "l0": {"records": 320, "epochs": 40, "tries": 3, "penalty": 0.01},
    "exact_k": {"records": 320, "penalty": 0.01},
}
PACKAGES = {"microcalibrate": "microcalibrate", "l0": "l0"}


@pytest.mark.parametrize("name", METHODS)
def test_zeros_become_thousands(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T11: design weights of 1,000 to 10,000, copies stored with zero; only copies carry the missing gains.

    Half of what the originals weigh starts on the copies inside the solver. A quarter of them has to carry an
    amount twice what they do at the start; counts of all households stay.
    """
    method = {"kind": name, **METHODS[name]}
    if (package := PACKAGES.get(method["kind"])) is not None and find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    design = np.random.default_rng(3).uniform(1e3, 1e4, HALF)
    weights, gains = _solved(method, design, tmp_path, monkeypatch)
    copies = weights[HALF:]
    assert (copies > 1).mean() > (0.15 if "records" in method else 0.9)
    assert np.median(copies[copies > 1]) > 100
    assert gains @ weights == pytest.approx(2 * gains[HALF:] @ design / 2, rel=0.05)
    assert weights.sum() == pytest.approx(design.sum(), rel=0.05)


def test_the_report_says_how_many_came_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PX5: copies start from a share of what their originals weigh, and what became of them is counted."""
    design = np.full(HALF, 2_000.0)
    bench = bench_in(tmp_path, monkeypatch)
    artifact = _run(bench, {"kind": "dual", "penalty": 0.01}, design, start=0.5)
    half = report(artifact)["halves"]["is_copy"]
    assert half["households"] == HALF
    assert half["active_households"] > 0.9 * HALF
    assert 0.2 < half["weight_share"] < 0.8


def _solved(
    method: dict[str, Any], design: npt.NDArray[np.float64], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    artifact = _run(bench_in(folder, monkeypatch), method, design, start=0.5)
    return column(artifact, "household", "w").to_numpy(), _gains()


def _gains() -> npt.NDArray[np.float64]:
    """Return what households have: originals nothing, every fourth copy 10,000."""
    return np.concatenate([np.zeros(HALF), np.where(np.arange(HALF) % 4 == 0, 1e4, 0.0)])


def _run(bench: Any, method: dict[str, Any], design: npt.NDArray[np.float64], start: float) -> Any:  # noqa: ANN401 - the harness's own
    gains = _gains()
    facts = [("households", np.ones(2 * HALF), design.sum()), ("gains", gains, gains[HALF:] @ design)]
    entries = [
        {"household": row, "fact": number, "value": value}
        for number, (_, values, _) in enumerate(facts)
        for row, value in enumerate(values)
        if value
    ]
    schema = {"household": pl.Int64, "fact": pl.Int64, "value": pl.Float32}
    names = [name for name, *_ in facts]
    ledger = {
        "fact": [0, 1], "name": names, "target": names, "family": ["f", "f"], "role": ["train", "train"],
        "lower": [None, None], "upper": [None, None], "value": [float(value) for *_, value in facts],
        "carriers": [2 * HALF, HALF // 4],
    }  # fmt: skip
    triples = pl.DataFrame(entries, schema=schema).sort("household", "fact")
    matrix = bench.put("matrix", {"matrix.parquet": triples, "facts.parquet": pl.DataFrame(ledger)})
    columns = {
        "household.w": np.concatenate([design, np.zeros(HALF)]),
        "household.inside": np.concatenate([design * (1 - start), design * start]),
        "household.is_copy": np.repeat([False, True], HALF),
    }
    frame = bench.frame("base", {"household": list(range(1, 2 * HALF + 1))}, columns)
    parameters = {
        "method": method, "minimum_carriers": 3, "scale_to": None, "flags": ["is_copy"], "weight": "w",
        "start": "inside",
    }  # fmt: skip
    return bench.run(
        "calibrate",
        parameters,
        frames={"frame": frame},
        artifacts={"matrix": matrix},
        outputs={"household": ("w",)},
    )
