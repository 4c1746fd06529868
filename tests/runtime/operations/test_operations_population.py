"""Raw rows become persons and their groups: who they are, in which order, and what they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from runtime_harness import bench_in, column, found, ids

from compiler.model.columns import Mapped
from runtime.errors import NodeFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runtime_harness import Bench

    from runtime.store import Artifact

RAW = """hh,unit,head_age,spouse_age,kids,wage,fips,w,note
20,1,40,38,1,100.5,6,2.5,b
10,2,70,0,0,,36,9.0,
10,1,30,0,2,50,36,1.5,a
"""
READ = {
    "hh": "BIGINT",
    "unit": "BIGINT",
    "head_age": "BIGINT",
    "spouse_age": "BIGINT",
    "kids": "BIGINT",
    "wage": "DOUBLE",
    "fips": "BIGINT",
    "w": "DOUBLE",
    "note": "VARCHAR",
}
ENTITIES = {
    "household": {"id": "hh"},
    "tax_unit": {"id": "hh * 10 + unit"},
    "family": {"same_as": "household"},
    "spm_unit": {"same_as": "family"},
    "marital_unit": {"couple": ["head", "spouse"]},
    "person": {"id": "(hh * 10 + unit) * 10 + member"},
}
MEMBERS = {"head": "1", "spouse": "(spouse_age > 0)::int", "child": "kids"}
COLUMNS: list[dict[str, Any]] = [
    {"name": "state_fips", "entity": "household", "type": "BIGINT", "row": "fips"},
    {"name": "note", "entity": "tax_unit", "type": "VARCHAR", "row": "note"},
    {
        "name": "age",
        "entity": "person",
        "type": "BIGINT",
        "members": {"head": "head_age", "spouse": "spouse_age", "child": [0, 17]},
    },
    {"name": "wages", "entity": "person", "type": "DOUBLE", "members": {"head": "wage"}},
    {"name": "is_head", "entity": "person", "type": "BOOLEAN", "members": {"head": "true"}},
    {
        "name": "role",
        "entity": "person",
        "type": "VARCHAR",
        "members": {"head": "'HEAD'", "others": "'OTHER'"},
    },
]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give an empty place to try an operation."""
    return bench_in(tmp_path, monkeypatch)


def build(bench: Bench, raw: str = RAW, **changed: object) -> Artifact:
    """Build the population of a raw file."""
    bench.put("file", {"data": raw})
    weight = {"column": "household_weight", "value": "w"}
    parameters: dict[str, Any] = {
        "read": READ,
        "where": None,
        "entities": ENTITIES,
        "members": list(MEMBERS.items()),
        "weight": weight,
        "columns": COLUMNS,
    }
    outputs = {"household": ("household_weight",)}
    return bench.run("population", parameters | changed, artifacts={"file": "file"}, outputs=outputs)


def values(artifact: Artifact, name: str) -> Sequence[Any]:
    """Return a person column."""
    return column(artifact, "person", name).to_list()


def test_persons_come_by_household_unit_and_member(bench: Bench) -> None:
    """Rows are put in the order of ids; within one, members come in the order of the spec."""
    people = ids(build(bench), "person")
    assert people["person_id"].to_list() == [1011, 1012, 1013, 1021, 2011, 2012, 2013]
    assert people["person_household_id"].to_list() == [10, 10, 10, 10, 20, 20, 20]
    assert people["person_tax_unit_id"].to_list() == [101, 101, 101, 102, 201, 201, 201]
    assert people["person_family_id"].to_list() == people["person_household_id"].to_list()
    assert people["person_spm_unit_id"].to_list() == people["person_household_id"].to_list()


def test_a_couple_is_one_marital_unit_and_everybody_else_their_own(bench: Bench) -> None:
    """The couple has its first partner's id; a head without a spouse is alone."""
    artifact = build(bench)
    marital = ids(artifact, "person")["person_marital_unit_id"].to_list()
    assert marital == [1011, 1012, 1013, 1021, 2011, 2011, 2013]
    assert ids(artifact, "marital_unit")["marital_unit_id"].to_list() == [1011, 1012, 1013, 1021, 2011, 2013]


def test_members_have_their_values_and_the_unnamed_none(bench: Bench) -> None:
    """A member whom a column does not name has zero or false; `others` names all the rest."""
    artifact = build(bench)
    assert values(artifact, "wages") == [50.0, 0.0, 0.0, None, 100.5, 0.0, 0.0]
    assert values(artifact, "is_head") == [True, False, False, True, True, False, False]
    assert values(artifact, "role") == ["HEAD", "OTHER", "OTHER", "HEAD", "HEAD", "OTHER", "OTHER"]
    ages = values(artifact, "age")
    assert [ages[at] for at in (0, 3, 4, 5)] == [30, 70, 40, 38]
    assert all(0 <= ages[at] <= 17 for at in (1, 2, 6))


def test_a_raw_null_stays_null(bench: Bench) -> None:
    """Whatever the type: absence is not zero, false or an empty text."""
    kinds = ("DOUBLE", "BIGINT", "BOOLEAN", "VARCHAR")
    columns = [{"name": k.lower(), "entity": "person", "type": k, "members": {"head": "wage"}} for k in kinds]
    artifact = build(bench, columns=columns)
    for kind in kinds:
        series = column(artifact, "person", kind.lower())
        assert series.null_count() == 1
        assert series[3] is None
    assert values(artifact, "bigint") == [50, 0, 0, None, 100, 0, 0]


def mapped(to: dict[str, list[object]], without: list[object], of: str = "fips") -> dict[str, Any]:
    """Return a column of codes as the compiler writes it."""
    excluded = [{"codes": without, "reason": "not_answered", "note": "refused"}] if without else []
    rule = Mapped.model_validate({"map": of, "to": to, "without": excluded})
    said = {"column": of, "known": rule.known}
    return {"name": "region", "entity": "household", "type": "VARCHAR", "row": rule.text, "codes": said}


def test_codes_become_categories(bench: Bench) -> None:
    """Some have none, and then no value, as who has no code; a quote in a code is a quote."""
    artifact = build(bench, columns=[mapped({"west": [6], "east": [9]}, [36])])
    assert column(artifact, "household", "region").to_list() == [None, "west"]
    raw = RAW.replace(",b\n", ",o'b\n")
    artifact = build(bench, raw, columns=[mapped({"one": ["o'b"], "other": ["a"]}, [], of="note")])
    assert column(artifact, "household", "region").to_list() == ["other", "one"]


def test_a_code_that_nobody_gave_a_place_stops_the_run(bench: Bench) -> None:
    """A file that only a layout told of may hold others; rows that are left out do not count."""
    columns = [mapped({"west": [6]}, [9])]
    with pytest.raises(NodeFailed, match="`fips` holds the code 36, which `region` gives no place"):
        build(bench, columns=columns)
    artifact = build(bench, columns=columns, leave_out=["fips = 36"])
    assert column(artifact, "household", "region").to_list() == ["west"]


def test_groups_take_the_value_of_their_first_row(bench: Bench) -> None:
    """Household 10 has two rows; weight and state are those of the first unit."""
    artifact = build(bench)
    assert column(artifact, "household", "household_weight").to_list() == [1.5, 2.5]
    assert column(artifact, "household", "state_fips").to_list() == [36, 6]
    assert column(artifact, "tax_unit", "note").to_list() == ["a", None, "b"]
    assert ids(artifact, "tax_unit")["tax_unit_id"].to_list() == [101, 102, 201]


def test_types_are_the_declared_ones(bench: Bench) -> None:
    """Later steps and the engine rely on them."""
    artifact = build(bench)
    kinds = {name: column(artifact, "person", name).dtype for name in ("age", "wages", "is_head", "role")}
    assert kinds == {"age": pl.Int64, "wages": pl.Float64, "is_head": pl.Boolean, "role": pl.String}


def test_a_draw_does_not_depend_on_other_columns(bench: Bench) -> None:
    """Each drawn column has a stream of its own; so has each member in it."""
    more = {"name": "luck", "entity": "person", "type": "BIGINT", "members": {"others": [0, 9]}}
    plain, crowded = values(build(bench), "age"), values(build(bench, columns=[more, *COLUMNS]), "age")
    assert plain == crowded


def test_draws_reach_both_ends_of_their_range(bench: Bench) -> None:
    """The range is closed."""
    raw = RAW.splitlines()[0] + "\n1,1,40,0,400,1,6,1,a\n"
    assert set(values(build(bench, raw), "age")) == {*range(18), 40}


def test_rows_without_a_tax_unit_rule_keep_the_order_of_the_file(bench: Bench) -> None:
    """Ids may all follow another entity; ties are broken by the file."""
    entities = ENTITIES | {
        "household": {"same_as": "family"},
        "family": {"id": "hh"},
        "tax_unit": {"same_as": "person"},
    }
    people = ids(build(bench, entities=entities), "person")
    assert people["person_household_id"].to_list() == [10, 10, 10, 10, 20, 20, 20]
    assert people["person_id"].to_list() == [1021, 1011, 1012, 1013, 2011, 2012, 2013]
    assert people["person_tax_unit_id"].to_list() == people["person_id"].to_list()


def test_a_condition_leaves_rows_out(bench: Bench) -> None:
    """`where` is over raw columns."""
    artifact = build(bench, where="hh = 20")
    assert ids(artifact, "household")["household_id"].to_list() == [20]
    assert found(artifact)["rows"]["person"] == 3
    assert found(artifact)["weightSums"] == {"household_weight": 2.5}


def test_a_parquet_file_gives_the_same_population(bench: Bench) -> None:
    """The format of the file says nothing about people."""
    columns = pl.read_csv(RAW.encode()).with_columns(pl.col("wage").cast(pl.Float64))
    written = bench.folder / "raw.parquet"
    columns.write_parquet(written)
    first = build(bench)
    bench.put("parquet", {"data": written.read_bytes()})
    parameters = bench.done["step"].node.parameters
    second = bench.run("population", parameters, artifacts={"file": "parquet"})
    assert {n: second.content(n) for n in second.names} == {n: first.content(n) for n in first.names}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no rows": ({"where": "hh = 30"}, "no row of the source is left"),
    "all rows left out": ({"leave_out": ["hh > 0"]}, "no row of the source is left"),
    "nothing left out": (
        {"where": "hh = 10", "leave_out": ["unit = 1", "hh = 20"]},
        "`leave_out: hh = 20` matches no row",
    ),
    "negative count": (
        {"members": list((MEMBERS | {"child": "kids - 1"}).items())},
        "a row has -1 members `child`",
    ),
    "null count": (
        {"members": list((MEMBERS | {"child": "wage::bigint"}).items())},
        "count of `child` is missing in 1 of 3 rows",
    ),
    "nobody": (
        {
            "members": [["child", "kids"]],
            "columns": [],
            "entities": ENTITIES | {"marital_unit": {"same_as": "person"}},
        },
        "no members at all",
    ),
    "same person twice": ({"entities": ENTITIES | {"person": {"id": "hh"}}}, "the person id 10 occurs twice"),
    "id of zero": ({"entities": ENTITIES | {"household": {"id": "hh - 10"}}}, "the lowest household id is 0"),
    "null id": (
        {"entities": ENTITIES | {"family": {"id": "wage::bigint"}}},
        "the id of family is missing in 1 of 3 rows",
    ),
    "null person id": (
        {"entities": ENTITIES | {"person": {"id": "wage::bigint * 100 + member"}}},
        "id of person is missing in 1 of 7 rows",
    ),
    "spread group": (
        {"entities": ENTITIES | {"family": {"id": "unit"}}},
        "family 1 spans several households",
    ),
    "circle": ({"entities": ENTITIES | {"family": {"same_as": "spm_unit"}}}, "family -> spm_unit -> family"),
    "person like another": (
        {"entities": ENTITIES | {"person": {"same_as": "family"}}},
        "a person needs an id of its own",
    ),
    "unknown partner": (
        {"entities": ENTITIES | {"marital_unit": {"couple": ["head", "wife"]}}},
        "`couple` names `wife`",
    ),
    "null weight": (
        {"weight": {"column": "household_weight", "value": "case when hh = 20 then w end"}},
        "the design weight is missing in 1 of 2 rows",
    ),
    "negative weight": ({"weight": {"column": "household_weight", "value": "w - 2"}}, "infinite or negative"),
    "endless weight": (
        {"weight": {"column": "household_weight", "value": "'inf'::double"}},
        "infinite or negative",
    ),
    "an id as a column": (
        {"columns": [{"name": "household_id", "entity": "household", "type": "BIGINT", "row": "hh"}]},
        "`household_id` is an id",
    ),
    "members of a group": (
        {
            "columns": [
                {"name": "state", "entity": "household", "type": "BIGINT", "members": {"head": "fips"}}
            ]
        },
        "a value for each member",
    ),
    "no such column": (
        {"columns": [{"name": "x", "entity": "household", "type": "BIGINT", "row": "nowhere"}]},
        "nowhere",
    ),
}


@pytest.mark.parametrize(("changed", "said"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_population_is_refused(bench: Bench, changed: dict[str, Any], said: str) -> None:
    """The message names the culprit and its value; the place is the node and the line of the spec."""
    with pytest.raises(NodeFailed, match=said) as caught:
        build(bench, **changed)
    assert caught.value.place == "step (a.yaml:3)"
    assert caught.value.remedy
    assert bench.left() == []


def left_out_of(artifact: Artifact) -> object:
    """Return what the manifest says of rows that were left out."""
    predicate = artifact.manifest["predicate"]
    assert isinstance(predicate, dict)
    return predicate["x-specc"]["left_out"]


def test_rows_that_are_left_out_are_dropped_and_counted(bench: Bench) -> None:
    """Every rule sees all rows that `where` keeps; the notes say what each matched."""
    artifact = build(bench, leave_out=["wage is null", "unit = 2 or hh = 20"])
    assert ids(artifact, "tax_unit")["tax_unit_id"].to_list() == [101]
    assert column(artifact, "household", "household_weight").to_list() == [1.5]
    assert left_out_of(artifact) == {"wage is null": 1, "unit = 2 or hh = 20": 2}


def test_a_rule_that_is_null_leaves_no_row_out(bench: Bench) -> None:
    """What nobody knows of a row is no reason to drop it."""
    artifact = build(bench, leave_out=["wage > 100"])
    assert ids(artifact, "tax_unit")["tax_unit_id"].to_list() == [101, 102]


def test_order_of_rows_is_that_of_the_file_when_some_are_left_out(bench: Bench) -> None:
    """The rest is what the file without those rows would have given."""
    rest = "".join(line for line in RAW.splitlines(keepends=True) if not line.startswith("20"))
    assert values(build(bench, leave_out=["hh = 20"]), "wages") == values(build(bench, rest), "wages")


AGGREGATED = """hh,unit,head_age,spouse_age,kids,wage,fips,w,note
1,1,40,38,1,100,6,2,b
2,1,70,0,0,,36,1,
3,1,30,0,2,50,36,1,a
900,1,0,0,0,4000,0,10,sum
901,1,0,0,0,-60,0,3,sum
"""
SPLIT: dict[str, Any] = {
    "id": "hh",
    "weight": "w",
    "amounts": ["wage"],
    "of": [
        {"where": "hh = 900", "records": 2, "pool": "wage > 0"},
        {"where": "hh = 901", "records": 3, "pool": "kids = 0"},
    ],
}


def weighted_wages(artifact: Artifact) -> float:
    """Return the total of wages over the population."""
    weights = column(artifact, "household", "household_weight")
    of = dict(zip(ids(artifact, "household")["household_id"], weights, strict=True))
    rows = ids(artifact, "person")["person_household_id"]
    wages = [wage or 0.0 for wage in values(artifact, "wages")]
    return float(sum(of[row] * wage for row, wage in zip(rows, wages, strict=True)))


def test_rows_that_sum_up_records_become_records_with_the_same_totals(bench: Bench) -> None:
    """Ten times 4000 and three times -60 stay what they were; weights are shared, ids are new."""
    artifact = build(bench, AGGREGATED, split=SPLIT)
    assert found(artifact)["split"] == {"rows": 2, "records": 5}
    assert ids(artifact, "household")["household_id"].to_list() == [1, 2, 3, 902, 903, 904, 905, 906]
    weights = column(artifact, "household", "household_weight").to_list()
    assert weights == [2.0, 1.0, 1.0, 5.0, 5.0, 1.0, 1.0, 1.0]
    assert weighted_wages(artifact) == pytest.approx(2 * 100 + 50 + 10 * 4000 - 3 * 60)


def test_records_are_people_like_those_of_the_pool(bench: Bench) -> None:
    """Without replacement where there are enough: both earners, with wages in their proportion."""
    artifact = build(bench, AGGREGATED, split=SPLIT)
    heads = column(artifact, "person", "is_head")
    households = ids(artifact, "person")["person_household_id"].filter(heads)
    wages = column(artifact, "person", "wages").filter(heads)
    earned = [wage for household, wage in zip(households, wages, strict=True) if household > 901]
    assert sorted(earned[:2]) == [pytest.approx(4000 * 2 / 3), pytest.approx(4000 * 4 / 3)]
    assert earned[2:] == [-60.0] * 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"where": "hh = 77"}, "`split: hh = 77` matches no row"),
        ({"pool": "wage > 1e9"}, "no ordinary row with a weight meets"),
        ({"where": "hh >= 900"}, "the row 901 is split by two rules"),
    ],
)
def test_what_cannot_be_split_is_refused(bench: Bench, changed: dict[str, Any], said: str) -> None:
    """A rule of nothing, records like nobody, a row of two rules."""
    parts = [SPLIT["of"][0] | changed, SPLIT["of"][1]]
    with pytest.raises(NodeFailed, match=said.replace("(", r"\(")):
        build(bench, AGGREGATED, split=SPLIT | {"of": parts})
