"""Sampling keeps whole households and the sum of weights; cloning doubles rows under ids of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from runtime_harness import CLONE, ENTITIES, bench_in, column, extended, found, ids

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runtime_harness import Bench

GROUPS = {"household": [4, 4, 9, 2, 2, 2], "tax_unit": [41, 42, 90, 20, 20, 21]}
WEIGHTS = {"household.household_weight": [10.0, 0.25, 3.0]}
SAMPLE = {"share": 0.67, "of": "household", "weight": "household_weight"}
MADE = {"household": ("household_is_copy", "household_weight", "household_internal_weight")}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def test_a_sample_keeps_whole_households_in_order(bench: Bench) -> None:
    """Every member of a kept household stays, nobody else does, and rows keep their order."""
    frame = bench.frame("base", GROUPS, WEIGHTS)
    artifact = bench.run("sample", SAMPLE, frames={"frame": frame})
    kept = ids(artifact, "household")["household_id"].to_list()
    people = ids(artifact, "person")
    expected = [p for p, household in enumerate(GROUPS["household"], 1) if household in kept]
    assert len(kept) == 2
    assert people["person_id"].to_list() == expected
    for group in ENTITIES[1:]:
        assert set(people[f"person_{group}_id"]) == set(ids(artifact, group)[f"{group}_id"])


def test_a_sample_keeps_the_sum_of_weights(bench: Bench) -> None:
    """The kept households stand for all, each in proportion to its own weight."""
    frame = bench.frame("base", GROUPS, WEIGHTS)
    weights = column(bench.run("sample", SAMPLE, frames={"frame": frame}), "household", "household_weight")
    assert weights.sum() == pytest.approx(13.25)
    assert len(set(weights.to_list())) == 2


def test_a_sample_is_drawn_by_its_own_stream(bench: Bench) -> None:
    """The same node draws the same households; another name draws others."""
    frame = bench.frame(
        "base", {"household": list(range(1, 101))}, {"household.household_weight": [1.0] * 100}
    )
    parameters = SAMPLE | {"share": 0.2}

    def drawn(address: str) -> Sequence[int]:
        artifact = bench.run("sample", parameters, frames={"frame": frame}, address=address)
        return ids(artifact, "household")["household_id"].to_list()

    assert drawn("a") == drawn("a")
    assert drawn("a") != drawn("b")
    assert len(drawn("a")) == 20


def test_a_sample_of_next_to_nothing_is_one_household(bench: Bench) -> None:
    """A share is never rounded to nobody."""
    frame = bench.frame("base", GROUPS, WEIGHTS)
    artifact = bench.run("sample", SAMPLE | {"share": 0.01}, frames={"frame": frame})
    assert ids(artifact, "household").height == 1


def test_a_sample_without_weight_is_refused(bench: Bench) -> None:
    """No factor turns zero into the population."""
    frame = bench.frame("base", {"household": [1, 2]}, {"household.household_weight": [0.0, 0.0]})
    with pytest.raises(NodeFailed, match="weight of zero"):
        bench.run("sample", SAMPLE, frames={"frame": frame})


def test_a_clone_doubles_every_entity_with_ids_of_its_own(bench: Bench) -> None:
    """Ids stay unique, and the copies' references point at copied groups, as the originals' at theirs."""
    artifact = bench.run("clone", CLONE, frames={"frame": bench.frame("base", GROUPS, WEIGHTS)})
    people = ids(artifact, "person")
    for entity in ENTITIES:
        rows = ids(artifact, entity)
        half = rows.height // 2
        assert rows[f"{entity}_id"].is_unique().all()
        assert rows["source_row"].to_list() == [*range(half), *range(half)]
        assert column(artifact, entity, f"{entity}_is_copy").to_list() == [False] * half + [True] * half
    for group in ENTITIES[1:]:
        original, copy = (people[f"person_{group}_id"][at] for at in (slice(0, 6), slice(6, 12)))
        known = ids(artifact, group)[f"{group}_id"]
        half = known.len() // 2
        assert set(original) == set(known[:half])
        assert set(copy) == set(known[half:])
        assert (np.unique(original, return_inverse=True)[1] == np.unique(copy, return_inverse=True)[1]).all()


@pytest.mark.parametrize(
    ("stored", "expected"), [("zero", [10.0, 0.25, 3.0, 0, 0, 0]), ("split", [5, 0.125, 1.5, 5, 0.125, 1.5])]
)
def test_weights_of_a_clone_are_stored_as_declared(bench: Bench, stored: str, expected: list[float]) -> None:
    """Stored: all on the original, or half each. Internal: the share of the twin, and none is at zero."""
    frame = bench.frame("base", GROUPS, WEIGHTS)
    artifact = bench.run("clone", CLONE | {"stored_weight": stored}, frames={"frame": frame}, outputs=MADE)
    assert column(artifact, "household", "household_weight").to_list() == expected
    internal = column(artifact, "household", "household_internal_weight").to_list()
    assert internal == [7.5, 0.1875, 2.25, 2.5, 0.0625, 0.75]
    assert found(artifact)["weightSums"] == {"household_internal_weight": 13.25, "household_weight": 13.25}


def test_columns_of_a_clone_are_those_of_its_original(bench: Bench) -> None:
    """Nothing is rewritten: the copy reads its original's values."""
    frame = bench.frame("base", GROUPS, WEIGHTS | {"person.age": [1, 2, 3, 4, 5, None]})
    bench.run("clone", CLONE, frames={"frame": frame}, address="clone")
    reader = bench.reader(extended(frame, "clone", {"household_weight": "household"}, rows=True))
    assert reader.column("age").to_list() == [1, 2, 3, 4, 5, None] * 2


def test_ids_that_leave_no_room_are_refused(bench: Bench) -> None:
    """Doubling them would leave 64 bits."""
    frame = bench.frame("base", {"household": [2**62]}, {"household.household_weight": [1.0]})
    with pytest.raises(NodeFailed, match="leaves no room for a copy"):
        bench.run("clone", CLONE, frames={"frame": frame})


def test_only_households_that_are_named_are_copied_whole(bench: Bench) -> None:
    """`where` of a household copies all its members and groups, nobody else, and takes weight of it alone."""
    frame = bench.frame("base", GROUPS, WEIGHTS | {"person.income": [1.0, 9.0, None, 0.0, 2.0, 3.0]})
    said = {"where": "sum(income) over household > 4"}
    artifact = bench.run("clone", CLONE | said, frames={"frame": frame}, outputs=MADE)
    assert ids(artifact, "household")["source_row"].to_list() == [0, 1, 2, 0, 2]
    assert ids(artifact, "person")["source_row"].to_list() == [0, 1, 2, 3, 4, 5, 0, 1, 3, 4, 5]
    assert column(artifact, "household", "household_is_copy").to_list() == [False] * 3 + [True] * 2
    assert column(artifact, "household", "household_weight").to_list() == [10.0, 0.25, 3.0, 0.0, 0.0]
    internal = column(artifact, "household", "household_internal_weight").to_list()
    assert internal == [7.5, 0.25, 2.25, 2.5, 0.75]
    assert found(artifact)["weightSums"] == {"household_internal_weight": 13.25, "household_weight": 13.25}


def test_a_clone_of_nobody_leaves_the_frame_as_it_was(bench: Bench) -> None:
    """Nobody is copied, weights are as they were, and the flag is there and false everywhere."""
    frame = bench.frame("base", GROUPS, WEIGHTS)
    artifact = bench.run("clone", CLONE | {"where": "false"}, frames={"frame": frame}, outputs=MADE)
    for entity in ENTITIES:
        rows = ids(artifact, entity)
        assert rows["source_row"].to_list() == list(range(rows.height))
        assert column(artifact, entity, f"{entity}_is_copy").to_list() == [False] * rows.height
    for weight in ("household_weight", "household_internal_weight"):
        assert column(artifact, "household", weight).to_list() == [10.0, 0.25, 3.0]


def test_a_second_clone_copies_no_copies_and_shares_what_is_left(bench: Bench) -> None:
    """It copies rows that no earlier flag marks, flags its own, and keeps the sum of internal weights."""
    first = bench.frame("base", GROUPS, WEIGHTS)
    bench.run("clone", CLONE, frames={"frame": first}, address="clone.a", outputs=MADE)
    names = {"household_weight": "household", "household_internal_weight": "household"}
    frame = extended(first, "clone.a", names | {"household_is_copy": "household"}, rows=True)
    flags = {"person": "person_of_b", "household": "is_of_b"}
    said = {"flag": flags, "earlier": ["household_is_copy"], "twin": 0.5}
    made = {"household": ("is_of_b", "household_weight", "household_internal_weight")}
    artifact = bench.run(
        "clone",
        CLONE | said,
        frames={"frame": frame},
        address="clone.b",
        outputs=made | {"person": ("person_of_b",)},
    )
    assert ids(artifact, "household")["source_row"].to_list() == [*range(6), 0, 1, 2]
    assert ids(artifact, "household")["household_id"].is_unique().all()
    assert column(artifact, "household", "is_of_b").to_list() == [False] * 6 + [True] * 3
    internal = column(artifact, "household", "household_internal_weight").to_list()
    assert internal == [3.75, 0.09375, 1.125, 2.5, 0.0625, 0.75, 3.75, 0.09375, 1.125]
    assert column(artifact, "household", "household_weight").to_list() == [10.0, 0.25, 3.0, *[0.0] * 6]
    assert [name for name in artifact.names if "of_b" in name] == [
        "household.is_of_b.parquet", "person.person_of_b.parquet",
    ]  # fmt: skip
