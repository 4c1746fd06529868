"""The files that benchmarks measure on: those of the shipped bundle, fetched and checked as a build does."""

from __future__ import annotations

from pathlib import Path

from compiler.load import load
from runtime.fetch.fetch import fetch

ROOT = Path(__file__).resolve().parents[1]


def shipped_file(source: str) -> Path:
    """Return the file of a source of `specs/us_open`, from the cache or from where its locator says.

    Raises:
        FetchError: it cannot be had.
        KeyError: the bundle has no such source.
    """
    bundle = ROOT / "specs" / "us_open"
    recipe = load(bundle).recipe
    if recipe is None:
        raise KeyError(source)
    file = recipe.sources[source].spec.parts[0]
    return fetch(file.locator, file.digest, ROOT / ".specc" / "cache", bundle=bundle, name=source).path
