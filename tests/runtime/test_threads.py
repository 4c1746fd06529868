"""Work in threads: in order, and a failure is the caller's."""

from __future__ import annotations

import threading

import pytest

from runtime.threads import in_threads


def test_what_is_found_keeps_the_order_of_what_it_is_found_of() -> None:
    """The first waits for the second, and still comes first."""
    second = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            second.wait(0.05)
        second.set()
        return number * number

    assert in_threads(work, range(9)) == [number * number for number in range(9)]


def test_the_first_failure_is_raised() -> None:
    """Nothing is passed over."""
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda number: 1 // number, [1, 0, 2])


def test_nothing_gives_nothing() -> None:
    """No thread is started for it."""
    assert in_threads(str, []) == []
