"""Rows that break a rule move to the nearest point that breaks none; all others stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in, column, found

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

TOTAL = {"terms": [["all", 1], ["one", -1], ["two", -1]], "sense": "equal", "bound": "0", "where": None}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def rule(label: str, sense: str, bound: str = "0", where: str | None = None, **terms: int) -> dict[str, Any]:
    """Return a rule as the plan writes it."""
    listed = [[name, times] for name, times in terms.items()]
    return {"label": label, "terms": listed, "sense": sense, "bound": bound, "where": where}


def constrain(
    bench: Bench, columns: dict[str, Any], rules: list[dict[str, Any]], kept: Sequence[str] = ()
) -> Artifact:
    """Constrain persons, each a household of their own; the household weights are 1, 2, 3, ..."""
    count = len(next(iter(columns.values())))
    stored: dict[str, Any] = {f"person.{name}": values for name, values in columns.items()}
    stored["household.weight"] = [float(k + 1) for k in range(count)]
    frame = bench.frame("base", {"household": list(range(1, count + 1))}, stored)
    parameters = {"entity": "person", "rules": rules, "kept": list(kept), "weight": "weight"}
    return bench.run("constrain", parameters, frames={"frame": frame})


def test_parts_reach_their_total_in_proportion(bench: Bench) -> None:
    """A part of zero stays zero; where every part is zero the total is divided evenly."""
    values = {
        "all": [300.0, 50.0, 80.0, 7.0, None],
        "one": [50.0, 0.0, 0.0, 3.0, 4.0],
        "two": [100.0, 20.0, 0.0, 4.0, 1.0],
    }
    artifact = constrain(bench, values, [{**TOTAL, "label": "sum"}], kept=["all"])
    assert column(artifact, "person", "one").to_list() == pytest.approx([100.0, 0.0, 40.0, 3.0, 4.0])
    assert column(artifact, "person", "two").to_list() == pytest.approx([200.0, 50.0, 40.0, 4.0, 1.0])
    assert column(artifact, "person", "one")[1] == 0.0
    assert not artifact.path("person.one.parquet").with_name("person.all.parquet").exists()


def test_the_manifest_says_what_was_broken_and_what_moved(bench: Bench) -> None:
    """Rule by rule and variable by variable, weighted; a row without a value is counted, and left."""
    values = {"pay": [-5.0, 3.0, None, -1.0]}
    artifact = constrain(bench, values, [rule("pay >= 0", "at_least", pay=1)])
    said = found(artifact)
    assert column(artifact, "person", "pay").to_list() == [0.0, 3.0, None, 0.0]
    counts = {"rows": 4, "without_value": 1, "broken_before": 2, "broken_after": 0}
    # Weights are 1 to 4, and one of 3 has no value.
    sizes = {"weighted_share_before": 5 / 7, "weighted_share_after": 0.0, "largest_before": 5.0}
    assert said["rules"] == {"pay >= 0": counts | sizes | {"largest_after": 0.0}}
    moved = {"total_before": -3.0, "total_after": 6.0, "moved_up": 9.0, "moved_down": 0.0}
    assert said["variables"] == {"pay": {"rows_changed": 2, **moved}}
    assert said["rows_changed"] == 2


def test_the_manifest_says_how_far_sums_and_parts_were_off(bench: Bench) -> None:
    """In the units of the rule, whichever side of it is too great; a rule about nobody has no share."""
    values = {"all": [10.0, 10.0], "one": [4.0, 9.0], "two": [3.0, 4.0]}
    rules = [
        {**TOTAL, "label": "sum"},
        rule("part", "at_most", one=1, two=-1),
        rule("nobody", "at_least", "5", "one > 100", two=1),
    ]
    said = found(constrain(bench, values, rules, kept=["all"]))["rules"]
    assert [said[name]["largest_before"] for name in ("sum", "part", "nobody")] == [3.0, 5.0, 0.0]
    assert [said[name]["weighted_share_before"] for name in ("sum", "part", "nobody")] == [1.0, 1.0, None]
    assert [said[name]["broken_after"] for name in ("sum", "part")] == [0, 0]


def test_rows_that_break_nothing_keep_their_bytes(bench: Bench) -> None:
    """Whole numbers beyond 2**53 and odd fractions survive beside a row that moves."""
    values = {"pay": [0.1 + 0.2, -1.0], "count": [2**60 + 1, -3]}
    rules = [rule("pay", "at_least", pay=1), rule("count", "at_least", count=1)]
    artifact = constrain(bench, values, rules)
    assert column(artifact, "person", "pay").to_list() == [0.1 + 0.2, 0.0]
    assert column(artifact, "person", "count").to_list() == [2**60 + 1, 0]


def test_a_bound_may_depend_on_the_row(bench: Bench) -> None:
    """A limit by age; a bound that has no value binds nobody, and where a condition is null none is meant."""
    values = {"age": [30, 60, None, 60], "paid": [9000.0, 9000.0, 9000.0, 10.0]}
    limit = "case when age >= 50 then 8000 when age < 50 then 7000 end"
    artifact = constrain(bench, values, [rule("limit", "at_most", limit, paid=1)])
    assert column(artifact, "person", "paid").to_list() == [7000.0, 8000.0, 9000.0, 10.0]
    assert found(artifact)["rules"]["limit"]["without_value"] == 1
    artifact = constrain(bench, values, [rule("none", "equal", "0", "age >= 50", paid=1)])
    assert column(artifact, "person", "paid").to_list() == [9000.0, 0.0, 9000.0, 0.0]


def test_whole_numbers_stay_whole_and_truth_values_true_or_false(bench: Bench) -> None:
    """A bound is rounded inwards; a truth value that must be zero is false."""
    values = {"weeks": [70, 3, -4], "owns": [True, False, True]}
    rules = [
        rule("most", "at_most", "52.9", weeks=1),
        rule("least", "at_least", "0.5", weeks=1),
        rule("not", "equal", "0", "weeks > 52", owns=1),
    ]
    artifact = constrain(bench, values, rules)
    assert column(artifact, "person", "weeks").to_list() == [52, 3, 1]
    assert column(artifact, "person", "weeks").dtype == pl.Int64
    assert column(artifact, "person", "owns").to_list() == [False, False, True]


@pytest.mark.parametrize(
    ("values", "rules", "kept", "said"),
    [
        (
            {"pay": [1.0, 2.0, None]},
            [rule("low", "at_least", "5", pay=1), rule("high", "at_most", "4", pay=1)],
            [],
            r"2 of 3 rows cannot meet .* fail at `low` \(2\), `high` \(2\)",
        ),
        (
            {"all": [10.0, 10.0], "one": [1.0, 1.0], "two": [1.0, 9.0]},
            [
                {**TOTAL, "label": "sum"},
                rule("cap", "at_most", "2", "two < 5", one=1),
                rule("c", "at_most", "3", two=1),
            ],
            ["all"],
            r"1 of 2 rows cannot meet .*`sum` \(1\)",
        ),
        ({"a": [2.0], "b": [1.0]}, [rule("part", "at_most", a=1, b=-1)], ["a", "b"], r"1 of 1 rows .*`part`"),
        (
            {"pay": [1.0, float("inf")]},
            [rule("high", "at_most", "4", pay=1)],
            [],
            "`pay` is infinite in 1 of 2",
        ),
        (
            {"pay": [1.0]},
            [rule("high", "at_most", "'inf'::double", pay=1)],
            [],
            "`the bound of high` is infinite",
        ),
        ({"n": [1, 1]}, [rule("half", "equal", "0.5", n=1)], [], r"2 of 2 rows cannot .*`half`"),
    ],
    ids=["bounds", "sum", "kept", "infinite", "infinite bound", "no whole number"],
)
def test_rows_without_a_feasible_point_stop_the_run(
    bench: Bench, values: dict[str, Any], rules: list[dict[str, Any]], kept: list[str], said: str
) -> None:
    """The rules to blame are named, with the number of rows."""
    with pytest.raises(NodeFailed, match=said):
        constrain(bench, values, rules, kept)
