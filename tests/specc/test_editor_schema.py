"""What an editor makes of the schema: completion, hover, marks under what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from compiler.catalog.engine import engine_catalog
from compiler.model.base import FORMS, NAME
from compiler.model.words import meanings, shared
from compiler.syntax.document import plain
from compiler.syntax.reader import read_text
from specc.language import schema
from specc.pleasant import pleasant

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = schema()
MARKS = Draft202012Validator(SCHEMA)
FILES = sorted(
    path
    for folder in (
        "specs/us_open",
        "tests/compiler/cases/base",
        "tests/specc/bundles",
        "tests/runtime",
        "docs",
        "compiler",
    )
    for path in (ROOT / folder).rglob("*.yaml")
)
BASE = ROOT / "tests" / "compiler" / "cases" / "base"


def _values(path: Path) -> Any:  # noqa: ANN401 - any YAML
    root = read_text(path.read_text(encoding="utf-8"), path.name).root
    return plain(root) if root else {}


def _marks(values: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in MARKS.iter_errors(values)]


def _schemas(value: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema of the document with its place; what stands in examples and defaults is none."""
    if isinstance(value, dict):
        yield path, value
        for key, child in value.items():
            if key not in {"examples", "default", "enum", "const"}:
                yield from _schemas(child, f"{path}/{key}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _schemas(child, f"{path}/{number}")


def _properties() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{name}.{key}", entry)
        for name, definition in SCHEMA["$defs"].items()
        for key, entry in definition.get("properties", {}).items()
    ]


def test_the_schema_is_one() -> None:
    """The metaschema of its dialect has nothing to object to."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_committed_spec_is_free_of_marks(path: Path) -> None:
    """What compiles is not marked."""
    assert _marks(_values(path)) == []


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [
        ("sources", "donors", "locater"),
        ("sources", "survey", "perod"),
        ("variables", "unit_wages", "entty"),
        ("imputations", "detail", "predictor"),
        ("targets", "returns", "domian"),
        ("calibrations", "national", "methods"),
    ],
)
def test_an_unknown_key_is_marked(kind: str, name: str, key: str) -> None:
    """In every kind, and in a source that is like another too."""
    values: dict[str, Any] = {}
    for path in BASE.glob("*.yaml"):
        values |= {name: entry} if (entry := _values(path).get(kind, {}).get(name)) else {}
    assert _marks({kind: values}) == []
    values[name] = {**values[name], key: 1}
    assert _marks({kind: values}) != []


@pytest.mark.parametrize(
    "values",
    [
        {"bundles": {}},
        {"surfaces": {"list": {"include": ["not a name"]}}},
        {"surfaces": {"list": {"include": ["rent"], "exclude": {"a b": {"reason": "formula_owned"}}}}},
        {"surfaces": {"list": {"include": ["rent"], "exclude": {"a": {"reason": "because"}}}}},
        {"bundle": {"name": "x"}},
        {"variables": {"a": {"entity": "persons", "type": "float"}}},
    ],
)
def test_what_lint_refuses_for_its_shape_is_marked(values: dict[str, Any]) -> None:
    """Kinds, names, keys of mappings, closed lists, what is required."""
    assert _marks(values) != []


def test_variables_of_our_own_and_of_a_newer_engine_are_not_marked() -> None:
    """The engine's inputs are offered; any other name is as good to an editor."""
    assert _marks({"surfaces": {"list": {"include": ["age", "a_variable_of_next_year"]}}}) == []


def test_the_inputs_of_the_engine_complete() -> None:
    """Once, in a definition that all places refer to; what the engine computes is no input."""
    offered = SCHEMA["$defs"]["VariableName"]["anyOf"][0]["enum"]
    catalog = engine_catalog("policyengine_us")
    known = [variable for variable in map(catalog.get, offered) if variable is not None]
    assert len(known) == len(offered) > 1000
    assert not any(variable.computed for variable in known)
    assert [path for path, each in _schemas(SCHEMA) if len(each.get("enum", ())) > 100] == [
        "/$defs/VariableName/anyOf/0"
    ]


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ("Surface", "include/anyOf/1/items"),
        ("Surface", "exclude/propertyNames"),
        ("Exclusion", "instead/anyOf/0"),
        ("Population", "columns/propertyNames"),
        ("Drop", "variables/items"),
        ("Imputation", "predictors/items"),
        ("Block", "targets/items"),
        ("Uprating", "by/additionalProperties/items"),
        ("Uprating", "unchanged/propertyNames"),
        ("Target", "match/propertyNames"),
        ("Population", "per/propertyNames"),
        ("Top", "by"),
        ("Sum", "total"),
        ("Sum", "parts/items"),
        ("Bounds", "of/items"),
        ("Part", "part"),
        ("Part", "whole"),
        ("Zero", "zero/items"),
        ("Export", "require/anyOf/0/items"),
        ("Export", "prohibit/anyOf/0/items"),
        ("Moved", "variables/additionalProperties"),
    ],
)
def test_variables_complete_where_a_variable_is_meant(definition: str, path: str) -> None:
    """In lists, as values and as keys."""
    place = SCHEMA["$defs"][definition]["properties"]
    for step in path.split("/"):
        place = place[int(step) if isinstance(place, list) else step]
    assert place["$ref"] == "#/$defs/VariableName"


def test_every_key_says_what_it_is_for() -> None:
    """Hover is never empty: put a `description` on the field, another one than its model's docstring."""
    assert [name for name, entry in _properties() if not entry.get("description")] == []


def test_every_definition_says_what_it_is() -> None:
    """The docstring of a model, the description of a shared form."""
    assert [name for name, entry in SCHEMA["$defs"].items() if not entry.get("description")] == []


def test_every_word_of_a_closed_list_of_reasons_is_explained() -> None:
    """Each value has its sentence, under the names that editors read."""
    explained = [each for _, each in _schemas(SCHEMA) if "enumDescriptions" in each]
    assert {"formula_owned", "holdout", "tax_unit", "empty", "clone"} <= {
        word for each in explained for word in each["enum"]
    }
    for each in explained:
        assert len(each["enum"]) == len(each["enumDescriptions"])
        assert each["markdownEnumDescriptions"] == each["enumDescriptions"]
        assert all(said.endswith(".") for said in each["enumDescriptions"])


def test_every_closed_list_is_explained() -> None:
    """Each word says what it claims or does: use `meanings`. Variables are explained by the engine."""
    lists = [(path, each) for path, each in _schemas(SCHEMA) if len(each.get("enum", ())) > 1]
    assert [path for path, each in lists if "enumDescriptions" not in each] == ["/$defs/VariableName/anyOf/0"]


def test_a_meaning_of_a_word_that_is_gone_is_refused() -> None:
    """Whoever renames a word of a list renames what is said of it."""
    with pytest.raises(ValueError, match="does not have: holdouts"):
        pleasant({"enum": ["train"], **meanings(train="Trained on.", holdouts="Not.")}, {})


def test_a_field_that_narrows_a_form_keeps_its_own() -> None:
    """One definition a form; what a field adds to it is not lost in it."""
    forms: dict[str, Any] = {}
    wide = {"type": "string", **shared("Word", "A word.")}
    assert pleasant({**wide, "description": "Of a key."}, forms) == {
        "$ref": "#/$defs/Word",
        "description": "Of a key.",
    }
    assert pleasant({**wide, "maxLength": 5}, forms) == {"type": "string", "maxLength": 5}
    assert forms == {"Word": {"title": "Word", "description": "A word.", "type": "string"}}


def test_every_example_and_default_is_what_its_key_takes() -> None:
    """What an editor offers must not be marked once it is taken."""
    for name, entry in _properties():
        offered = [*entry.get("examples", ()), *([entry["default"]] if "default" in entry else [])]
        validator = MARKS.evolve(schema={**entry, "$defs": SCHEMA["$defs"]})
        assert [value for value in offered if not validator.is_valid(value)] == [], name


def test_nothing_of_the_workshop_is_left_in_the_schema() -> None:
    """No notes to ourselves, no null that an editor would offer as a value, no second way to say keys."""
    for path, each in _schemas(SCHEMA):
        odd = {key for key in each if key.startswith("x-")} | ({"patternProperties"} & each.keys())
        assert not odd, path
        assert each.get("type") != "null", path


def test_the_pattern_of_a_name_is_said_in_words() -> None:
    """A pattern says nothing to a person; the definition of a name does."""
    assert FORMS[NAME].partition(": ")[2] in SCHEMA["$defs"]["Name"]["description"]
