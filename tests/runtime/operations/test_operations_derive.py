"""Variables are computed once from the frame as it was, level by level, and stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from runtime_harness import bench_in, column, found

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def rule(
    name: str, value: str, where: str | None = None, elsewhere: str | None = None, type_: str = "DOUBLE"
) -> dict[str, Any]:
    """Return a rule as the plan writes it."""
    return {"name": name, "type": type_, "value": value, "where": where, "elsewhere": elsewhere}


def derive(bench: Bench, levels: list[list[dict[str, Any]]], entity: str = "person") -> Artifact:
    """Derive for four persons in two households of the weights 1 and 10; `twice` is a view of `pay`."""
    columns = {"person.pay": [1.0, 2.0, None, 4.0], "household.weight": [1.0, 10.0]}
    views = [("twice", "person", "DOUBLE", "pay * 2")]
    frame = bench.frame("base", {"household": [1, 1, 2, 2]}, columns, views)
    parameters = {"entity": entity, "weight": "weight", "levels": levels}
    frames = {f"level_{number}": frame for number, _ in enumerate(levels)}
    return bench.run("derive", parameters, frames=frames)


def test_its_own_name_is_read_as_it_was_and_others_as_the_set_gives_them(bench: Bench) -> None:
    """A view over what the set replaces sees the new values as well."""
    levels = [[rule("pay", "coalesce(pay, 0) + 1")], [rule("tax", "pay * 10"), rule("more", "twice")]]
    artifact = derive(bench, levels)
    assert column(artifact, "person", "pay").to_list() == [2.0, 3.0, 1.0, 5.0]
    assert column(artifact, "person", "tax").to_list() == [20.0, 30.0, 10.0, 50.0]
    assert column(artifact, "person", "more").to_list() == [4.0, 6.0, 2.0, 10.0]


def test_rows_elsewhere_get_zero_or_keep_what_they_had(bench: Bench) -> None:
    """A condition that is null does not hold; a truth value elsewhere is false."""
    level = [
        rule("pay", "100", "pay > 1", "keep"),
        rule("rent", "7", "pay > 1", "zero"),
        rule("rich", "true", "pay > 1", "zero", "BOOLEAN"),
    ]
    artifact = derive(bench, [level])
    assert column(artifact, "person", "pay").to_list() == [1.0, 100.0, None, 100.0]
    assert column(artifact, "person", "rent").to_list() == [0.0, 7.0, 0.0, 7.0]
    assert column(artifact, "person", "rich").to_list() == [False, True, False, True]


def test_a_group_gets_one_value_and_the_manifest_its_weighted_total(bench: Bench) -> None:
    """An aggregate over the household is the household's; missing values are counted."""
    artifact = derive(bench, [[rule("sum", "sum(pay) over household")]], "household")
    assert column(artifact, "household", "sum").to_list() == [3.0, 4.0]
    assert found(artifact)["variables"] == {"sum": {"rows": 2, "without_value": 0, "total": 43.0}}


def test_what_is_infinite_is_refused(bench: Bench) -> None:
    """The variable and the number of rows are named."""
    with pytest.raises(NodeFailed, match="`bad` is infinite, or no number, in 4 of 4 rows"):
        derive(bench, [[rule("bad", "'inf'::double")]])
