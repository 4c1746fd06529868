"""Scores of a cell: one number to compare by, and what it is made of, as plain JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from compiler.model.trials import OF_NO_TEXT
from runtime.imputation.trials.scored import Scored
from runtime.imputation.trials.scores import known_metrics, scores
from runtime.seeds import stream

if TYPE_CHECKING:
    from runtime.imputation.protocol import Floats

_CELLS = {"young_renter": {"age": {"below": 30}, "rent": {"above": 0}}, "top": {"rent": {"top": 0.25}}}

_FACTS: dict[str, Any] = {
    "everybody": {"role": "train", "sum": None, "within": {}},
    "rent": {"role": "train", "sum": "rent", "within": {}},
    "rent_of_young": {"role": "holdout", "sum": "rent", "within": {"age": {"below": 35}}},
    "renters": {"role": "holdout", "sum": None, "within": {"rent": {"above": 0}}},
}
_METHOD = {"kind": "dual", "distance": "entropy", "bounds": None, "penalty": 1e-4}
_DOWNSTREAM = {"facts": _FACTS, "method": _METHOD, "minimum_carriers": 3}


def _scored(rows: int = 80) -> Scored:
    rng = stream(4, "test", "scores")
    age = rng.integers(20, 60, rows).astype(float)
    truth = np.column_stack([np.where(age < 40, age * 10, 0.0), rng.normal(size=rows)])
    known = age[:, None]
    return Scored(
        names=("rent", "wealth"), truth=truth, drawn=np.stack([truth, truth]),
        weights=rng.uniform(1, 2, rows),
        known=known, known_names=("age",), units=np.arange(rows), taught=np.column_stack([known, truth]),
        taught_weights=np.ones(rows),
        settings={"rare_cells": _CELLS, "prdc": {"records": 30, "neighbours": 5}, "downstream": _DOWNSTREAM},
        random=partial(stream, 1, "metrics"),
    )  # fmt: skip


def _all(scored: Scored) -> dict[str, Any]:
    return scores(scored, list(known_metrics()))


def test_the_truth_itself_has_no_error_by_any_metric() -> None:
    """And reaches what is attainable where more is better."""
    found = _all(_scored())
    for name, metric in known_metrics().items():
        if not metric.more_is_better:
            assert found[name]["summary"] == pytest.approx(0, abs=1e-12), name
            continue
        parts = {row["part"]: row["value"] for row in found[name]["values"]}
        assert found[name]["summary"] == parts["coverage"] == parts["attainable coverage"]


def test_a_wrong_draw_is_worse_by_every_metric() -> None:
    """Noise of the size of the truth, with no zeros."""
    scored = _scored()
    noise = stream(5, "test").normal(300, 200, scored.drawn.shape)
    found, best = _all(replace(scored, drawn=noise)), _all(scored)
    for name, metric in known_metrics().items():
        worse = found[name]["summary"] - best[name]["summary"]
        assert (worse < 0) == metric.more_is_better, name
        assert worse != 0, name


def test_scores_are_json_and_the_same_twice() -> None:
    """No NaN leaves a cell."""
    first = json.dumps(_all(_scored()), allow_nan=False)
    assert first == json.dumps(_all(_scored()), allow_nan=False)


def test_a_metric_does_not_depend_on_which_others_are_asked_for() -> None:
    """What one draws at random has a name of its own."""
    assert scores(_scored(), ["prdc_embedded"])["prdc_embedded"] == _all(_scored())["prdc_embedded"]


def test_sample_sizes_and_the_ceiling_are_stated() -> None:
    """A coverage without its number of records says nothing."""
    about = _all(_scored())["prdc_embedded"]["about"]
    assert about["ceiling"] == 30
    assert about["drawn_records"] <= 30
    assert {"true_records", "neighbours", "dimensions"} <= set(about)


def test_what_is_not_defined_is_null_and_stops_nothing() -> None:
    """A target that is zero for all, of which a total has no relative error and the top no share."""
    scored = _scored()
    truth = np.zeros_like(scored.truth)
    found = _all(replace(scored, truth=truth, drawn=np.stack([truth, truth])))
    assert found["total_errors"]["summary"] is None
    assert found["tail_shares"]["summary"] is None
    assert found["crps"]["summary"] is None
    assert found["crps"]["values"][0]["value"] == 0
    assert found["zero_shares"]["summary"] == 0


def test_a_single_target_has_no_rank_correlations() -> None:
    """But tells something of its predictors."""
    scored = _scored()
    one = replace(scored, names=("rent",), truth=scored.truth[:, :1], drawn=scored.drawn[:, :, :1])
    found = scores(one, ["rank_correlation_error", "mutual_information_error"])
    assert found["rank_correlation_error"]["summary"] is None
    assert found["mutual_information_error"]["summary"] == pytest.approx(0)


def test_bounds_of_a_cell_are_all_meant() -> None:
    """Young renters by hand; the top is told by the true values."""
    scored = _scored()
    rows = {(row["target"], row["part"]): row["value"] for row in _all(scored)["rare_cells"]["values"]}
    age, rent = scored.known[:, 0], scored.truth[:, 0]
    assert rows["young_renter", "true_records"] == int(((age < 30) & (rent > 0)).sum())
    assert rows["top", "ratio"] == pytest.approx(1)
    assert rows["top", "true_share"] >= 0.25
    doubled = replace(scored, drawn=scored.drawn * 2)
    rows = {(row["target"], row["part"]): row["value"] for row in _all(doubled)["rare_cells"]["values"]}
    assert rows["top", "drawn_share"] > rows["top", "true_share"]


def test_a_missing_predictor_lies_in_no_cell() -> None:
    """Missing is not below thirty."""
    scored = _scored()
    lacking = replace(scored, known=np.full_like(scored.known, np.nan))
    rows = {row["part"]: row["value"] for row in scores(lacking, ["rare_cells"])["rare_cells"]["values"][:3]}
    assert rows["true_records"] == 0


def test_too_few_records_for_neighbours_give_no_coverage() -> None:
    """And say how few there were."""
    found = scores(_scored(8), ["prdc"])["prdc"]
    assert found["summary"] is None
    assert found["about"]["drawn_records"] == 4


def _of(values: dict[str, Any]) -> dict[tuple[str, str], float]:
    return {(row["target"], row["part"]): row["value"] for row in values["values"]}


def test_what_was_drawn_is_calibrated_to_what_is_trained() -> None:
    """Twice the rent for everybody: weights move it back, and what is held out follows as far as it does."""
    scored = _scored()
    doubled = replace(scored, drawn=scored.drawn * 2)
    found = scores(doubled, ["downstream"])["downstream"]
    parts, truth = _of(found), scored.weights @ scored.truth[:, 0]
    assert parts["rent", "true"] == pytest.approx(truth)
    assert parts["rent", "drawn"] == pytest.approx(2 * truth)
    assert parts["rent", "calibrated"] == pytest.approx(truth, rel=1e-3)
    assert parts["everybody", "calibrated"] == pytest.approx(scored.weights.sum(), rel=1e-3)
    errors = [parts[name, "error"] for name in ("rent_of_young", "renters")]
    assert found["summary"] == pytest.approx(np.mean(errors))
    # Fewer renters are needed for the same rent: that fact is what a doubled rent gets wrong.
    assert parts["renters", "calibrated"] < 0.9 * parts["renters", "true"]
    assert found["about"] == {"trained": 2, "held_out": 2, "few_carriers": 0}


def test_weights_of_records_count_in_facts() -> None:
    """A fact is a weighted total."""
    scored = _scored()
    heavy = replace(scored, weights=scored.weights * np.arange(1, 81))
    parts = _of(scores(heavy, ["downstream"])["downstream"])
    assert parts["everybody", "true"] == pytest.approx(heavy.weights.sum())


def test_facts_of_few_are_not_trained_on_and_counted() -> None:
    """As in a calibration: nothing could be moved by them without harm."""
    scored = _scored()
    none = replace(scored, drawn=np.zeros_like(scored.drawn))
    found = scores(none, ["downstream"])["downstream"]
    assert found["about"]["few_carriers"] == 2  # rent, in both draws
    assert _of(found)["renters", "error"] == 1


def test_facts_may_be_of_predictors_and_of_one_that_is_missing() -> None:
    """A record that does not say its age adds nothing to the sum of ages."""
    scored = _scored()
    known = scored.known.copy()
    known[0] = np.nan
    facts = {**_FACTS, "ages": {"role": "holdout", "sum": "age", "within": {}}}
    told = {**_DOWNSTREAM, "facts": facts}
    found = scores(replace(scored, known=known, settings={"downstream": told}), ["downstream"])
    expected = scored.weights[1:] @ known[1:, 0]
    assert _of(found["downstream"])["ages", "true"] == pytest.approx(expected)


def _with_text() -> Scored:
    """Return the records with a target `tenure`, 0, 1 or 2, and a predictor `region`, that are text."""
    scored = _scored()
    rng = stream(6, "test")
    tenure, region = rng.integers(0, 3, 80).astype(float), rng.integers(0, 2, 80).astype(float)
    truth, known = np.column_stack([scored.truth, tenure]), np.column_stack([scored.known, region])
    return replace(
        scored, names=(*scored.names, "tenure"), truth=truth, drawn=np.stack([truth, truth]), known=known,
        known_names=("age", "region"), taught=np.column_stack([known, truth]),
        categories={"tenure": ("lodges", "owns", "rents"), "region": ("north", "south")},
    )  # fmt: skip


def test_text_is_scored_as_a_truth_value_for_each_category() -> None:
    """Exactly as if somebody had declared the flags, which share the place of one target."""
    scored = _with_text()
    swapped = scored.drawn.copy()
    swapped[:, :40, 2] = (swapped[:, :40, 2] + 1) % 3
    found = scores(replace(scored, drawn=swapped), ["crps", "total_errors", "ks", "wasserstein"])
    parts = _of(found["total_errors"])
    owners = scored.weights @ (scored.truth[:, 2] == 1)
    assert parts["tenure", "owns: true"] == pytest.approx(owners)
    errors = [parts["tenure", f"{name}: error"] for name in ("lodges", "owns", "rents")]
    assert found["total_errors"]["summary"] == pytest.approx(np.abs(errors).mean() / 3)
    assert {row["part"] for row in found["crps"]["values"]} == {"", "lodges", "owns", "rents"}
    assert all(found[name]["summary"] > 0 for name in found)


def test_metrics_of_amounts_pass_over_text() -> None:
    """Nobody sorts categories; with nothing but text there is no score."""
    scored, names = _with_text(), sorted(OF_NO_TEXT)
    plain = replace(_scored(), drawn=scored.drawn[:, :, :2])
    assert scores(scored, names) == scores(plain, names)
    text = replace(scored, names=("tenure",), truth=scored.truth[:, 2:], drawn=scored.drawn[:, :, 2:])
    assert all(found["summary"] is None for found in scores(text, names).values())
    rest = [name for name in known_metrics() if name not in {*OF_NO_TEXT, "rare_cells", "downstream"}]
    assert all(found["summary"] is not None for found in scores(text, rest).values())


def test_information_and_records_do_not_depend_on_the_order_of_categories() -> None:
    """Codes are names: others for the same categories give the same numbers."""
    scored = _with_text()
    drawn = scored.drawn.copy()
    drawn[:, ::3, 2] = 0
    order = np.array([2.0, 0.0, 1.0])

    def renamed(values: Floats) -> Floats:
        changed = values.copy()
        changed[..., -1] = order[changed[..., -1].astype(int)]
        return changed

    categories = {**scored.categories, "tenure": ("owns", "rents", "lodges")}
    first = replace(scored, drawn=drawn)
    other = replace(
        first,
        truth=renamed(scored.truth),
        drawn=renamed(drawn),
        taught=renamed(scored.taught),
        categories=categories,
    )
    for name in ("mutual_information_error", "prdc", "crps"):
        one, two = (scores(each, [name])[name]["summary"] for each in (first, other))
        assert one == pytest.approx(two), name
    assert scores(first, ["mutual_information_error"])["mutual_information_error"]["summary"] > 0
