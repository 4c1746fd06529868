"""Ids of copies are new, references lead to copies, text has a suffix, declared weights are shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from runtime_harness import CLONE, bench_in, column, ids

from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

GROUPS = {"household": [4, 4, 9], "tax_unit": [41, 42, 90]}
WEIGHTS = {"household.household_weight": [10.0, 3.0]}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def cloned(
    bench: Bench, columns: dict[str, Any], said: dict[str, Any], groups: dict[str, list[int]] | None = None
) -> Artifact:
    """Clone three persons of two households, or others."""
    frame = bench.frame("base", groups or GROUPS, WEIGHTS | columns)
    return bench.run("clone", CLONE | said, frames={"frame": frame})


def test_a_reference_leads_to_the_copy_of_whom_it_led_to(bench: Bench) -> None:
    """One mapping an entity: the id and every reference to it, whoever holds it. What is no id stays."""
    columns = {"person.mother": [None, 1, 0], "person.home": [9, 4, 77], "household.eldest": [2, 3]}
    said = {"references": {"mother": "person", "home": "household", "eldest": "person"}, "suffix": "-x"}
    artifact = cloned(bench, columns, said)
    assert ids(artifact, "person")["person_id"].to_list() == [1, 2, 3, 4, 5, 6]
    assert ids(artifact, "household")["household_id"].to_list() == [4, 9, 13, 18]
    assert column(artifact, "person", "mother").to_list() == [None, 1, 0, None, 4, 0]
    assert column(artifact, "person", "home").to_list() == [9, 4, 77, 18, 13, 77]
    assert column(artifact, "household", "eldest").to_list() == [2, 3, 5, 6]


def test_a_reference_to_somebody_who_is_not_copied_stays(bench: Bench) -> None:
    """Of a part of the households, who refers to another household refers to the original there."""
    columns = {"person.parent": [3, 1, 2], "household.is_here": [True, False]}
    said = {"where": "is_here", "references": {"parent": "person"}, "suffix": "-x"}
    artifact = cloned(bench, columns, said)
    assert ids(artifact, "person")["person_id"].to_list() == [1, 2, 3, 4, 5]
    assert column(artifact, "person", "parent").to_list() == [3, 1, 2, 3, 4]


def test_ids_that_are_text_have_a_suffix(bench: Bench) -> None:
    """The same one each time, on ids and on references; what is missing stays missing."""
    columns = {"person.key": ["a", "b", "c"], "person.spouse_key": ["b", "a", None]}
    said = {"references": {"key": "person", "spouse_key": "person"}, "suffix": "-copy"}
    artifact = cloned(bench, columns, said)
    assert column(artifact, "person", "key").to_list() == ["a", "b", "c", "a-copy", "b-copy", "c-copy"]
    assert column(artifact, "person", "spouse_key").to_list()[3:] == ["b-copy", "a-copy", None]


def test_a_text_that_somebody_has_already_is_refused(bench: Bench) -> None:
    """A suffix that makes an original's id of another's would make two of one."""
    said = {"references": {"key": "person"}, "suffix": "-x"}
    with pytest.raises(NodeFailed, match="`a-x` of a copy, in `key`, is an original's already"):
        cloned(bench, {"person.key": ["a", "b", "a-x"]}, said)


def test_ids_that_are_not_above_zero_have_copies_of_their_own(bench: Bench) -> None:
    """The highest id added to -9 or to 0 would meet an original; the whole reach of the ids does not."""
    groups = {"household": [-9, 0, 4], "tax_unit": [0, -5, -6]}
    artifact = cloned(bench, {"household.household_weight": [1.0] * 3}, {}, groups)
    for entity in ("household", "tax_unit"):
        assert ids(artifact, entity)[f"{entity}_id"].is_unique().all()
    assert ids(artifact, "household")["household_id"].to_list() == [-9, 0, 4, 5, 14, 18]
    homes = ids(artifact, "person")["person_household_id"].to_list()
    assert homes == [-9, 0, 4, 5, 14, 18]


@pytest.mark.parametrize(("highest", "is_refused"), [(2**62 - 1, False), (2**62, True), (2**63 - 1, True)])
def test_ids_of_copies_stay_within_64_bits(bench: Bench, highest: int, is_refused: bool) -> None:  # noqa: FBT001 - a case
    """The last id that has room has a copy; the next is refused by name, and none comes round below zero."""
    groups, weights = {"household": [highest]}, {"household.household_weight": [1.0]}
    if is_refused:
        with pytest.raises(NodeFailed, match=f"the highest household id, {highest}, leaves no room"):
            cloned(bench, weights, {}, groups)
    else:
        assert ids(cloned(bench, weights, {}, groups), "household")["household_id"][1] == 2 * highest


def test_a_declared_offset_is_added_to_all_ids(bench: Bench) -> None:
    """So that ids of copies do not depend on who else is in the file."""
    artifact = cloned(bench, {}, {"offset": 1000})
    assert ids(artifact, "household")["household_id"].to_list() == [4, 9, 1004, 1009]
    assert ids(artifact, "person")["person_tax_unit_id"].to_list()[3:] == [1041, 1042, 1090]


def test_an_offset_within_the_ids_is_refused(bench: Bench) -> None:
    """4 and 5 more are 9: two households of one id."""
    with pytest.raises(NodeFailed, match="the household ids reach from 4 to 9: 5 more, and two are the same"):
        cloned(bench, {}, {"offset": 5, "where": "true"}, {"household": [4, 5, 9]})


@pytest.mark.parametrize(("stored", "originals", "copies"), [("zero", 1.0, 0.0), ("split", 0.5, 0.5)])
def test_every_declared_weight_is_shared(bench: Bench, stored: str, originals: float, copies: float) -> None:
    """Replicate weights, of households and of persons, as the weight of households; what is missing stays."""
    columns = {"household.replicate_1": [8.0, None], "person.march": [2.0, 4.0, 6.0]}
    artifact = cloned(bench, columns, {"weights": ["march", "replicate_1"], "stored_weight": stored})
    replicate = column(artifact, "household", "replicate_1").to_list()
    assert replicate == [8 * originals, None, 8 * copies, None]
    march = column(artifact, "person", "march").to_list()
    assert march == [part * value for part in (originals, copies) for value in (2.0, 4.0, 6.0)]
