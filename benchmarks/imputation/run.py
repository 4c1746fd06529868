"""Run the imputation benchmark: `python benchmarks/imputation/run.py --cps cps.csv.gz` (see --help)."""

from __future__ import annotations

import runpy

if __name__ == "__main__":
    runpy.run_module("benchmarks.imputation", run_name="__main__", alter_sys=False)
