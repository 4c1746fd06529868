"""microimpute in environments of its own: made here where they can be, else the page says why not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.sources import ROOT

from .methods import Case, Outcome

if TYPE_CHECKING:
    from .data import Units

ENVIRONMENTS = ROOT / "build" / "benchmarks"


class AbsentError(Exception):
    """A rival cannot be run here; the text says why."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A version of microimpute, and the Python it is run under."""

    version: str
    python: str

    @property
    def case(self) -> Case:
        """Its row."""
        return Case(f"microimpute {self.version} (Python {self.python})", "microimpute", {})


RIVALS = (Rival("0.2.5", "3.11"), Rival("3.1.4", "3.13"))


def environment(rival: Rival, folder: Path = ENVIRONMENTS) -> Path:
    """Return the Python of an environment that has the rival; make it, where it is not there yet.

    Raises:
        AbsentError: no such Python is found, or the packages cannot be had.
    """
    home = folder / f"microimpute-{rival.version}"
    python = home / "bin" / "python"
    if _says(python, "import importlib.metadata as m; print(m.version('microimpute'))") == rival.version:
        return python
    shutil.rmtree(home, ignore_errors=True)
    wanted = f"microimpute=={rival.version}"
    if uv := shutil.which("uv"):
        _carry_out(uv, "venv", "--quiet", "--python", rival.python, str(home))
        _carry_out(uv, "pip", "install", "--quiet", "--python", str(python), wanted)
    else:
        _carry_out(_interpreter(rival.python), "-m", "venv", str(home))
        _carry_out(str(python), "-m", "pip", "install", "--quiet", wanted)
    return python


def _interpreter(wanted: str) -> str:
    """Return a Python of a version: the one that runs this, or one on PATH that runs."""
    tell = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    for candidate in (sys.executable, shutil.which(f"python{wanted}")):
        if candidate and _says(Path(candidate), tell) == wanted:
            return candidate
    raise AbsentError(f"neither uv nor a python{wanted} that runs is on PATH")


def _says(python: Path, code: str) -> str | None:
    """Return what a line of Python prints; None where it does not run."""
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _carry_out(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise AbsentError(f"`{Path(command[0]).name} {' '.join(command[1:3])}` failed: {last}")


def run_rival(rival: Rival, donors: Units, recipients: Units, draws: int) -> tuple[Outcome, dict[str, Any]]:
    """Fit and draw all targets in one go, in a process of the rival's environment; and say what it ran with.

    Raises:
        AbsentError: it cannot be run here, or fails.
    """
    python = environment(rival)
    with tempfile.TemporaryDirectory(prefix="specc-rival-") as name:
        folder = Path(name)
        np.save(folder / "giving.npy", donors.predictors)
        np.save(folder / "targets.npy", np.hstack(list(donors.blocks.values())))
        np.save(folder / "weights.npy", donors.weights)
        np.save(folder / "taking.npy", recipients.predictors)
        return _outcome(python, folder, draws)


def _outcome(python: Path, folder: Path, draws: int) -> tuple[Outcome, dict[str, Any]]:
    command = [str(python), "-m", "benchmarks.imputation.rival_worker", str(folder), str(draws)]
    alone = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise AbsentError(f"it failed: {last}")
    said = json.loads((folder / "said.json").read_bytes())
    took = (said[name] for name in ("fit_seconds", "draw_seconds", "cpu_seconds", "memory_gb"))
    return Outcome(np.load(folder / "values.npy"), *took), said
