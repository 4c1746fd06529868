"""Numbers, tables and the time left, as people read them."""

from __future__ import annotations

import pytest

from compiler.plan import Estimate, Node
from specc.forecast import Forecast
from specc.progress import Lines
from specc.render.columns import amount, duration, percent, size, table
from specc.render.results import calibration_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.96, "10.0 s"),
        (12, "12 s"),
        (59.7, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3900, "1 h 05 min"),
    ],
)
def test_durations_have_their_natural_unit(seconds: float, text: str) -> None:
    """From tenths of a second to hours."""
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(12, "12 B"), (1536, "1.5 KiB"), (900 * 1024**2, "900 MiB"), (8 * 1024**3, "8.0 GiB")],
)
def test_sizes_have_the_units_of_a_spec(number: int, text: str) -> None:
    """Powers of 1024, as a budget is written."""
    assert size(number) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2.109e12, "currency-USD", "$2.109 trn"),
        (-6.4e10, "currency-USD", "-$64.0 bn"),
        (1500, "people", "1,500"),
        (2e6, "people", "2.0 m"),
    ],
)
def test_amounts_have_words_for_their_size(value: float, unit: str, text: str) -> None:
    """Dollars say that they are."""
    assert amount(value, unit) == text


def test_what_cannot_be_measured_is_a_dash() -> None:
    """No number is made up for a share of nothing."""
    assert percent(float("nan")) == percent(None) == "-"


def test_columns_line_up_whatever_is_in_them() -> None:
    """Wide characters take two cells."""
    assert table(["a", "n"], [["漢", "1"], ["xyz", "22"]], ["n"]) == [
        "a     n",
        "---  --",
        "漢    1",
        "xyz  22",
    ]


def _fit(value: float) -> dict[str, float]:
    return dict.fromkeys(("within_1", "within_5", "within_10", "mean_error", "median_error"), value)


def test_a_calibration_shows_clones_and_groups_facts_with_few_carriers() -> None:
    """How many clone households carry weight, how much, and where the facts that were not trained on are."""
    names = ("ratio_min", "ratio_p1", "ratio_p50", "ratio_p99", "ratio_max", "tiny_share")
    report = {
        "facts": {"train": 9, "few carriers": 3},
        "fit": {"train": {"raw": _fit(0.2), "calibrated": _fit(0.9)}},
        "weights": {
            **dict.fromkeys(names, 0.5),
            "effective_sample_size": 80.0,
            "effective_sample_size_start": 90.0,
        },
        "halves": {"is_clone": {"households": 50, "active_households": 40, "weight_share": 0.415}},
        "few_carriers": [["soi.wages [1, 2)", 3], ["soi.wages [2, 3)", 0], ["age.people [0, 5)", 1]],
        "records": 100,
        "weight_sum": 1e6,
        "raw_weight_sum": 2e6,
        "minimum_carriers": 20,
        "conflicts": [
            {"fact": "soi.wages [5, 6)", "miss": -0.125, "against": "age.people [0, 5)", "share": 0.6},
            {"fact": "age.people [0, 5)", "miss": 0.02, "against": None, "share": 0.0},
        ],
    }
    text = calibration_text("national", report)
    assert "soi.wages [5, 6)   -12.5 %  age.people [0, 5)" in text
    assert "age.people [0, 5)   +2.0 %  nothing" in text
    assert "is_clone: 40 of 50 households active, 41.5 % of the weight" in text
    assert "most in soi.wages 2, age.people 1" in text
    assert "3 facts carried by fewer than 20 records" in text
    assert "warning: 1 fact carried by nobody, whatever the weights: `soi.wages [2, 3)`" in text


def _node(address: str, seconds: float) -> Node:
    return Node(address, "test", 1, {}, estimate=Estimate(seconds, 0))


def test_the_time_left_follows_the_clock_the_parts_and_the_pace() -> None:
    """Estimates at first; then what the steps so far took beside theirs; within a step, its parts."""
    now = [0.0]
    nodes = [_node("found", 100), _node("one", 10), _node("two", 30)]
    forecast = Forecast(nodes, lambda: now[0])
    assert forecast.left() == 140
    forecast.finish(nodes[0], built=False, seconds=0.1)
    assert forecast.left() == 40
    forecast.start(nodes[1])
    now[0] = 4
    assert forecast.left() == 36
    now[0] = 20
    forecast.finish(nodes[1], built=True, seconds=20)
    assert forecast.left() == 60
    forecast.start(nodes[2])
    now[0] = 30
    forecast.progress(nodes[2], 0.25)
    assert forecast.left() == 30


def test_a_step_that_outlasts_its_estimate_has_nothing_left() -> None:
    """Never a negative time."""
    now = [0.0]
    node = _node("slow", 5)
    forecast = Forecast([node], lambda: now[0])
    forecast.start(node)
    now[0] = 60
    assert forecast.left() == 0


def test_lines_tell_what_was_built_and_what_was_there() -> None:
    """A built step has its time and what is left; a reused one took none; the last has nothing left."""
    lines: list[str] = []
    nodes = [_node("a", 2), _node("b", 4), _node("c", 4)]
    listener = Lines(Forecast(nodes, lambda: 0.0), lines.append)
    listener.finished(nodes[0], "reused", 0.01)
    listener.started(nodes[1])
    listener.progressed(nodes[1], 1, 2)
    listener.finished(nodes[1], "built", 4.0)
    listener.finished(nodes[2], "built", 4.0)
    assert lines == [
        "[1/3] reused  a",
        "[2/3] built   b in 4.0 s, about 4.0 s left",
        "[3/3] built   c in 4.0 s",
    ]
