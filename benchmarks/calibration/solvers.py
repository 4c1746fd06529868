"""What is compared: the regularised dual, and the packages that are used for this today, each as it comes.

Every solver takes a problem and returns what solves it. What a rival has to make of the sparse matrix (a
dense one, tensors) it makes before the clock starts; it counts as its memory.
"""

from __future__ import annotations

import contextlib
import io
import logging
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]
    Options = Mapping[str, Any]
    Solve = Callable[[], Doubles]

Name = Literal["dual", "microcalibrate", "l0"]
SEED = 1


def prepared(name: Name, options: Options, matrix: csr_matrix, targets: Doubles, start: Doubles) -> Solve:
    """Return what solves the problem when it is called."""
    makers = {"dual": _dual, "microcalibrate": _microcalibrate, "l0": _l0}
    return makers[name](options, matrix, targets, start)


def _dual(options: Options, matrix: csr_matrix, targets: Doubles, start: Doubles) -> Solve:
    from runtime.calibration.dual import DualOptions, solve  # noqa: PLC0415 - its memory is not the rivals'
    from runtime.calibration.problem import Problem  # noqa: PLC0415

    # The kernels are compiled once an installation and loaded from the disk by each process.
    one = np.ones(1)
    solve(Problem(csr_matrix(np.ones((1, 1), np.float32)), 2 * one, one))
    problem = Problem(matrix, targets, start)
    return lambda: solve(problem, DualOptions(**options)).weights


def _microcalibrate(options: Options, matrix: csr_matrix, targets: Doubles, start: Doubles) -> Solve:
    import pandas as pd  # noqa: PLC0415
    from microcalibrate.calibration import Calibration  # noqa: PLC0415

    logging.disable(logging.WARNING)
    np.random.seed(SEED)  # noqa: NPY002 - the package draws its noise from there
    names = [f"fact {number}" for number in range(len(targets))]
    frame = pd.DataFrame(matrix.toarray(), columns=names)
    solver = Calibration(weights=start, targets=targets, estimate_matrix=frame, **options)

    def solve() -> Doubles:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            solver.calibrate()
        return np.asarray(solver.weights, dtype=np.float64)

    return solve


def _l0(options: Options, matrix: csr_matrix, targets: Doubles, start: Doubles) -> Solve:
    import torch  # noqa: PLC0415
    from l0.calibration import SparseCalibrationWeights  # noqa: PLC0415

    own = {name: value for name, value in options.items() if name.startswith("init_")}
    model = SparseCalibrationWeights(len(start), init_weights=start, seed=SEED, **own)
    by_fact, fitted = matrix.T.tocsr(), {name: each for name, each in options.items() if name not in own}
    torch.manual_seed(SEED)

    def solve() -> Doubles:
        model.fit(by_fact, targets, loss_type="relative", **fitted)
        with torch.no_grad():
            weights: Doubles = model.get_weights(deterministic=True).numpy().astype(np.float64)
        return weights

    return solve
