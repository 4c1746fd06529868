"""`specc run --openlineage`: a run as events that a lineage service reads."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from runtime.operations import OPERATIONS

if TYPE_CHECKING:
    import pytest
    from cli_desk import Desk

    from runtime.task import Task


def _events(desk: Desk) -> list[dict[str, Any]]:
    text = (desk.folder / "events.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


WORDS = ("run", "tiny", "--out", "out", "--quiet", "--openlineage", "events.ndjson")
FIELDS = {"eventType", "eventTime", "producer", "schemaURL", "run", "job", "inputs", "outputs"}


def _run(desk: Desk) -> list[dict[str, Any]]:
    assert desk.specc(*WORDS).code == 0
    return _events(desk)


def test_every_step_that_is_built_starts_and_completes_within_the_run(desk: Desk) -> None:
    """In the order in which it happened, each with the run as its parent."""
    events = _run(desk)
    assert (events[0]["eventType"], events[0]["job"]["name"]) == ("START", "tiny")
    assert (events[-1]["eventType"], events[-1]["job"]["name"]) == ("COMPLETE", "tiny")
    assert [event["eventTime"] for event in events] == sorted(event["eventTime"] for event in events)
    of_step = [event for event in events if event["job"]["name"] == "tiny.uprate.to_2023"]
    assert [event["eventType"] for event in of_step] == ["START", "COMPLETE"]
    parents = {e["run"]["facets"]["parent"]["run"]["runId"] for e in events if "parent" in e["run"]["facets"]}
    assert parents == {events[0]["run"]["runId"]}
    assert len(events) == 2 + 2 * 10


def test_events_have_the_shape_that_the_standard_asks_for(desk: Desk) -> None:
    """Every field of a run event; ids are UUIDs; every facet says who made it and its schema."""
    for event in _run(desk):
        assert set(event) == FIELDS
        uuid.UUID(event["run"]["runId"])
        facets = [*event["run"]["facets"].values()]
        facets += [facet for data in event["outputs"] for facet in data["facets"].values()]
        assert all({"_producer", "_schemaURL"} <= set(facet) for facet in facets)


def test_a_completed_step_says_schema_lineage_and_checks(desk: Desk) -> None:
    """As its manifest does, under the names of the datasets that other steps read."""
    events = _run(desk)
    done = {event["job"]["name"]: event for event in events if event["eventType"] == "COMPLETE"}
    (output,) = done["tiny.uprate.to_2023"]["outputs"]
    assert output["name"] == "uprate.to_2023/person"
    fields = output["facets"]["columnLineage"]["fields"]["employment_income_before_lsr"]["inputFields"]
    assert ("source.people/person", "employment_income_before_lsr") in {
        (f["name"], f["field"]) for f in fields
    }
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 80
    (report,) = done["tiny.validate.totals"]["outputs"]
    checks = report["facets"]["dataQualityAssertions"]["assertions"]
    assert {check["assertion"]: check["success"] for check in checks} == {
        "aggregate far_off": False,
        "aggregate wages": True,
    }
    read = {data["name"] for data in done["tiny.validate.totals"]["inputs"]}
    assert read == {"calibrate.by_age/household", "uprate.to_2023/person"}


def test_a_step_that_was_found_only_completes(desk: Desk) -> None:
    """Nothing started: it was there."""
    _run(desk)
    events = [event for event in _run(desk) if event["job"]["name"] != "tiny"]
    assert {event["eventType"] for event in events} == {"COMPLETE"}
    assert {event["run"]["facets"]["specc_action"]["action"] for event in events} == {"reused"}


def test_a_run_that_fails_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done before is told, and how it ended."""

    def broken(_: Task) -> None:
        raise ValueError("no luck")

    monkeypatch.setitem(OPERATIONS, ("export", 1), broken)
    assert desk.specc(*WORDS, "--in-process").code == 4
    last = _events(desk)[-1]
    assert last["eventType"] == "FAIL"
    assert "no luck" in last["run"]["facets"]["errorMessage"]["message"]
    assert any(event["job"]["name"] == "tiny.uprate.to_2023" for event in _events(desk))
