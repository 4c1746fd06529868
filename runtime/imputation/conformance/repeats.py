"""The same seed gives the same bytes: again, with other threads, in another process, after a copy."""

from __future__ import annotations

import functools
import hashlib
import pickle
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from runtime.imputation.conformance.subject import Subject, expect, mixed_donors
from runtime.seeds import stream

if TYPE_CHECKING:
    from runtime.imputation.protocol import Fitted, Predictors


def the_same_seed_gives_the_same_bytes(subject: Subject) -> None:
    """And another gives others; in the fit too, where the method promises that it is random."""
    expect(_bytes(subject) == _bytes(subject), "a second run gave other bytes")
    expect(_bytes(subject) != _bytes(subject, draw=1), "the seed of the draw changes nothing")
    is_fixed, promised = _bytes(subject, fit=1) == _bytes(subject), subject.capabilities.fit
    expect(is_fixed == (promised == "fixed"), f"the seed of the fit does not do what {promised} promises")


def threads_do_not_change_the_bytes(subject: Subject) -> None:
    """Nor `n_jobs` where the method has it, nor the threads of the libraries below."""
    one = _bytes(subject, n_jobs=1)
    expect(one == _bytes(subject, n_jobs=2), "two threads gave other bytes than one")
    with threadpool_limits(limits=1):
        expect(one == _bytes(subject, n_jobs=1), "the threads of a library below change the bytes")


def another_process_gives_the_same_bytes(subject: Subject) -> None:
    """Another process has another hash seed, other addresses, and no memory of what ran here."""
    theirs = _another_process(tuple(sys.path)).submit(_bytes, subject).result()
    expect(theirs == _bytes(subject), "another process gave other bytes")


def a_fit_can_be_drawn_from_again(subject: Subject) -> None:
    """Drawing changes nothing in the fit."""
    fitted, recipients = _fitted(subject)
    first = fitted.sample(recipients, stream(0, "conformance", "draw")).values
    fitted.sample(recipients, stream(1, "conformance", "draw"), 2)
    again = fitted.sample(recipients, stream(0, "conformance", "draw")).values
    expect(np.array_equal(first, again), "the second draw of a fit is not the first")


def a_fit_survives_pickling(subject: Subject) -> None:
    """A fit that is stored, or sent to another process, draws the same."""
    fitted, recipients = _fitted(subject)
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - made in the line above
    one, two = (f.sample(recipients, stream(0, "conformance", "draw")).values for f in (fitted, copy))
    expect(np.array_equal(one, two), "a copy of the fit draws something else")


def global_randomness_is_not_touched(subject: Subject) -> None:
    """The global generators of Python and NumPy are neither used nor seeded."""
    before, numpys = random.getstate(), _numpys_state()
    _bytes(subject)
    expect(random.getstate() == before, "Python's global generator was used")
    expect(_numpys_state() == numpys, "NumPy's global generator was used")


@functools.lru_cache(maxsize=1)
def _another_process(path: tuple[str, ...]) -> ProcessPoolExecutor:  # noqa: ARG001 - it is what is looked up
    """Start it once, with the modules on `path`: loading the libraries takes longer than most methods do."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _fitted(subject: Subject) -> tuple[Fitted, Predictors]:
    return subject.fit(mixed_donors(subject)), mixed_donors(subject, 60, "recipients").predictors


def _numpys_state() -> str:
    return repr(np.random.get_state(legacy=False)["state"])  # noqa: NPY002 - it is what is looked at


def _bytes(subject: Subject, fit: int = 0, draw: int = 0, **parameters: object) -> str:
    """Return a digest of two draws for sixty recipients."""
    donors, names = mixed_donors(subject), ("wages", "rooms")[: subject.width]
    fitted = subject.imputer(names, **parameters).fit(*donors, stream(fit, "conformance", "fit"))
    recipients = mixed_donors(subject, 60, "recipients").predictors
    drawn = fitted.sample(recipients, stream(draw, "conformance", "draw"), 2)
    return hashlib.sha256(drawn.values.tobytes()).hexdigest()


CHECKS = (
    the_same_seed_gives_the_same_bytes,
    threads_do_not_change_the_bytes,
    another_process_gives_the_same_bytes,
    a_fit_can_be_drawn_from_again,
    a_fit_survives_pickling,
    global_randomness_is_not_touched,
)
