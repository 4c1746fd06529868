"""What we say of the types of expressions, held against DuckDB itself: the table beside this file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from compiler.expressions import Value, infer, parse
from compiler.expressions.allowed import AGGREGATES, SCALAR_FUNCTIONS, WINDOWS
from compiler.expressions.signatures import AGGREGATES as TYPED_AGGREGATES
from compiler.expressions.signatures import CHOICES, FUNCTIONS
from compiler.expressions.values import type_of_sql

LINES = (Path(__file__).parent / "expression_types.txt").read_text(encoding="utf-8").splitlines()
COLUMNS = {
    "i": Value("int"), "f": Value("float"), "b": Value("bool"), "s": Value("str"), "d": Value("date"),
    "ni": Value("int", nullable=True), "nf": Value("float", nullable=True),
    "nb": Value("bool", nullable=True), "ns": Value("str", nullable=True),
    "usd": Value("float", unit="currency-USD"),
    "years": Value("float", unit="year"), "status": Value("str", values=("A", "B")),
}  # fmt: skip
# Zeros, negative numbers and nulls in every combination that an expression of the table could trip over.
ROWS = """
    SELECT i::BIGINT AS i, f::DOUBLE AS f, b::BOOLEAN AS b, s::VARCHAR AS s, DATE '2020-01-02' AS d,
        ni::BIGINT AS ni, ni::DOUBLE AS nf, (ni > 0) AS nb, ni::VARCHAR AS ns, f::DOUBLE AS usd,
        f::DOUBLE AS years, 'A' AS status, 1 AS person, i AS household_id, i AS family_id, i AS tax_unit_id,
        i AS spm_unit_id, i AS marital_unit_id
    FROM (VALUES (0), (3), (-2)) AS _(i), (VALUES (0.0), (1.5), (-4.0)) AS __(f),
        (VALUES (true), (false)) AS ___(b),
        (VALUES ('x'), ('')) AS ____(s), (VALUES (NULL), (0), (7)) AS _____(ni)
"""
GROUPS = ", ".join(f'{name} AS (PARTITION BY "{name}_id")' for name in WINDOWS)


def _cases(sign: str) -> list[tuple[str, str]]:
    found = [line[1:].rpartition("=>") for line in LINES if line.startswith(sign)]
    return [(text.strip(), expected.strip()) for text, _, expected in found]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    """Give a database with the rows."""
    connected = duckdb.connect(":memory:", config={"threads": "1"})
    connected.execute(f"CREATE TABLE frame AS {ROWS}")
    return connected


def _computed(database: duckdb.DuckDBPyConnection, text: str) -> tuple[str, bool]:
    """Return the type that DuckDB gives an expression, and whether some row of it is null."""
    query = f"SELECT ({text}) AS v FROM frame WINDOW {GROUPS}"  # noqa: S608
    kind = str(database.sql(query).types[0])
    found = database.execute(f"SELECT bool_or(v IS NULL) FROM ({query})").fetchone()  # noqa: S608
    assert found is not None
    return kind.strip('"'), bool(found[0])


@pytest.mark.parametrize(("text", "expected"), _cases("+"))
def test_expression_has_the_type_that_duckdb_gives_it(
    text: str, expected: str, database: duckdb.DuckDBPyConnection
) -> None:
    """Type, nulls and unit are as the table says; and DuckDB binds it so, and finds no null that we deny."""
    typed = infer(parse(text), COLUMNS)
    assert typed.problems == ()
    said = [typed.value.type, "null" if typed.value.nullable else "", typed.value.unit or ""]
    assert " ".join(filter(None, said)) == expected
    kind, has_nulls = _computed(database, text)
    assert kind == "NULL" or type_of_sql(kind) == typed.value.type
    assert typed.value.nullable or not has_nulls


@pytest.mark.parametrize(("text", "message"), _cases("-"))
def test_expression_that_we_refuse_duckdb_refuses_too(
    text: str, message: str, database: duckdb.DuckDBPyConnection
) -> None:
    """One problem, at its operand, with a remedy; DuckDB's binder does not take it either."""
    _has_one_problem(text, message)
    with pytest.raises(duckdb.BinderException):
        _computed(database, text)


@pytest.mark.parametrize(("text", "message"), _cases("~"))
def test_expression_that_duckdb_would_convert_in_silence_is_refused(
    text: str, message: str, database: duckdb.DuckDBPyConnection
) -> None:
    """DuckDB binds it, so that only we say that something is compared with, or taken for, something else."""
    _has_one_problem(text, message)
    database.sql(f"SELECT ({text}) AS v FROM frame WINDOW {GROUPS}")  # noqa: S608


def _has_one_problem(text: str, message: str) -> None:
    problems = infer(parse(text), COLUMNS).problems
    assert len(problems) == 1
    assert problems[0].code == "SPC305"
    assert problems[0].message.startswith(message)
    assert problems[0].remedy
    assert 0 <= problems[0].offset < len(text)


def test_every_function_of_the_language_has_a_type() -> None:
    """A function that is added to the language cannot be forgotten here."""
    assert set(FUNCTIONS) | CHOICES == SCALAR_FUNCTIONS
    assert set(TYPED_AGGREGATES) == AGGREGATES


@pytest.mark.parametrize("name", sorted(SCALAR_FUNCTIONS | AGGREGATES | {"coalesce"}))
def test_every_function_of_the_language_is_in_the_table(name: str) -> None:
    """Each is tried with arguments that are right, and with wrong ones where there are any."""
    written = {"~~": " like ", "!~~": " not like ", "like_escape": "escape", "count_star": "count(*)"}.get(
        name, name
    )
    right = [text for text, _ in _cases("+")]
    wrong = [text for text, _ in (*_cases("-"), *_cases("~"))]
    assert any(written in text for text in right)
    takes_all = {"||", "concat", "count", "count_star", "min", "max", "like_escape"}
    assert name in takes_all or any(written in text for text in wrong)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("usd + years", 6), ("usd - count(*) over tax_unit", 6), ("usd > years", 6),
        ("greatest(usd, years)", 14),
        ("usd between 0 and years", 18), ("sum(usd) over tax_unit + sum(b) over tax_unit", 25),
        ("usd + (i > 0)::int", 13),
    ],
)  # fmt: skip
def test_money_is_neither_added_to_nor_compared_with_anything_else(text: str, place: int) -> None:
    """Both units are named, and the place is that of the second."""
    (problem,) = infer(parse(text), COLUMNS).problems
    assert (problem.code, problem.offset) == ("SPC307", place)
    assert "currency-USD and" in problem.message


@pytest.mark.parametrize(
    "text",
    ["usd + f", "usd > 0", "usd / years > years", "years + i", "case when b then usd else years end > 1"],
)
def test_nothing_is_said_of_units_that_are_not_known_for_certain(text: str) -> None:
    """Constants fit any unit; products, quotients and columns of a file have none that we know."""
    assert infer(parse(text), COLUMNS).problems == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("status = 'C'", 9), ("'C' <> status", 0), ("status in ('A', 'C')", 16),
        ("b and not (status = 'C')", 20),
        ("case status when 'C' then 1 else 0 end", 17), ("coalesce(status, 'A') = 'C' or status = 'D'", 40),
        ("count(*) filter (where status = 'C') over tax_unit", 32),
    ],
)  # fmt: skip
def test_enum_is_compared_with_values_it_has(text: str, place: int) -> None:
    """A text that is none of its values is found wherever the comparison stands."""
    (problem,) = infer(parse(text), COLUMNS).problems
    assert (problem.code, problem.offset) == ("SPC206", place)


def test_columns_of_no_known_type_are_taken_for_anything() -> None:
    """What nobody knows is nobody's mistake."""
    for text in (
        "abs(x)",
        "x + 1",
        "x = 'a' and x > 1",
        "case when x then x else 1 end",
        "sum(x) over tax_unit",
    ):
        assert infer(parse(text), {}).problems == ()


def test_one_mistake_gives_one_problem() -> None:
    """What follows from a mistyped operand is not said again."""
    assert len(infer(parse("not (abs(s) + 1 > lower(i)) and abs(s) || 1 = 'x'"), COLUMNS).problems) == 3


@pytest.mark.parametrize("deep", ["coalesce(" * 300 + "i" + ", 0)" * 300, "not " * 330 + "b"])
def test_expression_too_deep_to_be_typed_is_a_finding(deep: str) -> None:
    """What the parser just takes, and the walk over its types does not, is said and not raised."""
    assert {problem.code for problem in infer(parse(deep), COLUMNS).problems} <= {"SPC301"}


def test_twice_the_same_question_is_answered_once() -> None:
    """The same text over the same columns is not walked again, whatever else the frame holds."""
    parsed = parse("greatest(i, 0) + 1")
    assert infer(parsed, COLUMNS) is infer(parsed, {"i": Value("int"), "other": Value("str")})
