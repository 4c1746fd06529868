"""Flags are drawn with a rate and values from a table, by the id of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from runtime_harness import bench_in, column, found

from runtime.errors import NodeFailed
from runtime.operations.draw import chances_of
from runtime.seeds import stream, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

MANY = 4000


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def draw(
    bench: Bench, ids: Sequence[int], rule: dict[str, Any], *, csv: str = "", **columns: Sequence[Any]
) -> Artifact:
    """Draw `out` for households of these ids, each of one person; a household weighs 1 + id % 3."""
    stored: dict[str, Any] = {f"household.{name}": list(values) for name, values in columns.items()}
    stored["household.weight"] = [1.0 + each % 3 for each in ids]
    frame = bench.frame("base", {"household": list(ids)}, stored)
    given = {"entity": "household", "name": "out", "type": "BOOLEAN", "report_weight": "weight"}
    table = {"table": bench.put("file", {"data": csv})} if csv else {}
    return bench.run("draw", {**given, **rule}, frames={"frame": frame}, artifacts=table)


def flag(rate: object, among: str | None = None, at_least: str | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a rule of a flag as the plan writes it."""
    return {"rate": rate, "among": among, "at_least": at_least, **more}


def flags(artifact: Artifact, ids: Sequence[int]) -> dict[int, bool]:
    """Return the flag of each id."""
    return dict(zip(ids, column(artifact, "household", "out").to_list(), strict=True))


def test_numbers_are_even_and_those_of_two_streams_have_nothing_in_common() -> None:
    """Ids that follow one another, as ids do, give numbers that do not: each tenth holds a tenth of them."""
    ids = np.arange(100_000)
    one, other = (uniform(stream(1, name), ids) for name in ("draw.a.b", "draw.a.c"))
    assert one.min() >= 0
    assert one.max() < 1
    assert np.histogram(one, bins=10, range=(0, 1))[0] == pytest.approx(10_000, abs=400)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.01
    assert abs(np.corrcoef(one[:-1], one[1:])[0, 1]) < 0.01


def test_neither_order_nor_company_changes_what_an_id_draws(bench: Bench) -> None:
    """Rows in another order, and half of them, draw what they draw among all."""
    ids = list(range(1, 400))
    whole = flags(draw(bench, ids, flag("0.4")), ids)
    turned = ids[::-1]
    assert flags(draw(bench, turned, flag("0.4")), turned) == whole
    half = ids[::2]
    assert flags(draw(bench, half, flag("0.4")), half) == {each: whole[each] for each in half}
    assert 100 < sum(whole.values()) < 220


def test_rates_of_zero_and_one_hold_for_everybody_they_are_about(bench: Bench) -> None:
    """Outside `among` the flag is false, and the rate there may be anything."""
    ids, age = [1, 2, 3, 4], [10, 20, 30, None]
    rule = flag("case when age > 15 then 1 when age > 5 then 0 end", "age > 5")
    drawn = draw(bench, ids, rule, age=age)
    assert column(drawn, "household", "out").to_list() == [False, True, True, False]


def test_who_must_be_in_is_in_and_the_rest_fills_the_share_up(bench: Bench) -> None:
    """The weighted share is expected to meet the rate; what is meant and what came stand in the manifest."""
    ids, sure = list(range(MANY)), [each % 5 == 0 for each in range(MANY)]
    artifact = draw(bench, ids, flag("0.6", None, "sure", weighted=True), sure=sure)
    drawn = column(artifact, "household", "out").to_list()
    assert all(got for got, must in zip(drawn, sure, strict=True) if must)
    said = found(artifact)["out"]
    assert said["weighted_rate"] == pytest.approx(0.6)
    assert said["weighted_share"] == pytest.approx(0.6, abs=0.02)
    assert said["certain"] == MANY // 5


def test_nobody_else_is_drawn_where_too_many_must_be_in(bench: Bench) -> None:
    """A share that is exceeded stays as it is reported."""
    ids, sure = list(range(100)), [each < 60 for each in range(100)]
    artifact = draw(bench, ids, flag("0.3", None, "sure", weighted=False), sure=sure)
    assert column(artifact, "household", "out").to_list() == sure


def test_who_is_likelier_than_others_of_a_rate_is_drawn_more_and_the_share_stays(bench: Bench) -> None:
    """Rows with 3 are three times as likely as those with 1; together they still meet the rate."""
    ids, likely = list(range(MANY)), [1 + 2 * (each % 2) for each in range(MANY)]
    drawn = flags(draw(bench, ids, flag("0.3", weighted=False, relative="likely"), likely=likely), ids)
    plain, likelier = (sum(drawn[each] for each in ids[odd::2]) / (MANY / 2) for odd in (0, 1))
    assert plain == pytest.approx(0.15, abs=0.025)
    assert likelier == pytest.approx(0.45, abs=0.035)


def test_shares_in_proportion_are_worked_out_by_hand() -> None:
    """0.5 of four rows is two: one must be in, so one is left for 8 : 1 : 1; the first would have 0.8.

    At 0.75 it is two for the three of them: the first would have 1.6, has 1, and the others share one.
    """
    among, certain = np.ones(4, dtype=bool), np.array([True, False, False, False])
    relative, ones = np.array([1.0, 8.0, 1.0, 1.0]), np.ones(4)
    half = chances_of(np.full(4, 0.5), among, certain, relative, ones)
    assert half == pytest.approx([0, 0.8, 0.1, 0.1])
    more = chances_of(np.full(4, 0.75), among, certain, relative, ones)
    assert more == pytest.approx([0, 1, 0.5, 0.5])


def test_nobody_without_a_part_is_drawn_even_where_the_rate_is_not_met(bench: Bench) -> None:
    """Rows with 0 stay out; the others are all in, and no number is divided by nothing."""
    ids, likely = list(range(10)), [float(each < 3) for each in range(10)]
    artifact = draw(bench, ids, flag("0.9", weighted=True, relative="likely"), likely=likely)
    assert column(artifact, "household", "out").to_list() == [each < 3 for each in ids]


@pytest.mark.parametrize("relative", ["-1", "null", "'inf'::double"])
def test_what_is_no_part_stops_the_run(bench: Bench, relative: str) -> None:
    """The variable and the rows are named."""
    with pytest.raises(NodeFailed, match="`relative` of `out` is missing, infinite or negative in 2 of 2"):
        draw(bench, [1, 2], flag("0.5", weighted=False, relative=relative))


def test_as_many_are_drawn_as_a_number_says(bench: Bench) -> None:
    """Of people where weights count, of rows where they do not; who must be in is counted with the others."""
    ids, sure = list(range(MANY)), [each % 5 == 0 for each in range(MANY)]
    about = {"among": "age < 50", "at_least": "sure", "report_weight": "weight"}
    age = [each % 100 for each in ids]
    artifact = draw(bench, ids, {"up_to": 2400.0, "weighted": True, **about}, sure=sure, age=age)
    said = found(artifact)["out"]
    assert said["population"] == pytest.approx(2400, rel=0.06)
    assert said["certain"] == MANY // 10
    rows = draw(bench, ids, {"up_to": 900.0, "weighted": False, **about}, sure=sure, age=age)
    assert found(rows)["out"]["true"] == pytest.approx(900, rel=0.05)


def test_all_are_drawn_where_there_are_no_more(bench: Bench) -> None:
    """And nobody where the number is about nobody."""
    rule = {"up_to": 1e6, "weighted": True, "at_least": None}
    drawn = draw(bench, [1, 2, 3], {**rule, "among": "age < 50"}, age=[20, 60, 30])
    assert column(drawn, "household", "out").to_list() == [True, False, True]
    drawn = draw(bench, [1, 2, 3], {**rule, "among": "age > 90"}, age=[20, 60, 30])
    assert column(drawn, "household", "out").to_list() == [False, False, False]


@pytest.mark.parametrize(
    ("rate", "said"), [("1.2", "is 1.2, for one, in 2 of 2"), ("null", "has no value in 2")]
)
def test_a_rate_that_is_no_share_stops_the_run(bench: Bench, rate: str, said: str) -> None:
    """The variable, the value and the rows are named."""
    with pytest.raises(NodeFailed, match=f"the rate of `out` {said}"):
        draw(bench, [1, 2], flag(rate))


RATES: dict[str, Any] = {
    "given": [["state", "fips"]], "column": "rate", "where": None,
    "read": {"fips": "VARCHAR", "rate": "DOUBLE"},
}  # fmt: skip


def test_rates_of_a_table_are_found_by_their_key(bench: Bench) -> None:
    """A code with leading zeros is text on both sides."""
    artifact = draw(bench, [1, 2, 3], flag(RATES), csv="fips,rate\n06,1\n36,0\n", state=["06", "36", "06"])
    assert column(artifact, "household", "out").to_list() == [True, False, True]


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        ("fips,rate\n06,1\n", "no row for the key of 1 of 2 rows, as state = 36"),
        ("fips,rate\n06,1\n06,0\n36,1\n", "2 rows of the table share a key with another, as fips = 06"),
    ],
)
def test_a_key_that_is_missing_or_there_twice_stops_the_run(bench: Bench, csv: str, said: str) -> None:
    """The key is named; nobody gets a rate in silence."""
    with pytest.raises(NodeFailed, match=said):
        draw(bench, [1, 2], flag(RATES), csv=csv, state=["06", "36"])


BLOCKS: dict[str, Any] = {
    "given": [["state", "fips"]], "value": "block", "probability": "people", "values": None, "where": None,
    "read": {"fips": "BIGINT", "block": "VARCHAR", "people": "DOUBLE"},
}  # fmt: skip
CSV = "fips,block,people\n6,a,30\n6,b,0\n6,c,10\n36,d,5\n"


def test_values_come_from_their_group_in_proportion_to_their_probability(bench: Bench) -> None:
    """A value without probability never comes, and a group of one gives that one."""
    ids, state = list(range(MANY)), [6 if each % 2 else 36 for each in range(MANY)]
    artifact = draw(bench, ids, {"table": BLOCKS, "type": "VARCHAR"}, csv=CSV, state=state)
    drawn = column(artifact, "household", "out").to_list()
    assert set(drawn[::2]) == {"d"}
    assert set(drawn[1::2]) == {"a", "c"}
    assert drawn.count("a") / (MANY / 2) == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        ("fips,block,people\n36,d,5\n", "no row for the key of 1 of 1 rows, as state = 6"),
        ("fips,block,people\n6,d,0\n", "every probability is zero for fips = 6"),
        ("fips,block,people\n6,d,-1\n", "`people` is missing, infinite or negative in 1 rows"),
        ("fips,block,people\n6,,1\n", "`block` is missing in 1 of 1 rows"),
    ],
)
def test_a_table_that_cannot_be_drawn_from_stops_the_run(bench: Bench, csv: str, said: str) -> None:
    """What is wrong with it is named."""
    with pytest.raises(NodeFailed, match=said):
        draw(bench, [1], {"table": BLOCKS, "type": "VARCHAR"}, csv=csv, state=[6])


def test_a_text_that_the_variable_does_not_have_stops_the_run(bench: Bench) -> None:
    """Values of an enum are looked at before they are drawn."""
    with pytest.raises(NodeFailed, match="`a` of the table is no value that the variable can have"):
        draw(bench, [1], {"table": {**BLOCKS, "values": ["c", "d"]}, "type": "VARCHAR"}, csv=CSV, state=[6])


DISTRIBUTIONS = {
    "uniform": ({"low": "10", "high": "10 + size"}, 15.0, 10 / 12**0.5),
    "normal": ({"mean": "size", "sd": "2"}, 10.0, 2.0),
    "beta": ({"a": "2", "b": "size + 8"}, 0.1, (2 * 18 / (20**2 * 21)) ** 0.5),
}


def number(kind: str, said: dict[str, str], among: str | None = None) -> dict[str, Any]:
    """Return a rule of a number as the plan writes it."""
    return {"type": "DOUBLE", "distribution": {"kind": kind, **said}, "among": among}


@pytest.mark.parametrize("kind", DISTRIBUTIONS)
def test_numbers_have_the_moments_of_their_distribution(bench: Bench, kind: str) -> None:
    """Parameters come row by row; mean and deviation are what the textbooks say."""
    said, mean, deviation = DISTRIBUTIONS[kind]
    ids = list(range(1, MANY + 1))
    artifact = draw(bench, ids, number(kind, said), size=[10.0] * MANY)
    drawn = column(artifact, "household", "out").to_numpy()
    assert drawn.mean() == pytest.approx(mean, abs=4 * deviation / MANY**0.5)
    assert drawn.std() == pytest.approx(deviation, rel=0.05)


def test_whoever_is_not_drawn_for_has_zero_and_needs_no_parameter(bench: Bench) -> None:
    """A parameter that would be none counts only where a number is drawn."""
    rule = number("beta", {"a": "size", "b": "1"}, among="size > 0")
    drawn = column(draw(bench, [1, 2], rule, size=[0.0, 3.0]), "household", "out")
    assert drawn[0] == 0
    assert 0 < drawn[1] < 1


def test_parameters_that_no_distribution_has_stop_the_run(bench: Bench) -> None:
    """The message names the first of them."""
    rule = number("beta", {"a": "size", "b": "1"})
    with pytest.raises(NodeFailed, match="the distribution of `out` cannot have a 0, b 1, as in 1 of 2 rows"):
        draw(bench, [1, 2], rule, size=[0.0, 3.0])
