"""`specc schema`: the language for editors, and the committed file that must not fall behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.model.recipe import KINDS, SINGLE
from specc.language import schema, schema_text
from specc.render.language import language_markdown

if TYPE_CHECKING:
    from cli_desk import Desk

COMMITTED = Path(__file__).resolve().parents[2] / "schemas" / "spec.schema.json"


def _references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(child) for child in value.values()))
    return set().union(*(_references(child) for child in value)) if isinstance(value, list) else set()


def _source(branch: int) -> dict[str, Any]:
    entry = schema()["properties"]["sources"]["additionalProperties"]["anyOf"][branch]
    definition: dict[str, Any] = schema()["$defs"][entry["$ref"].removeprefix("#/$defs/")]
    return definition


def test_the_committed_schema_is_the_language() -> None:
    """Editors read the committed file, so it must be made anew when the models change."""
    renew = "the language changed: run `specc schema --out schemas/spec.schema.json` and commit the file"
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), renew


def test_a_spec_file_is_any_of_the_kinds_and_nothing_else() -> None:
    """Every kind is optional, a kind that is not there is refused, each says what it is for."""
    document = schema()
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["additionalProperties"] is False
    assert set(document["properties"]) == {*SINGLE, *KINDS}
    assert all(entry["description"] for entry in document["properties"].values())
    assert "required" not in document


def test_every_reference_leads_somewhere() -> None:
    """No `$ref` of the document dangles."""
    definitions = {f"#/$defs/{name}" for name in schema()["$defs"]}
    assert _references(schema()) <= definitions


def test_a_source_is_written_out_or_like_another() -> None:
    """In full it has its required keys; with `like` it needs nothing else, at no depth."""
    whole, like = _source(0), _source(1)
    assert "like" not in whole["properties"]
    assert {"title", "licence"} <= set(whole["required"])
    assert like["required"] == ["like"]
    assert set(like["properties"]) == {"like", *whole["properties"]}
    assert "required" not in schema()["$defs"]["PartialPopulation"]
    assert like["additionalProperties"] is False


def test_unknown_keys_are_refused_everywhere() -> None:
    """What the models refuse, the editor marks."""
    objects = {name: entry for name, entry in schema()["$defs"].items() if "properties" in entry}
    assert [name for name, entry in objects.items() if entry.get("additionalProperties") is not False] == []


def test_the_command_prints_or_writes_the_schema(desk: Desk) -> None:
    """The same bytes either way."""
    printed = desk.specc("schema").out
    assert desk.specc("schema", "--out", "schema.json").code == 0
    assert (desk.folder / "schema.json").read_text() == printed == schema_text()
    assert json.loads(printed) == schema()


def test_the_command_writes_the_reference_too(desk: Desk) -> None:
    """The same language, as a page for people."""
    assert desk.specc("schema", "--format", "markdown", "--out", "language.md").code == 0
    assert (desk.folder / "language.md").read_text() == language_markdown(schema())
