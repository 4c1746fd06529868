"""The same problem and seed give the same bytes: again, with other threads, in another process."""

from __future__ import annotations

import functools
import hashlib
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numba
import numpy as np
from threadpoolctl import threadpool_limits

from runtime.calibration.conformance.subject import counts_and_amounts, expect

if TYPE_CHECKING:
    from runtime.calibration.conformance.subject import Subject


def the_same_seed_gives_the_same_bytes(subject: Subject) -> None:
    """And the seed matters only to a solver that says so."""
    expect(_bytes(subject) == _bytes(subject), "a second run gave other bytes")
    if not subject.capabilities.random:
        expect(_bytes(subject) == _bytes(subject, 1), "nothing is random, and the seed changes the bytes")


def threads_do_not_change_the_bytes(subject: Subject) -> None:
    """Neither numba's nor those of the libraries below."""
    many, before = _bytes(subject), numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        with threadpool_limits(limits=1):
            expect(many == _bytes(subject), "one thread gave other bytes than several")
    finally:
        numba.set_num_threads(before)


def another_process_gives_the_same_bytes(subject: Subject) -> None:
    """Another process has another hash seed, other addresses, and no memory of what ran here."""
    theirs = _another_process(tuple(sys.path)).submit(_bytes, subject).result()
    expect(theirs == _bytes(subject), "another process gave other bytes")


def global_randomness_is_not_touched(subject: Subject) -> None:
    """The global generators of Python and NumPy are neither used nor seeded."""
    before, numpys = random.getstate(), _numpys_state()
    _bytes(subject)
    expect(random.getstate() == before, "Python's global generator was used")
    expect(_numpys_state() == numpys, "NumPy's global generator was used")


@functools.lru_cache(maxsize=1)
def _another_process(path: tuple[str, ...]) -> ProcessPoolExecutor:  # noqa: ARG001 - it is what is looked up
    """Start it once, with the modules on `path`: loading the libraries takes longer than most solvers do."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _numpys_state() -> str:
    state = np.random.get_state(legacy=False)["state"]  # noqa: NPY002 - it is what is looked at
    return hashlib.sha256(repr([state["pos"], state["key"].tolist()]).encode()).hexdigest()


def _bytes(subject: Subject, seed: int = 0) -> str:
    """Return a digest of the weights."""
    weights = subject.solve(counts_and_amounts(), seed=seed).weights
    return hashlib.sha256(weights.tobytes()).hexdigest()


CHECKS = (
    the_same_seed_gives_the_same_bytes,
    threads_do_not_change_the_bytes,
    another_process_gives_the_same_bytes,
    global_randomness_is_not_touched,
)
