"""The matrix says what a household adds to a fact: the same as adding it up record by record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from runtime_harness import bench_in

from runtime.errors import NodeFailed
from runtime.operations.fact_join import query
from runtime.operations.matrix_file import built, read_matrix, write_matrix
from runtime.sql import connection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    from runtime_harness import Bench

    from compiler.plan import FrameRef

    Floats = npt.NDArray[np.float64]

INFINITY = float("inf")
STATUSES = ("SINGLE", "JOINT", "WIDOW")
SEPARATOR = "\x1f"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


@dataclass
class Fact:
    """A fact of a table."""

    family: str
    lower: float | None = None
    upper: float | None = None
    codes: Sequence[str] | None = None
    carriers_only: bool = False


def put_facts(bench: Bench, name: str, facts: list[Fact], match: str | None = None) -> str:
    """Commit facts as the `facts` operation does."""
    table = pl.DataFrame(
        {
            "family": [fact.family + ".returns" * fact.carriers_only for fact in facts],
            "measure": [fact.family for fact in facts],
            "carriers_only": [fact.carriers_only for fact in facts],
            "role": ["train"] * len(facts),
            "geography": ["nation"] * len(facts),
            "place": pl.Series([None] * len(facts), dtype=pl.String),
            "lower": pl.Series([fact.lower for fact in facts], dtype=pl.Float64),
            "upper": pl.Series([fact.upper for fact in facts], dtype=pl.Float64),
            "value": [1.0] * len(facts),
        }
    )
    if match is not None:
        codes = [None if fact.codes is None else SEPARATOR.join(fact.codes) for fact in facts]
        labels = [str(fact.codes) for fact in facts]
        table = table.with_columns(
            pl.Series(f"label.{match}", labels), pl.Series(f"codes.{match}", codes, dtype=pl.String)
        )
    return bench.put(name, {"facts.parquet": table})


def target(entity: str, families: dict[str, str | None], **more: object) -> dict[str, Any]:
    """Return the parameters of a target."""
    periods = dict.fromkeys(families, 2023)
    plain: dict[str, Any] = {"domain": None, "band": None, "match": [], "place": None}
    return {"entity": entity, "families": families, "periods": periods} | plain | more


def build(
    bench: Bench, frame: FrameRef, targets: dict[str, tuple[dict[str, Any], list[Fact]]]
) -> tuple[Floats, pl.DataFrame]:
    """Return the matrix, dense, and the ledger."""
    artifacts = {}
    for name, (parameters, facts) in targets.items():
        match = parameters["match"][0] if parameters["match"] else None
        artifacts[f"facts.{name}"] = put_facts(bench, f"facts.{name}", facts, match)
    parameters = {"targets": {name: parameters for name, (parameters, _) in targets.items()}}
    artifact = bench.run("matrix", parameters, frames={"frame": frame}, artifacts=artifacts)
    triples = pl.read_parquet(artifact.path("matrix.parquet"))
    ledger = pl.read_parquet(artifact.path("facts.parquet"))
    dense = np.zeros((bench.reader(frame).count("household"), ledger.height))
    dense[triples["household"].to_numpy(), triples["fact"].to_numpy()] = triples["value"].to_numpy()
    assert triples.select("household", "fact").is_unique().all()
    assert (triples["value"] != 0).all()
    return dense, ledger


@dataclass
class Country:
    """Persons in tax units in households, drawn at random; arrays of persons unless named otherwise."""

    unit: npt.NDArray[np.int64]
    household: npt.NDArray[np.int64]
    wages: Floats
    agi: Floats
    status: npt.NDArray[np.int64]
    filer: npt.NDArray[np.bool_]

    @staticmethod
    def drawn(persons: int = 600) -> Country:
        """Draw a country; amounts are whole, so that sums in float32 are exact. Some are zero or negative."""
        random = np.random.default_rng(3)
        unit = np.sort(random.integers(0, persons // 2, persons))
        units = np.unique(unit)
        unit = np.searchsorted(units, unit)
        household = np.sort(random.integers(0, persons // 4, len(units)))
        household = np.searchsorted(np.unique(household), household)
        wages = 10 * random.integers(-20, 60, persons) * (random.random(persons) < 0.6)
        agi = 10 * random.integers(-10, 30, len(units))
        status, filer = random.integers(0, 3, len(units)), random.random(len(units)) < 0.7
        return Country(unit, household, wages.astype(np.float64), agi.astype(np.float64), status, filer)

    def frame(self, bench: Bench) -> FrameRef:
        """Return the frame; ids fall where rows rise."""
        groups = {
            "household": (900 - self.household[self.unit]).tolist(),
            "tax_unit": (900 - self.unit).tolist(),
        }
        return bench.frame(
            "base",
            groups,
            {
                "person.wages": self.wages,
                "tax_unit.agi": self.agi,
                "tax_unit.status": [STATUSES[code] for code in self.status],
                "tax_unit.filer": self.filer,
            },
        )


def test_contributions_equal_those_added_up_record_by_record(bench: Bench) -> None:
    """Domain, bands, categories of several codes, sums and counts of amounts, against plain loops."""
    country = Country.drawn()
    bands = [(-INFINITY, 0.0), (0.0, 100.0), (100.0, INFINITY), (-INFINITY, INFINITY)]
    codes: list[tuple[str, ...] | None] = [None, ("SINGLE",), ("JOINT", "WIDOW")]
    facts = [
        Fact(family, low, high, chosen, carriers_only)
        for family, carriers_only in (("units", False), ("pay", False), ("pay", True))
        for low, high in bands
        for chosen in codes
    ]
    families = {"units": None, "pay": "sum(wages) over tax_unit"}
    soi = target("tax_unit", families, domain="filer", band="agi", match=["status"])
    dense, ledger = build(bench, country.frame(bench), {"soi": (soi, facts)})

    pay = np.bincount(country.unit, weights=country.wages)
    expected = np.zeros_like(dense)
    for unit, household in enumerate(country.household):
        for number, fact in enumerate(facts):
            assert fact.lower is not None
            assert fact.upper is not None
            inside = fact.lower <= country.agi[unit] < fact.upper
            named = fact.codes is None or STATUSES[country.status[unit]] in fact.codes
            if country.filer[unit] and inside and named:
                amount = 1.0 if fact.family == "units" else pay[unit]
                expected[household, number] += (amount != 0) if fact.carriers_only else amount
    np.testing.assert_array_equal(dense, expected)
    assert ledger["carriers"].to_list() == (expected != 0).sum(axis=0).tolist()
    assert (expected < 0).any()


def test_persons_are_counted_by_band_and_by_state(bench: Bench) -> None:
    """Two targets share one matrix; facts are numbered through, and persons belong to their household."""
    groups = {"household": [7, 7, 7, 3]}
    frame = bench.frame("base", groups, {"person.age": [4, 5, 90, 5], "household.state": ["CA", "NY"]})
    ages = [Fact("people", 0, 5), Fact("people", 5, 85), Fact("people", 85, INFINITY)]
    states = [Fact("people", codes=["NY"]), Fact("people", codes=["CA"]), Fact("people", codes=["TX"])]
    dense, ledger = build(
        bench,
        frame,
        {
            "age": (target("person", {"people": None}, band="age"), ages),
            "state": (target("person", {"people": None}, match=["state"]), states),
        },
    )
    assert dense.tolist() == [[1, 1, 1, 0, 3, 0], [0, 1, 0, 1, 0, 0]]
    assert ledger["fact"].to_list() == list(range(6))
    assert ledger["name"].to_list() == [
        "age.people [0, 5)",
        "age.people [5, 85)",
        "age.people [85, inf)",
        "state.people ['NY']",
        "state.people ['CA']",
        "state.people ['TX']",
    ]
    assert ledger["carriers"].to_list() == [1, 2, 1, 1, 1, 0]


def one_number(role: str, value: float, **more: object) -> tuple[dict[str, Any], str, pl.DataFrame]:
    """Return a target that counts households, its role and the one fact of it."""
    facts = pl.DataFrame(
        {
            "family": ["units"], "measure": ["units"], "carriers_only": [False], "role": [role],
            "geography": ["nation"], "place": pl.Series([None], dtype=pl.String),
            "lower": pl.Series([None], dtype=pl.Float64), "upper": pl.Series([None], dtype=pl.Float64),
            "value": [value],
        }
    )  # fmt: skip
    return target("household", {"units": None}, **more), role, facts


STATED_TWICE = {
    "other role": (
        ("train", 5.0),
        ("holdout", 5.0),
        "two roles: `a.units` is for train, `b.units` for holdout",
    ),
    "other value": (("train", 5.0), ("train", 6.0), "stated twice: `a.units` is 5, `b.units` is 6"),
    "no difference": (("train", 5.0), ("train", 5.0), "stated twice: `a.units` is 5, `b.units` is 5"),
}


@pytest.mark.parametrize(("one", "other", "said"), STATED_TWICE.values(), ids=STATED_TWICE)
def test_a_fact_that_two_tables_state_is_refused(
    bench: Bench, one: tuple[str, float], other: tuple[str, float], said: str
) -> None:
    """Both are named; of another year, or of others, it is another fact."""
    frame = bench.frame("base", {"household": [1]}, {"household.rich": [True]})
    stated = {"a": one_number(*one), "b": one_number(*other)}

    def build_all() -> pl.DataFrame:
        artifacts = {
            f"facts.{n}": bench.put(f"facts.{n}", {"facts.parquet": t[2]}) for n, t in stated.items()
        }
        parameters = {"targets": {name: told[0] for name, told in stated.items()}}
        artifact = bench.run("matrix", parameters, frames={"frame": frame}, artifacts=artifacts)
        return pl.read_parquet(artifact.path("facts.parquet"))

    with pytest.raises(NodeFailed, match=said):
        build_all()
    for different in ({"domain": "rich"}, {"periods": {"units": 2022}}):
        stated["b"] = one_number(*other, **different)
        assert build_all().height == 2


def test_a_record_on_an_edge_is_in_the_upper_band(bench: Bench) -> None:
    """Bands are half-open: their lower end belongs to them; fractions tell names apart."""
    frame = bench.frame("base", {"household": [1]}, {"tax_unit.agi": [0.5]})
    facts = [Fact("units", 0, 0.5), Fact("units", 0.5, 1)]
    dense, ledger = build(bench, frame, {"soi": (target("tax_unit", {"units": None}, band="agi"), facts)})
    assert dense.tolist() == [[0, 1]]
    assert ledger["name"].to_list() == ["soi.units [0, 0.5)", "soi.units [0.5, 1)"]


def test_a_mixed_household_leaks_nothing(bench: Bench) -> None:
    """Of a household with a filer and a non-filer, only the filer's amounts count."""
    groups = {"household": [1, 1], "tax_unit": [11, 12]}
    columns = {"person.wages": [100.0, 7.0], "tax_unit.filer": [True, False]}
    families = {"pay": "sum(wages) over tax_unit", "units": None}
    soi = target("tax_unit", families, domain="filer")
    dense, _ = build(
        bench, bench.frame("base", groups, columns), {"soi": (soi, [Fact("pay"), Fact("units")])}
    )
    assert dense.tolist() == [[100, 1]]


def test_persons_and_spm_units_are_chosen_as_such_and_carried_to_the_household(bench: Bench) -> None:
    """Of a household only those persons count that the domain chooses, and only that SPM unit."""
    groups = {"household": [1, 1, 1, 2], "spm_unit": [5, 5, 6, 7]}
    columns = {
        "person.age": [70, 10, 80, 80],
        "person.pension": [100.0, 20.0, 3.0, 0.5],
        "spm_unit.poor": [True, False, True],
    }
    old = target("person", {"pay": "pension", "old": None}, domain="age >= 65 and poor")
    poor = target("spm_unit", {"units": None, "pay": "sum(pension) over spm_unit"}, domain="poor")
    facts = {"old": (old, [Fact("pay"), Fact("old")]), "poor": (poor, [Fact("units"), Fact("pay")])}
    dense, _ = build(bench, bench.frame("base", groups, columns), facts)
    assert dense.tolist() == [[100, 1, 1, 120], [0.5, 1, 1, 0.5]]


def test_amounts_are_added_up_in_the_order_of_the_records(bench: Bench) -> None:
    """However many facts there are: 1e16 + 1 - 1e16 is nothing, and 1e16 - 1e16 + 1 is one."""
    pay = [1e16, 1.0, -1e16, 1e16, -1e16, 1.0]
    groups = {"household": [1, 1, 1, 2, 2, 2]}
    frame = bench.frame("base", groups, {"person.pay": pay, "person.age": [5.0] * 6})
    facts = [Fact("pay", 0, high) for high in range(6, 1006)]
    dense, _ = build(bench, frame, {"soi": (target("person", {"pay": "pay"}, band="age"), facts)})
    assert dense.tolist() == [[0] * 1000, [1] * 1000]


@pytest.mark.parametrize("keys", [["__bin"], ["__bin", "__match___place"], ["__match_status"]])
def test_no_record_is_compared_with_every_fact(keys: list[str]) -> None:
    """Facts are looked up by what they ask for: ten times as many facts are no more comparisons."""
    record = {"household": 1, "m": 1.0} | dict.fromkeys(keys, 1)
    with connection(as_written=True) as database:
        database.register("r", pl.DataFrame([record]).to_arrow())
        database.register("f0", pl.DataFrame([{"fact": 0} | dict.fromkeys(keys, 1)]).to_arrow())
        plan = database.sql(query([keys], "m")).explain().lower().replace("_", " ")
    assert "hash join" in plan
    assert not re.search("nl join|nested loop|cross product", plan)


def test_values_at_and_beyond_the_ends_of_bands(bench: Bench) -> None:
    """An end without an end takes -inf in; +inf and NaN are below no upper end, null is in no band at all."""
    ages = [-INFINITY, -1.0, 0.0, 9.0, 10.0, INFINITY, float("nan"), None]
    households = list(range(1, len(ages) + 1))
    columns = {"person.age": pl.Series(ages, dtype=pl.Float64, strict=False)}
    frame = bench.frame("base", {"household": households}, columns)
    ends = [(-INFINITY, 0), (0, 10), (5, 10), (-INFINITY, INFINITY)]
    facts = [Fact("n", low, high) for low, high in ends]
    dense, _ = build(bench, frame, {"age": (target("person", {"n": None}, band="age"), facts)})
    assert dense.T.tolist() == [
        [1, 1, 0, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0, 0],
        [1, 1, 1, 1, 1, 0, 0, 0],
    ]


def test_a_matrix_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Households without an entry and facts without one keep their place; another order is refused."""
    triples = [
        pl.DataFrame({"household": [2, 0], "fact": [1, 3], "value": pl.Series([5, 7], dtype=pl.Float32)}),
        pl.DataFrame({"household": [2], "fact": [0], "value": pl.Series([-1.5], dtype=pl.Float32)}),
    ]
    written = built(triples, 4, 5)
    write_matrix(written, tmp_path / "matrix.parquet")
    matrix = read_matrix(tmp_path / "matrix.parquet", 4, 5)
    assert matrix.toarray().tolist() == [[0, 0, 0, 7, 0], [0] * 5, [-1.5, 5, 0, 0, 0], [0] * 5]
    assert (matrix.dtype, matrix.indices.dtype, matrix.has_sorted_indices) == (np.float32, np.int32, True)
    pl.read_parquet(tmp_path / "matrix.parquet").reverse().write_parquet(tmp_path / "other.parquet")
    with pytest.raises(ValueError, match="not in the order of the households"):
        read_matrix(tmp_path / "other.parquet", 4, 5)


def test_amounts_that_cancel_make_no_carrier(bench: Bench) -> None:
    """A gain and a loss in one household add nothing; they are two returns with an amount all the same."""
    groups = {"household": [1, 1], "tax_unit": [11, 12]}
    frame = bench.frame("base", groups, {"person.gain": [50.0, -50.0]})
    gains = target("tax_unit", {"gain": "sum(gain) over tax_unit"})
    facts = [Fact("gain"), Fact("gain", carriers_only=True)]
    dense, ledger = build(bench, frame, {"soi": (gains, facts)})
    assert dense.tolist() == [[0, 2]]
    assert ledger["carriers"].to_list() == [0, 1]


def test_a_record_without_band_or_domain_counts_nowhere(bench: Bench) -> None:
    """Null is no number: it lies in no band, not even the one without ends, and no condition holds for it."""
    columns = {"household.agi": [None, 5.0, 5.0], "household.in_it": [True, None, True]}
    frame = bench.frame("base", {"household": [1, 2, 3]}, columns)
    facts = [Fact("banded", -INFINITY, INFINITY), Fact("units")]
    soi = target("household", {"banded": "1.0", "units": None}, band="agi", domain="in_it")
    dense, _ = build(bench, frame, {"soi": (soi, facts)})
    assert dense.tolist() == [[0, 1], [0, 0], [1, 1]]


def test_an_amount_that_is_missing_is_no_zero(bench: Bench) -> None:
    """It is refused where it would count, and nobody asks where it would not."""
    columns = {"household.rent": [None, 5.0, None], "household.in_it": [True, True, False]}
    frame = bench.frame("base", {"household": [1, 2, 3]}, columns)
    soi = target("household", {"rent": "rent"}, domain="in_it")
    with pytest.raises(NodeFailed, match=r"`soi.rent` has no value for 1 of 2 records"):
        build(bench, frame, {"soi": (soi, [Fact("rent")])})
    soi["domain"] = "in_it and rent > 0"
    assert build(bench, frame, {"soi": (soi, [Fact("rent")])})[0].tolist() == [[0], [5], [0]]
