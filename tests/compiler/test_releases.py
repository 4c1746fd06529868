"""Two releases of a made-up engine of ten variables (`engines/*.jsonl`), compared fact by fact."""

from __future__ import annotations

from pathlib import Path

from compiler.catalog.engine import EngineCatalog
from compiler.catalog.releases import Event, compare_releases

ENGINES = Path(__file__).with_name("engines")
BEFORE, AFTER = (EngineCatalog(ENGINES / f"{stem}.jsonl") for stem in ("before", "after"))


def test_every_fact_that_differs_is_told_worst_first() -> None:
    """What can break a bundle comes before what cannot; labels and quantities are no difference."""
    found = [(c.event, c.name, c.before, c.after) for c in compare_releases(BEFORE, AFTER).variables]
    assert found == [
        (Event.GONE, "tips", "person, float, year, input", None),
        (Event.NOW_COMPUTED, "interest", "input", "adds"),
        (Event.NOW_INPUT, "benefit", "formula", "input"),
        (Event.ENTITY, "wealth", "household", "person"),
        (Event.PERIOD, "rent", "month", "year"),
        (Event.TYPE, "age", "int", "float"),
        (Event.VALUES_GONE, "county", ["B"], None),
        (Event.VALUES_GONE, "role", ["OTHER"], None),
        (Event.UNIT, "rent", "currency-USD", None),
        (Event.DEFAULT, "age", 40, 30.0),
        (Event.UPRATING, "interest", "gov.cpi", "gov.wage_index"),
        (Event.VALUES_NEW, "county", None, ["D"]),
        (Event.VALUES_NEW, "role", None, ["CHILD"]),
        (Event.NEW, "salary", None, "person, float, year, input"),
    ]


def test_indices_are_compared_year_by_year() -> None:
    """A year that only one release knows is a difference where it has a value; so is a whole index."""
    found = {index.name: index.years for index in compare_releases(BEFORE, AFTER).indices}
    assert found == {
        "gov.cpi": ((2022, 1.0, None), (2024, None, 1.2), (2025, None, 1.3)),
        "gov.old": ((2022, 1.0, None), (2023, 1.0, None), (2024, 1.0, None)),
        "gov.wage_index": ((2023, None, 1.0), (2024, None, 1.0), (2025, None, 1.0)),
    }


def test_a_release_does_not_differ_from_itself() -> None:
    """Nothing is told, of variables and of indices."""
    assert compare_releases(AFTER, AFTER).empty
    assert not compare_releases(AFTER, BEFORE).empty
