"""A bake-off can only ask for what the runtime can score."""

from __future__ import annotations

from typing import get_args

from compiler.model.bakeoffs import Metric
from runtime.imputation import metrics


def test_every_metric_is_a_score_of_the_runtime() -> None:
    """The names of the language are the functions of `runtime.imputation.metrics`."""
    words = get_args(get_args(Metric)[0])
    assert len(words) > 1
    assert all(callable(getattr(metrics, name)) for name in words)
