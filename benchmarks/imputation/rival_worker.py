"""Run by the Python of a rival's environment: fit microimpute's QRF, draw, and say what it took.

`python -m benchmarks.imputation.rival_worker FOLDER DRAWS` reads what `rivals.py` stored there. Of this
project it imports `memory` alone, and of the environment what microimpute brings.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .memory import memory_now, memory_peak, reset_peak

_PACKAGES = ("microimpute", "quantile-forest", "scikit-learn", "numpy")


def main() -> None:
    """Measure as `methods.run` does: libraries and data are loaded before the clock starts."""
    folder, draws = Path(sys.argv[1]), int(sys.argv[2])
    numpy, model = importlib.import_module("numpy"), importlib.import_module("microimpute.models.qrf")
    donors, recipients, known, targets = _frames(folder)
    reset_peak()
    before, clock, cpu = memory_now(), time.perf_counter(), time.process_time()
    fitted = model.QRF().fit(donors, list(known), list(targets), weight_col="weight")
    fit_seconds, fit_cpu = time.perf_counter() - clock, time.process_time() - cpu
    clock, cpu = time.perf_counter(), time.process_time()
    drawn = [_drawn(fitted, recipients, targets, number) for number in range(draws)]
    seconds, draw_cpu = time.perf_counter() - clock, time.process_time() - cpu
    values = numpy.stack(drawn)
    said = {
        "fit_seconds": fit_seconds,
        "draw_seconds": seconds / draws,
        "cpu_seconds": fit_cpu + draw_cpu / draws,
        "memory_gb": memory_peak() - before,
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in _PACKAGES},
    }
    numpy.save(folder / "values.npy", values)
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")


def _frames(folder: Path) -> tuple[Any, Any, list[str], list[str]]:
    """Return donors and recipients as frames of pandas, and the names of predictors and targets."""
    numpy, pandas = importlib.import_module("numpy"), importlib.import_module("pandas")
    giving, wanted, weights, taking = (
        numpy.load(folder / f"{name}.npy") for name in ("giving", "targets", "weights", "taking")
    )
    random = numpy.random.default_rng(0)
    for column in range(giving.shape[1]):
        distinct = len(numpy.unique(giving[:, column]))
        if distinct < 20 and distinct != 2:
            giving, taking = (_as_number(random, side, column) for side in (giving, taking))
    known = [f"known {number}" for number in range(giving.shape[1])]
    targets = [f"target {number}" for number in range(wanted.shape[1])]
    donors = pandas.DataFrame(giving.astype(float), columns=known)
    donors[targets], donors["weight"] = wanted, weights
    return donors, pandas.DataFrame(taking.astype(float), columns=known), known, targets


def _as_number(random: Any, side: Any, column: int) -> Any:  # noqa: ANN401 - not installed here
    """Move a count by less than a hundredth.

    What has fewer than ten values microimpute takes for codes: for donors, and not for recipients who have
    more; and 0.2.5 fails on what has one. A tree splits between counts as before.
    """
    side = side.astype(float)
    side[:, column] += random.uniform(0, 0.01, len(side))
    return side


def _drawn(fitted: Any, recipients: Any, targets: list[str], number: int) -> Any:  # noqa: ANN401 - as above
    """Return (m, t) one draw. Before version 3 every draw begins with the same numbers, but for the seed."""
    if int(version("microimpute").split(".")[0]) < 3:
        for model in fitted.models.values():
            model.seed = number
    found = fitted.predict(recipients.copy())
    frame = found[next(iter(found))] if isinstance(found, dict) else found
    return frame[targets].to_numpy(dtype=float)


if __name__ == "__main__":
    main()
