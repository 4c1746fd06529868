"""Checks of method parameters, in one wording."""

from __future__ import annotations


def at_least(least: int, **parameters: object) -> None:
    """Refuse a parameter that is not a whole number of at least `least`; None means "not set" and passes.

    Raises:
        ValueError: names the parameter, its value and the bound.
    """
    for name, value in parameters.items():
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")


def threads(n_jobs: object) -> None:
    """Refuse a number of threads that joblib would not understand.

    Raises:
        ValueError: `n_jobs` is zero or no whole number.
    """
    if not isinstance(n_jobs, int) or isinstance(n_jobs, bool) or n_jobs == 0:
        raise ValueError(f"n_jobs must be a number of threads, or -1 for one a core, not {n_jobs!r}")


def one_of(words: tuple[str, ...], **parameters: object) -> None:
    """Refuse a parameter that is none of some words.

    Raises:
        ValueError: names the parameter, its value and the words.
    """
    for name, value in parameters.items():
        if value not in words:
            raise ValueError(f"{name} must be one of {', '.join(words)}, not {value!r}")
