"""The schemas of manifests: committed, and held against what runs write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from specc.manifest_schema import manifest_schema_text, node_schema, run_schema

if TYPE_CHECKING:
    from cli_desk import Desk

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


@pytest.mark.parametrize(("name", "of_run"), [("manifest", False), ("run", True)])
def test_the_committed_schemas_are_those_of_manifests(name: str, of_run: bool) -> None:  # noqa: FBT001
    """Whoever changes a manifest renews the file."""
    renew = f"a manifest changed: run `specc schema --of {name} --out schemas/{name}.schema.json`"
    assert (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") == manifest_schema_text(
        of_run=of_run
    ), renew


def test_every_sidecar_of_a_run_is_what_the_schemas_say(desk: Desk) -> None:
    """Those beside published files, those of nodes, and that of the run."""
    desk.specc("run", "tiny", "--out", "out")
    sidecars = [name for name in desk.files("out") if name.endswith(".manifest.json")]
    assert len(sidecars) > 15
    for name in sidecars:
        schema = run_schema() if name == "run.manifest.json" else node_schema()
        found = Draft202012Validator(schema).iter_errors(desk.json(f"out/{name}"))
        assert [f"{name}: {error.message}" for error in found] == []


def test_the_manifest_of_a_run_says_in_which_order_donors_gave(cloned: Desk) -> None:
    """P41, P42: beside the bundle's name; those of clones apart."""
    cloned.specc("run", "tiny", "--out", "out")
    definition = cloned.json("out/run.manifest.json")["predicate"]["buildDefinition"]
    assert definition["externalParameters"]["donor_source_order"] == ["givers"]
    assert definition["externalParameters"]["clone_source_order"] == ["givers"]


def test_the_schemas_are_closed(desk: Desk) -> None:
    """A field that nobody described is refused."""
    desk.specc("run", "tiny", "--out", "out")
    manifest = desk.json("out/nodes/uprate.to_2023.manifest.json")
    manifest["predicate"]["buildDefinition"]["hostname"] = "mine"
    (error,) = Draft202012Validator(node_schema()).iter_errors(manifest)
    assert "hostname" in error.message


def test_the_command_prints_them(desk: Desk) -> None:
    """`specc schema --of run`; a page there is of the language alone."""
    assert json.loads(desk.specc("schema", "--of", "run").out) == run_schema()
    assert json.loads(desk.specc("schema", "--of", "manifest").out) == node_schema()
    assert desk.specc("schema", "--of", "run", "--format", "markdown").code == 3
