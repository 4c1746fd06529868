"""What the solvers that use torch share: where they run, what they may not touch, and the sparse product.

torch is imported here and nowhere else, when a plan asks for one of these solvers.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from runtime.calibration.gram import matvec, rmatvec
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from numpy.random import Generator
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Doubles = NDArray[np.float64]

Device = Literal["auto", "cpu", "cuda"]


def torch_of(extra: str) -> ModuleType:
    """Import torch.

    Raises:
        NodeFailed: it is not installed; `extra` of specc brings it.
    """
    try:
        import torch  # noqa: PLC0415 - seconds, for those who use it
    except ImportError as error:
        remedy = f"pip install 'specc[{extra}]'"
        raise NodeFailed(f"method `{extra}` needs the package torch: {error}", remedy=remedy) from error
    found: ModuleType = torch
    return found


def device_of(torch: Any, device: Device) -> str:  # noqa: ANN401 - the module
    """Return where to run.

    Raises:
        ValueError: the word is unknown, or torch reaches no such device.
    """
    if device not in ("auto", "cpu", "cuda"):
        raise ValueError(f"there is no device `{device}`; they are auto, cpu, cuda")
    reached = bool(torch.cuda.is_available())
    if device == "cuda" and not reached:
        raise ValueError("`device: cuda`, and torch reaches no GPU here; write `auto` or `cpu`")
    return "cuda" if device != "cpu" and reached else "cpu"


@contextmanager
def apart(torch: Any, random: Generator) -> Iterator[int]:  # noqa: ANN401 - the module
    """Seed the global generators of torch and NumPy from `random`, and give them back as they were.

    torch runs on one thread meanwhile: its sums depend on how many there are. Yields the seed.
    """
    threads, seed = torch.get_num_threads(), int(random.integers(2**31))
    numpys = np.random.get_state()  # noqa: NPY002 - libraries draw from it
    with torch.random.fork_rng():
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002 - as above
        try:
            yield seed
        finally:
            torch.set_num_threads(threads)
            np.random.set_state(numpys)  # noqa: NPY002 - as above


def product(torch: Any, matrix: csr_matrix, scaling: Doubles, device: str) -> Callable[[Any], Any]:  # noqa: ANN401 - the module
    """Return the function from weights (records,) to estimates (facts,) times `scaling`, with its derivative.

    Never a dense matrix: on the processor it reads the CSR in place, on a GPU it holds a copy of it and
    one of its transpose.
    """
    ends = _on_host(torch, matrix, scaling) if device == "cpu" else _on_device(torch, matrix, scaling, device)
    down, up = ends

    class Estimates(torch.autograd.Function):  # type: ignore[misc]
        """A' w, linear in w."""

        @staticmethod
        def forward(_context: Any, weights: Any) -> Any:  # noqa: ANN401 - tensors
            return down(weights)

        @staticmethod
        def backward(_context: Any, pulls: Any) -> Any:  # noqa: ANN401 - tensors
            return up(pulls)

    apply: Callable[[Any], Any] = Estimates.apply
    return apply


def _on_host(torch: Any, matrix: csr_matrix, scaling: Doubles) -> tuple[Any, Any]:  # noqa: ANN401 - the module
    def down(weights: Any) -> Any:  # noqa: ANN401 - tensors
        found = rmatvec(matrix, weights.detach().numpy().astype(np.float64)) * scaling
        return torch.from_numpy(found).to(weights.dtype)

    def up(pulls: Any) -> Any:  # noqa: ANN401 - tensors
        return torch.from_numpy(matvec(matrix, pulls.numpy().astype(np.float64) * scaling)).to(pulls.dtype)

    return down, up


def _on_device(torch: Any, matrix: csr_matrix, scaling: Doubles, device: str) -> tuple[Any, Any]:  # noqa: ANN401 - the module
    ahead, back = (_sparse(torch, each.tocsr(), device) for each in (matrix.T, matrix))
    factor = torch.from_numpy(scaling).to(device=device, dtype=torch.float32)
    return (lambda weights: (ahead @ weights.detach()) * factor, lambda pulls: back @ (pulls * factor))


def _sparse(torch: Any, matrix: csr_matrix, device: str) -> Any:  # noqa: ANN401 - a tensor
    places = (torch.from_numpy(part.astype(np.int64)) for part in (matrix.indptr, matrix.indices))
    values, size = torch.from_numpy(matrix.data.astype(np.float32)), matrix.shape
    with warnings.catch_warnings():  # that these tensors are new; the product is tested
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support")
        return torch.sparse_csr_tensor(*places, values, size=size, device=device, check_invariants=False)
