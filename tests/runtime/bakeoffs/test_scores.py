"""Scores of a cell: one number to compare by, and what it is made of, as plain JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from runtime.bakeoffs.scores import Scored, known_metrics, scores
from runtime.seeds import stream

_CELLS = {"young_renter": {"age": {"below": 30}, "rent": {"above": 0}}, "top": {"rent": {"top": 0.25}}}


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
        settings={"rare_cells": _CELLS, "prdc": {"records": 30, "neighbours": 5}},
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
