"""Locators say where a source is, and cannot say anything dangerous."""

from __future__ import annotations

import pytest

from runtime.errors import FetchError
from runtime.fetch.locator import BundleFile, WebFile, WheelFile, basename, parse


@pytest.mark.parametrize(
    ("locator", "parsed", "name"),
    [
        (
            "pypi:taxcalc==6.8.5/taxcalc/cps.csv.gz",
            WheelFile("taxcalc", "6.8.5", "taxcalc/cps.csv.gz"),
            "cps.csv.gz",
        ),
        ("pypi:a-b.c==1!2.0rc1+x/f", WheelFile("a-b.c", "1!2.0rc1+x", "f"), "f"),
        ("https://example.org/a/b%20c.csv?x=1", WebFile("https://example.org/a/b%20c.csv?x=1"), "b c.csv"),
        ("tables/rates.csv", BundleFile("tables/rates.csv"), "rates.csv"),
    ],
)
def test_locators_are_taken_apart(locator: str, parsed: object, name: str) -> None:
    """Each scheme gives its parts and the file name it ends in."""
    assert parse(locator) == parsed
    assert basename(parse(locator)) == name


@pytest.mark.parametrize(
    "locator",
    [
        "http://example.org/a.csv",
        "ftp://example.org/a.csv",
        "file:///etc/passwd",
        "https://example.org/",
        "https:///a.csv",
        "https://example.org/..",
        "/etc/passwd",
        "../a.csv",
        "a/../../b.csv",
        "a//b.csv",
        "a\\..\\b.csv",
        "C:\\a.csv",
        "",
        "pypi:taxcalc/cps.csv",
        "pypi:--index-url==1/x",
        "pypi:taxcalc==--pre/x",
        "pypi:taxcalc==6.8.5/../x",
        "pypi:taxcalc==6.8.5//x",
        "pypi:tax calc==6.8.5/x",
    ],
)
def test_dangerous_locators_are_refused(locator: str) -> None:
    """Plain http, other schemes, ways out of the bundle and options for pip never get further."""
    with pytest.raises(FetchError, match="is refused") as caught:
        parse(locator)
    assert caught.value.kind == "locator-refused"
    assert caught.value.remedy is not None
