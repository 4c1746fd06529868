"""Measure the regularised dual beside the packages that are used for calibration today.

    python -m benchmarks.calibration                         (rivals: a quarter of an hour; RESULTS.md)
    python -m benchmarks.calibration growth                  (some minutes; GROWTH.md)
    python -m benchmarks.calibration curve specs/us_open 10% (a run, then half an hour; CURVE.md)

Each solve runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.calibration import curve, growth, rivals

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Measure what is asked for and write its page."""
    match sys.argv[1:]:
        case []:
            page, measure = "RESULTS.md", rivals.measure
        case ["growth"]:
            page, measure = "GROWTH.md", growth.measure
        case ["curve", bundle, sample]:
            page, measure = "CURVE.md", lambda folder: curve.measure(folder, bundle, sample)
        case _:
            raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory(prefix="specc-benchmark-") as folder:
        text = measure(Path(folder))
    (HERE / page).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
