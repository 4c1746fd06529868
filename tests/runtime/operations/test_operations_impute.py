"""A block is drawn from donors onto those who receive; everybody else keeps, or gets, what the spec says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in, column, extended, found

from runtime.errors import NodeFailed
from runtime.imputation.protocol import Capabilities, Draw

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from runtime_harness import Bench

    from runtime.store import Artifact

DONORS, RECIPIENTS = 60, 30
MODEL = {"kind": "forest", "trees": 5, "leaf": 3}
PARAMETERS: dict[str, Any] = {
    "entity": "person",
    "where": None,
    "elsewhere": None,
    "weight": "household_weight",
    "predictors": ["age"],
    "targets": ["rent", "rooms", "owns"],
    "halves": None,
    "model": MODEL,
    "donor_column": "donor_of_it",
}
OWN = [0.1 + 0.2, None, *[float(k) for k in range(RECIPIENTS - 2)]]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def donors() -> dict[str, Any]:
    """Return the donors' columns; the three targets of one donor belong together."""
    ages = [20 + k for k in range(DONORS)]
    return {
        "person.age": ages,
        "person.rent": [age * 10.5 for age in ages],
        "person.rooms": [age % 7 for age in ages],
        "person.owns": [age % 2 == 0 for age in ages],
        "household.household_weight": [1.0 + k % 3 for k in range(DONORS)],
    }


def recipients() -> dict[str, Any]:
    """Return the recipients' columns; the second half are clones."""
    return {
        "person.age": [25 + k for k in range(RECIPIENTS)],
        "person.rent": OWN,
        "person.is_clone": [k >= RECIPIENTS // 2 for k in range(RECIPIENTS)],
    }


def impute(
    bench: Bench,
    changed: dict[str, Any],
    giving: dict[str, Any] | None = None,
    taking: dict[str, Any] | None = None,
) -> Artifact:
    """Impute onto thirty persons from sixty, each a household of their own; donors' ids begin at 1."""
    households = list(range(101, 101 + DONORS))
    donor = bench.frame("donor", {"household": households}, donors() | (giving or {}))
    recipient = bench.frame(
        "recipient", {"household": households[:RECIPIENTS]}, recipients() | (taking or {})
    )
    return bench.run("impute", PARAMETERS | changed, frames={"donor": donor, "recipient": recipient})


def both(names: list[str]) -> dict[str, Any]:
    """Return halves of which only the clones are written for some targets."""
    return {"flag": "is_clone", "clone_only": names}


def test_a_block_comes_from_one_donor_and_says_which(bench: Bench) -> None:
    """Every value is that donor's own, in the donor's own type."""
    artifact = impute(bench, {})
    donor = column(artifact, "person", "donor_of_it")
    table = pl.DataFrame({name.split(".")[1]: values for name, values in donors().items()})
    for name, kind in (("rent", pl.Float64), ("rooms", pl.Int64), ("owns", pl.Boolean)):
        drawn = column(artifact, "person", name)
        assert drawn.dtype == kind
        assert drawn.to_list() == table[name].gather(donor - 1).to_list()
    assert found(artifact)["donors"] == DONORS
    assert found(artifact)["recipients"] == RECIPIENTS
    assert found(artifact)["donors_used"] == donor.n_unique()


def test_the_original_half_keeps_its_own_values_bit_for_bit(bench: Bench) -> None:
    """Only clones receive, and a missing value of the original stays missing."""
    artifact = impute(bench, {"targets": ["rent"], "halves": both(["rent"])})
    rent, donor = column(artifact, "person", "rent"), column(artifact, "person", "donor_of_it")
    assert rent[:15].to_list() == OWN[:15]
    assert rent[15:].to_list() != OWN[15:]
    assert donor[:15].null_count() == 15
    assert donor[15:].null_count() == 0
    assert found(artifact)["recipients"] == 15


def test_large_whole_numbers_of_the_original_survive(bench: Bench) -> None:
    """Beyond 2**53 a detour through floats would change them."""
    large = [2**60 + 1 + k for k in range(RECIPIENTS)]
    changed = {"targets": ["rooms"], "halves": both(["rooms"])}
    artifact = impute(bench, changed, taking={"person.rooms": large})
    assert column(artifact, "person", "rooms")[:15].to_list() == large[:15]


def test_a_block_may_write_one_target_on_clones_and_another_on_both(bench: Bench) -> None:
    """All are drawn together; the original half keeps only what the spec says it keeps."""
    artifact = impute(bench, {"targets": ["rent", "rooms"], "halves": both(["rent"])})
    donor = column(artifact, "person", "donor_of_it")
    assert column(artifact, "person", "rent")[:15].to_list() == OWN[:15]
    assert column(artifact, "person", "rooms").to_list() == [(19 + one) % 7 for one in donor.to_list()]


def test_a_target_that_the_frame_lacks_is_zero_on_the_original_half(bench: Bench) -> None:
    """There is nothing to keep: the original half never had it."""
    artifact = impute(bench, {"targets": ["rooms", "owns"], "halves": both(["rooms", "owns"])})
    assert column(artifact, "person", "rooms")[:15].to_list() == [0] * 15
    assert column(artifact, "person", "owns")[:15].to_list() == [False] * 15
    assert column(artifact, "person", "rooms")[15:].sum() > 0


def test_a_half_that_keeps_nothing_has_no_value(bench: Bench) -> None:
    """`absent: keep_null`: a number that the frame never had is missing where it is not written, not zero."""
    halves = both(["rooms"]) | {"null_elsewhere": ["rooms"]}
    artifact = impute(bench, {"targets": ["rooms"], "halves": halves})
    rooms = column(artifact, "person", "rooms")
    assert rooms[:15].null_count() == 15
    assert rooms[15:].null_count() == 0


def test_the_originals_alone_may_be_written(bench: Bench) -> None:
    """The copies keep what they were copied with, bit for bit, and receive from nobody."""
    halves = {"flag": "is_clone", "clone_only": [], "original_only": ["rent"]}
    artifact = impute(bench, {"targets": ["rent"], "halves": halves})
    rent, donor = column(artifact, "person", "rent"), column(artifact, "person", "donor_of_it")
    assert rent[15:].to_list() == OWN[15:]
    assert rent[:15].to_list() != OWN[:15]
    assert donor[15:].null_count() == 15
    assert found(artifact)["recipients"] == 15


def test_a_block_for_nobody_writes_what_the_others_have(bench: Bench) -> None:
    """Without a single copy every row keeps its own value, and nothing is fitted."""
    nobody = {"person.is_clone": [False] * RECIPIENTS}
    halves = both(["rent", "rooms"])
    artifact = impute(bench, {"targets": ["rent", "rooms"], "halves": halves}, taking=nobody)
    assert column(artifact, "person", "rent").to_list() == OWN
    assert column(artifact, "person", "rooms").to_list() == [0] * RECIPIENTS
    assert column(artifact, "person", "donor_of_it").null_count() == RECIPIENTS
    assert found(artifact)["recipients"] == 0


@pytest.mark.parametrize(("elsewhere", "expected"), [("zero", 0.0), (None, None)])
def test_those_who_do_not_receive_have_zero_or_nothing(
    bench: Bench, elsewhere: str | None, expected: float | None
) -> None:
    """`elsewhere: zero` says zero; without it there is no value. A condition that is null does not hold."""
    where = "case when age < 30 then null else age < 40 end"
    artifact = impute(bench, {"where": where, "elsewhere": elsewhere})
    rent, donor = column(artifact, "person", "rent"), column(artifact, "person", "donor_of_it")
    receiving = [30 <= 25 + k < 40 for k in range(RECIPIENTS)]
    assert [value == expected for value in rent.to_list()] == [not one for one in receiving]
    assert donor.is_not_null().to_list() == receiving
    assert set(donor.drop_nulls()) <= set(range(11, 21))
    assert found(artifact)["donors"] == 10


def test_donors_are_drawn_by_their_weight_or_evenly(bench: Bench) -> None:
    """Of a donor with weight zero nobody gets anything, unless weights are left out."""
    weights = {"household.household_weight": [0.0] * (DONORS - 1) + [1.0]}
    assert set(column(impute(bench, {}, weights), "person", "donor_of_it")) == {DONORS}
    assert column(impute(bench, {"weight": None}, weights), "person", "donor_of_it").n_unique() > 5


def test_missing_predictors_are_allowed(bench: Bench) -> None:
    """A forest splits on what is there; nobody is left out."""
    ages = [None if k % 4 == 0 else 25 + k for k in range(RECIPIENTS)]
    artifact = impute(bench, {}, taking={"person.age": ages})
    assert column(artifact, "person", "rent").null_count() == 0


def test_predictors_of_the_household_reach_its_persons(bench: Bench) -> None:
    """An expression or column of the household is the same for all who live there."""
    changed = {"predictors": ["age", "household_weight"]}
    artifact = impute(bench, changed, taking={"household.household_weight": [1.0] * RECIPIENTS})
    assert column(artifact, "person", "rent").null_count() == 0


def test_no_recipient_is_no_error(bench: Bench) -> None:
    """A small sample may have nobody to give to."""
    artifact = impute(bench, {"where": "age > 70", "elsewhere": "zero"})
    assert column(artifact, "person", "rent").to_list() == [0.0] * RECIPIENTS
    assert column(artifact, "person", "donor_of_it").null_count() == RECIPIENTS
    assert column(artifact, "person", "donor_of_it").dtype == pl.Int64


def test_the_draw_repeats_and_follows_the_nodes_name(bench: Bench) -> None:
    """The stream is the node's: same name, same draw; another name, another draw."""
    households = list(range(101, 101 + DONORS))
    frames = {
        "donor": bench.frame("donor", {"household": households}, donors()),
        "recipient": bench.frame("recipient", {"household": households[:RECIPIENTS]}, recipients()),
    }
    drawn = [
        column(bench.run("impute", PARAMETERS | {"note": n}, frames=frames, address=a), "person", "rent")
        for n, a in enumerate(["a", "a", "b"])
    ]
    assert drawn[0].equals(drawn[1])
    assert not drawn[0].equals(drawn[2])


@dataclass
class Average:
    """A method that copies nobody: it gives everybody 2.6 and says no donor."""

    capabilities = Capabilities(order="joint", values="any")

    def fit(self, *_: object) -> Average:
        """Learn nothing."""
        return self

    def sample(self, predictors: npt.NDArray[np.float32], _: object) -> Draw:
        """Give everybody the same."""
        return Draw(np.full((1, len(predictors), 3), 2.6), None)


def test_a_method_without_donors_gives_typed_values(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fractions are rounded for whole numbers, and there is no donor to name."""
    monkeypatch.setattr("runtime.operations.impute.imputer", lambda **_: Average())
    artifact = impute(bench, {})
    assert column(artifact, "person", "rooms").to_list() == [3] * RECIPIENTS
    assert column(artifact, "person", "owns").to_list() == [True] * RECIPIENTS
    assert column(artifact, "person", "donor_of_it").null_count() == RECIPIENTS
    assert "donors_used" not in found(artifact)


NAMES = {"person.name": ["x"] * DONORS}
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no donor": ({"where": "age > 200"}, {}, "no donor is left"),
    "missing target": ({}, {"person.rooms": [None, *[1] * (DONORS - 1)]}, "no `rooms` in 1 of 60 rows"),
    "infinite target": ({}, {"person.rent": [np.inf] * DONORS}, "`rent` is inf in row 0"),
    "no text": ({"targets": ["name"]}, {"person.name": ["x"] * 59 + [None]}, "no `name` in 1 of 60 rows"),
    "another's text": (
        {"predictors": ["age", "name"]},
        NAMES,
        "the `name` of 30 recipients: `y`",
    ),
    "text for numbers": (
        {"predictors": ["name"]},
        {"person.name": [1] * DONORS},
        "`name` is a number for",
    ),
    "no weight": ({}, {"household.household_weight": [0.0] * DONORS}, "none of the 60 donors"),
}


@pytest.mark.parametrize(("changed", "giving", "said"), REFUSED.values(), ids=REFUSED)
def test_donors_that_nothing_can_be_learnt_from_are_refused(
    bench: Bench, changed: dict[str, Any], giving: dict[str, Any], said: str
) -> None:
    """The column and the number of rows are named."""
    taking = {"person.name": ["y"] * RECIPIENTS}
    with pytest.raises(NodeFailed, match=said):
        impute(bench, changed, giving, taking)


def regions(rows: int) -> list[str | None]:
    """Return the text of each row: two regions, and nothing for every fifth."""
    return [None if k % 5 == 0 else "hills" if k % 3 == 0 else "coast" for k in range(rows)]


TEXT = {"person.tenure": ["owner" if k % 4 == 0 else "tenant" for k in range(DONORS)]}
MIXED = {"predictors": ["age", "region"], "targets": ["rent", "rooms", "owns", "tenure"]}


def test_text_is_drawn_with_numbers_of_the_same_donor(bench: Bench) -> None:
    """And conditions like a number does; the manifest tells its categories and how often each was drawn."""
    giving, taking = TEXT | {"person.region": regions(DONORS)}, {"person.region": regions(RECIPIENTS)}
    artifact = impute(bench, MIXED, giving, taking)
    tenure, donor = (column(artifact, "person", name) for name in ("tenure", "donor_of_it"))
    assert tenure.to_list() == [TEXT["person.tenure"][one - 1] for one in donor.to_list()]
    assert column(artifact, "person", "rooms").to_list() == [(19 + one) % 7 for one in donor.to_list()]
    said = found(artifact)
    assert said["categories"] == {"region": ["coast", "hills"], "tenure": ["owner", "tenant"]}
    recipients = said["quality"]["tenure"]["recipients"]
    assert recipients["shares"]["owner"] == tenure.to_list().count("owner") / RECIPIENTS
    weight = donors()["household.household_weight"]
    owners = sum(w for w, own in zip(weight, TEXT["person.tenure"], strict=True) if own == "owner")
    shares = said["quality"]["tenure"]["donors"]["shares"]
    assert shares == pytest.approx({"owner": owners / sum(weight), "tenant": 1 - owners / sum(weight)})


def test_the_manifest_compares_predictors_of_donors_and_recipients(bench: Bench) -> None:
    """An amount in another unit, and a category that one side has more of, stand out; donors are weighted."""
    giving = TEXT | {"person.region": regions(DONORS)}
    taking = {
        "person.age": [1000 * (25 + k) for k in range(RECIPIENTS)],
        "person.region": regions(RECIPIENTS),
    }
    said = found(impute(bench, MIXED, giving, taking))["predictors"]
    assert list(said) == ["age", "region"]
    assert said["age"]["standardisedDifference"] > 3
    assert said["age"]["recipients"]["mean"] == 1000 * 39.5
    weights = np.array(donors()["household.household_weight"])
    assert said["age"]["donors"]["mean"] == pytest.approx(np.average(np.arange(20, 80), weights=weights))
    there = np.array([name is not None for name in regions(DONORS)])
    coast = np.array([name == "coast" for name in regions(DONORS)])
    shares = said["region"]["donors"]["shares"]
    assert shares["coast"] == pytest.approx(weights[coast].sum() / weights[there].sum())
    assert said["region"]["donors"]["missingShare"] == pytest.approx(1 - weights[there].sum() / weights.sum())
    assert said["region"]["recipients"]["rows"] == 24


@pytest.mark.parametrize("elsewhere", [None, "keep"])
def test_text_elsewhere_is_what_it_was_or_nothing(bench: Bench, elsewhere: str | None) -> None:
    """It is never the word 0."""
    own = ["squatter"] * RECIPIENTS
    changed = {"targets": ["tenure"], "receives": "is_clone", "elsewhere": elsewhere}
    tenure = column(impute(bench, changed, TEXT, {"person.tenure": own}), "person", "tenure").to_list()
    assert tenure[:15] == (own[:15] if elsewhere else [None] * 15)
    assert set(tenure[15:]) <= {"owner", "tenant"}


@pytest.mark.parametrize("has_own", [True, False])
def test_the_original_half_keeps_its_text(bench: Bench, has_own: bool) -> None:  # noqa: FBT001 - a case
    """Where it never had any it has none."""
    own = ["squatter"] * RECIPIENTS
    changed = {"targets": ["tenure"], "halves": both(["tenure"])}
    artifact = impute(bench, changed, TEXT, {"person.tenure": own} if has_own else {})
    assert column(artifact, "person", "tenure").to_list()[:15] == (own[:15] if has_own else [None] * 15)


def test_text_is_refused_by_a_method_of_numbers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan from elsewhere may ask for it."""
    monkeypatch.setattr("runtime.operations.impute.imputer", lambda **_: Average())
    with pytest.raises(NodeFailed, match="the target `tenure` is text, which the method cannot draw"):
        impute(bench, {"targets": ["tenure"]}, TEXT)


def sampled(records: int, **top: object) -> dict[str, Any]:
    """Return the parameters of a sample of donors."""
    return {"sample": {"records": records, "top": top or None, "stream": "impute.it.donors"}}


def test_only_donors_of_the_sample_give(bench: Bench) -> None:
    """The manifest says how many were kept for being at the top, how many drawn, and where the top begins."""
    artifact = impute(bench, sampled(20, share=0.1, by="rent"))
    said = found(artifact)
    assert said["donors"] == 20
    chosen = said["donor_sample"]
    assert chosen["of"] == DONORS
    assert chosen["threshold"] == sorted(donors()["person.rent"])[-chosen["kept_for_being_top"]]
    assert chosen["kept_for_being_top"] + chosen["drawn"] == 20
    assert said["donors_used"] <= 20


def test_all_blocks_of_an_imputation_learn_from_the_same_donors(bench: Bench) -> None:
    """The stream of the sample is the imputation's, not the block's."""
    model = {"kind": "forest", "trees": 40, "leaf": 1}
    pools = []
    for targets in (["rent"], ["rooms"]):
        changed = sampled(6) | {"targets": targets, "model": model}
        pools.append(set(column(impute(bench, changed), "person", "donor_of_it")))
    assert len(pools[0] | pools[1]) <= 6


def test_a_top_larger_than_the_sample_is_refused(bench: Bench) -> None:
    """A truth value has a top of thousands, as has an amount that is mostly zero."""
    with pytest.raises(NodeFailed, match="leaves no place for the rest among 5 records"):
        impute(bench, sampled(5, share=0.5, by="rent"))


def own_donors(**changed: object) -> dict[str, Any]:
    """Return a frame half of which gives to the other half; the rents of those who receive are not real."""
    receives = [k >= RECIPIENTS // 2 for k in range(RECIPIENTS)]
    return {
        "person.age": [25 + k % 15 for k in range(RECIPIENTS)],
        "person.rent": [1e6 if is_clone else 100.0 + k for k, is_clone in enumerate(receives)],
        "person.is_clone": receives,
        "person.is_head": [k % 2 == 0 for k in range(RECIPIENTS)],
        "household.household_weight": [1.0] * RECIPIENTS,
    } | changed


OWN_ROWS: dict[str, Any] = {
    "gives": "not is_clone", "receives": "is_clone", "elsewhere": "keep", "targets": ["rent"]
}  # fmt: skip


def impute_own(bench: Bench, changed: dict[str, Any]) -> Artifact:
    """Impute within one frame."""
    frame = bench.frame("frame", {"household": list(range(1, RECIPIENTS + 1))}, own_donors())
    said = PARAMETERS | OWN_ROWS | changed
    return bench.run("impute", said, frames={"donor": frame, "recipient": frame})


def test_rows_of_the_frame_give_to_others_and_keep_their_own(bench: Bench) -> None:
    """Who gives keeps what it has, who receives has it of one who gives."""
    artifact = impute_own(bench, {})
    rent = column(artifact, "person", "rent").to_list()
    own = own_donors()["person.rent"][:15]
    assert rent[:15] == own
    assert set(rent[15:]) <= set(own)
    assert found(artifact)["donors"] == found(artifact)["recipients"] == 15


def test_donor_and_recipient_agree_within_classes(bench: Bench) -> None:
    """Heads have the rents of heads; the donor that is named is the one the rent is of."""
    artifact = impute_own(bench, {"within": ["is_head"]})
    rent, donor = column(artifact, "person", "rent"), column(artifact, "person", "donor_of_it")
    for row in range(15, RECIPIENTS):
        giver = donor[row] - 1
        assert giver % 2 == row % 2
        assert rent[row] == own_donors()["person.rent"][giver]


def test_a_class_of_recipients_without_donors_stops_the_run(bench: Bench) -> None:
    """There is nobody to draw from."""
    said = {"within": ["is_head"], "gives": "not is_clone and is_head"}
    with pytest.raises(NodeFailed, match="nobody gives to the class is_head False, of 8 recipients"):
        impute_own(bench, said)


def test_what_a_fit_says_of_itself_is_in_the_manifest(bench: Bench) -> None:
    """Target by target, the regime, the classes, and the gate."""
    model = {"kind": "regime_aware", "trees": 5, "leaf": 3, "rare": 10}
    told = found(impute(bench, {"model": model}))["model"]
    assert told["rent"]["regime"] == "gains only"
    assert told["rooms"]["classes"]["zeros"]["drawnBy"] == "share"
    assert told["owns"]["classes"]["zeros"] == {"donors": 30, "share": 0.5, "drawnBy": "predictors"}
    assert set(told["owns"]["gate"]) == {"logLoss", "logLossOfShares", "calibrationError", "heldOut"}


def test_what_is_found_while_drawing_is_in_the_manifest_class_by_class(bench: Bench) -> None:
    """A hot deck within classes tells of each how many recipients were drawn by how many predictors."""
    model = {"kind": "hotdeck", "choose": "random", "fewest": 1, "bands": 60}
    changed = {"model": model, "within": ["owns"], "targets": ["rent"]}
    artifact = impute(bench, changed, taking={"person.owns": [k % 2 == 1 for k in range(RECIPIENTS)]})
    told = found(artifact)["model"]["within"]
    assert told["owns False"] == {"recipientsByPredictorsUsed": {"1": 15, "0": 0}}
    ages = column(artifact, "person", "rent") / 10.5
    assert ages.to_list() == [float(25 + k) for k in range(RECIPIENTS)]


def test_a_method_that_draws_no_number_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is not finite reaches the frame, whoever wrote the method."""

    class Nothing:
        capabilities = Capabilities(order="joint", values="any")

        def fit(self, *_: object) -> Nothing:
            return self

        def sample(self, predictors: npt.NDArray[np.float32], *_: object) -> Draw:
            return Draw(np.full((1, len(predictors), 1), np.nan), None)

    monkeypatch.setattr("runtime.operations.impute.imputer", lambda **_: Nothing())
    with pytest.raises(NodeFailed, match="drawn values: row 0, column 0 is nan"):
        impute(bench, {"targets": ["rent"]})


def test_a_block_sees_scales_and_keeps_donors_values(bench: Bench) -> None:
    """The operation hands scales to the method; what a hot deck copies is the donor's to the bit."""
    changed = {"targets": ["rent"], "model": {"kind": "hotdeck"}, "transform": {"age": "rank"}}
    changed["zeros_apart"] = ["age"]
    artifact = impute(bench, changed)
    donor = column(artifact, "person", "donor_of_it")
    assert column(artifact, "person", "rent").to_list() == [(19 + one) * 10.5 for one in donor.to_list()]
    logged = changed | {"transform": {"age": "log"}, "zeros_apart": []}
    zeros = {"person.age": [1, 2, 3, *[0] * (RECIPIENTS - 3)]}
    with pytest.raises(NodeFailed, match="`age` is 0 in row 3") as failed:
        impute(bench, logged, taking=zeros)
    assert "asinh" in str(failed.value.remedy)


def test_rare_categories_of_a_predictor_are_put_together(bench: Bench) -> None:
    """A category that no donor has is no longer refused, as somebody has said what becomes of it."""
    names = ["x"] * (DONORS - 2) + ["y", "z"]
    changed = {"predictors": ["age", "name"], "rare": {"name": {"fewer_than": 3, "into": "other"}}}
    taking = {"person.name": ["x", "new", *["y"] * (RECIPIENTS - 2)]}
    said = found(impute(bench, changed, {"person.name": names}, taking))
    assert said["rare"] == {"donors": {"name": {"y": 1, "z": 1}}, "recipients": {"name": {"new": 1, "y": 28}}}
    assert said["categories"]["name"] == ["other", "x"]
    assert said["predictors"]["name"]["recipients"]["shares"]["other"] == pytest.approx(29 / 30)


def test_a_later_block_is_conditioned_on_what_was_drawn(bench: Bench) -> None:
    """Not on what recipients had before: the nearest donor by rent is the one whose rent was drawn."""
    households = list(range(101, 101 + DONORS))
    donor = bench.frame("donor", {"household": households}, donors())
    recipient = bench.frame("recipient", {"household": households[:RECIPIENTS]}, recipients())
    first = bench.run(
        "impute", PARAMETERS | {"targets": ["rent"]}, frames={"donor": donor, "recipient": recipient},
        outputs={"person": ("rent",)}, address="first",
    )  # fmt: skip
    later = PARAMETERS | {"predictors": ["rent"], "targets": ["rooms"], "donor_column": "donor_of_later"}
    later["model"] = {"kind": "hotdeck", "neighbours": 1}
    frames = {"donor": donor, "recipient": extended(recipient, "first", {"rent": "person"})}
    second = bench.run("impute", later, frames=frames, address="second")
    whose = (column(first, "person", "donor_of_it"), column(second, "person", "donor_of_later"))
    assert whose[0].to_list() == whose[1].to_list()
    assert OWN[2:] != column(first, "person", "rent").to_list()[2:]
