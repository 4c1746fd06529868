"""Donors that lack a target are refused, dropped or completed, as the spec says; the manifest compares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, column, found

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

DONORS, RECIPIENTS = 300, 200
HOTDECK = {"kind": "hotdeck"}
FILLED: dict[str, Any] = {"rounds": 3, "indicators": False, "delta": {}}
PARAMETERS: dict[str, Any] = {
    "entity": "person", "where": None, "elsewhere": None, "weight": "household_weight", "predictors": ["age"],
    "targets": ["rent", "rooms", "owns", "state"], "halves": None, "model": HOTDECK,
    "donor_column": "donor_of_it",
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def _donors() -> dict[str, list[Any]]:
    """Return donors whose rent is ten times their age; the older they are, the less they tell it."""
    random = np.random.default_rng(1)
    ages = random.integers(20, 80, DONORS).tolist()
    silent = (random.random(DONORS) < [(age - 20) / 80 for age in ages]).tolist()
    return {
        "age": ages,
        "rent": [None if no else age * 10.0 for age, no in zip(ages, silent, strict=True)],
        "rooms": [None if k % 10 == 0 else age // 10 for k, age in enumerate(ages)],
        "owns": [None if k % 20 == 3 else age > 50 for k, age in enumerate(ages)],
        "state": [None if k % 15 == 7 else ("old" if age > 50 else "young") for k, age in enumerate(ages)],
    }


def _impute(
    bench: Bench, missing: object, giving: dict[str, Any] | None = None, **changed: object
) -> Artifact:
    donors = _donors() | (giving or {})
    households = list(range(1, DONORS + 1))
    columns = {f"person.{name}": pl.Series(values, strict=False) for name, values in donors.items()}
    weights = [1.0 + k % 3 for k in range(DONORS)]
    donor = bench.frame("donor", {"household": households}, columns | {"household.household_weight": weights})
    taking = {"person.age": [20 + k % 60 for k in range(RECIPIENTS)]}
    recipient = bench.frame("recipient", {"household": households[:RECIPIENTS]}, taking)
    said = {} if missing is None else {"missing": missing}
    return bench.run("impute", PARAMETERS | said | changed, frames={"donor": donor, "recipient": recipient})


def test_without_a_word_they_are_refused(bench: Bench) -> None:
    """As ever: the message says of which target, and of how many donors."""
    with pytest.raises(NodeFailed, match=r"the donor has no `rent` in \d+ of 300 rows"):
        _impute(bench, None)


def test_dropped_donors_are_counted_and_give_nothing(bench: Bench) -> None:
    """Who lacks any target of the block is left out; means say what those who have it lose by it."""
    drawn = _impute(bench, "drop")
    donors = _donors()
    whole = [k for k in range(DONORS) if all(donors[t][k] is not None for t in PARAMETERS["targets"])]
    giving = column(drawn, "person", "donor_of_it")
    assert set(giving.to_list()) <= {k + 1 for k in whole}
    note = found(drawn)["missing"]
    assert note["dropped"] == DONORS - len(whole) > 50
    assert 0 < note["dropped_share"] < 1
    assert set(note["means"]) == {"rent", "rooms", "owns", "state"}
    assert note["means"]["rent"]["complete"]["rows"] == 300 - donors["rent"].count(None)
    assert note["means"]["rent"]["kept"]["rows"] == len(whole)
    assert found(drawn)["donors"] == len(whole)


def test_completed_donors_move_the_mean_to_where_it_is(bench: Bench) -> None:
    """Those who have it are younger, so their mean is too low; drawn by age it is the true one."""
    drawn = _impute(bench, FILLED | {"delta": {"rent": -0.2, "owns": 0.5}})
    donors, weights = _donors(), np.array([1.0 + k % 3 for k in range(DONORS)])
    note = found(drawn)["missing"]
    rent, truth = (
        note["completed"]["rent"],
        float(np.average(np.array(donors["age"]) * 10.0, weights=weights)),
    )
    assert note["order"] == ["owns", "state", "rooms", "rent"]
    assert note["rounds"] == 3
    assert rent["missing"] == donors["rent"].count(None)
    assert rent["complete"]["mean"] < truth - 25
    assert rent["imputed"]["mean"] == pytest.approx(truth, abs=8)
    share = rent["missing_share"]
    assert rent["delta"]["by"] == -0.2
    shifted = (1 - share) * rent["complete"]["mean"] + share * 0.8 * rent["drawn"]["mean"]
    assert rent["delta"]["mean"] == pytest.approx(shifted)
    owns = note["completed"]["owns"]
    assert 0 <= owns["complete"]["mean"] <= owns["delta"]["mean"] <= 1
    state = note["completed"]["state"]
    assert sum(state["imputed"]["shares"].values()) == pytest.approx(1)
    assert state["drawn"]["rows"] == DONORS // 15
    # Reported, and never applied: what recipients get is the same.
    plain = _impute(bench, FILLED)
    for name in PARAMETERS["targets"]:
        assert column(plain, "person", name).equals(column(drawn, "person", name))
    assert "delta" not in found(plain)["missing"]["completed"]["rent"]


def test_what_is_there_stays_and_whoever_gives_may_be_anybody(bench: Bench) -> None:
    """Recipients get a donor's own values where he has them; every donor may give, in his types."""
    drawn = _impute(bench, FILLED)
    donors, given = _donors(), column(drawn, "person", "donor_of_it").to_list()
    kept = 0
    for name in PARAMETERS["targets"]:
        values = column(drawn, "person", name)
        assert values.null_count() == 0
        for value, donor in zip(values.to_list(), given, strict=True):
            own = donors[name][donor - 1]
            kept += own is not None
            assert own is None or value == own
    assert kept > 500
    assert any(donors["rent"][donor - 1] is None for donor in given)
    assert column(drawn, "person", "rooms").dtype == pl.Int64
    assert column(drawn, "person", "owns").dtype == pl.Boolean


def test_the_same_is_drawn_twice_and_something_else_in_another_draw(bench: Bench) -> None:
    """A draw has numbers and weights of its own; what it draws for donors follows."""
    one, two = _impute(bench, FILLED), _impute(bench, FILLED)
    assert {n: o.sha256 for n, o in one.outputs.items()} == {n: o.sha256 for n, o in two.outputs.items()}
    again = _impute(bench, FILLED, refit={"stream": "impute.it.refit@2", "cluster": None})
    means = [found(each)["missing"]["completed"]["rent"]["drawn"]["mean"] for each in (one, again)]
    assert means[0] != means[1]
    assert found(again)["refit"] == {"clusters": DONORS, "of": "household_id"}


def test_indicators_tell_who_lacks_what_else(bench: Bench) -> None:
    """Where those who hide one thing have more of another, the indicator carries it."""
    random = np.random.default_rng(4)
    hidden = random.random(DONORS) < 0.5
    rooms = [None if k % 4 == 0 else (9 if hidden[k] else 1) for k in range(DONORS)]
    giving = {"rent": [None if no else 100.0 for no in hidden], "rooms": rooms}
    truth = np.where(hidden, 9, 1)[::4].mean()
    drawn = {
        marked: found(_impute(bench, FILLED | {"indicators": marked}, giving, targets=["rent", "rooms"]))
        for marked in (False, True)
    }
    lacking = [k for k in range(0, DONORS, 4) if hidden[k]]
    assert len(lacking) > 20
    told = {marked: each["missing"]["completed"]["rooms"]["drawn"]["mean"] for marked, each in drawn.items()}
    weights = np.array([1.0 + k % 3 for k in range(0, DONORS, 4)])
    exact = float(np.average(np.where(hidden, 9, 1)[::4], weights=weights))
    assert told[True] == pytest.approx(exact, abs=0.3)
    assert truth == pytest.approx(exact, abs=1.5)


@pytest.mark.parametrize("missing", ["drop", FILLED])
def test_classes_give_within_themselves(bench: Bench, missing: object) -> None:
    """A donor is completed from his class, and recipients draw from theirs."""
    donors = _donors()
    donors["rent"] = [
        None if k % 5 == 0 else (1.0 if age % 2 else 2.0) for k, age in enumerate(donors["age"])
    ]
    odd = {"odd": [age % 2 == 1 for age in donors["age"]]}
    taking = {
        "person.age": [20 + k % 60 for k in range(RECIPIENTS)],
        "person.odd": [k % 2 == 1 for k in range(RECIPIENTS)],
    }
    households = list(range(1, DONORS + 1))
    columns = {f"person.{name}": pl.Series(values, strict=False) for name, values in (donors | odd).items()}
    weights = [1.0] * DONORS
    donor = bench.frame("donor", {"household": households}, columns | {"household.household_weight": weights})
    recipient = bench.frame("recipient", {"household": households[:RECIPIENTS]}, taking)
    parameters = PARAMETERS | {"missing": missing, "within": ["odd"], "targets": ["rent"]}
    drawn = bench.run("impute", parameters, frames={"donor": donor, "recipient": recipient})
    rent = column(drawn, "person", "rent").to_list()
    assert rent == [1.0 if k % 2 else 2.0 for k in range(RECIPIENTS)]


@pytest.mark.parametrize(
    ("missing", "giving", "said"),
    [
        ("drop", {"rent": [None] * DONORS}, "no donor has a `rent`"),
        (FILLED, {"rent": [None] * DONORS}, "no donor has a `rent`"),
        (
            "drop",
            {"rent": [1.0, None] * (DONORS // 2), "rooms": [None, 1] * (DONORS // 2)},
            "no donor has all of `owns`, `state`, `rent`, `rooms`",
        ),
    ],
)
def test_where_nothing_can_be_learnt_the_run_says_so(
    bench: Bench, missing: object, giving: dict[str, Any], said: str
) -> None:
    """A target that nobody has; donors of whom none has all."""
    giving = {name: pl.Series(values, dtype=pl.Float64) for name, values in giving.items()}
    with pytest.raises(NodeFailed, match=said):
        _impute(bench, missing, giving)


def test_clusters_are_weighed_together(bench: Bench) -> None:
    """A named column tells who was one answer; one that lacks a value is refused."""
    refit = {"stream": "impute.it.refit@2", "cluster": "case"}
    cases = {"case": [k // 5 for k in range(DONORS)], "rent": [1.0] * DONORS}
    note = found(_impute(bench, None, cases, targets=["rent"], refit=refit))["refit"]
    assert note == {"clusters": DONORS // 5, "of": "case"}
    with pytest.raises(NodeFailed, match="`case` is missing for 1 of 300 donors"):
        _impute(bench, None, cases | {"case": [None, *range(1, DONORS)]}, targets=["rent"], refit=refit)


def test_a_chosen_model_is_chosen_by_those_who_lack_nothing(bench: Bench) -> None:
    """It completes the others, and draws the block, as if it had been named."""
    auto = {
        "kind": "auto", "candidates": [{"kind": "rank_match"}, HOTDECK], "metric": "crps", "draws": 2,
        "folds": {"count": 2, "by": "household", "ids": None}, "prdc": {"neighbours": 5, "records": 50},
    }  # fmt: skip
    donors = _donors()
    targets = ["rent", "rooms"]
    chosen, named = (_impute(bench, FILLED, model=model, targets=targets) for model in (auto, HOTDECK))
    assert found(chosen)["auto"]["chosen"] == 1
    whole = [k for k in range(DONORS) if all(donors[name][k] is not None for name in targets)]
    assert found(chosen)["auto"]["donors"] == len(whole)
    for name in targets:
        assert column(chosen, "person", name).equals(column(named, "person", name))
