"""Findings for continuous integration: GitHub's annotations and step summary, and SARIF."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli_desk import BUNDLES

from compiler.diagnostics import Diagnostic, DiagnosticRecord, Edit, Fix, Related, Severity, Span
from specc.render.github import step_summary, workflow_commands
from specc.render.sarif import sarif

if TYPE_CHECKING:
    import pytest
    from cli_desk import Desk

_PLACE = Span("specs/a b.yaml", 3, 4, 3, 9)


def _records(errors: int, warnings: int) -> list[DiagnosticRecord]:
    """Return warnings, which come first in the file, then errors."""
    found = [
        Diagnostic("SPC507", f"w{n}", Span("a.yaml", n + 1), None, Severity.WARNING) for n in range(warnings)
    ]
    found += [Diagnostic("SPC202", f"e{n}", Span("b.yaml", n + 1)) for n in range(errors)]
    return [each.record() for each in found]


def test_annotations_are_worst_first_and_end_with_the_true_count() -> None:
    """GitHub drops what comes after the tenth of a kind, so that errors must not wait behind warnings."""
    lines = workflow_commands(_records(12, 3)).splitlines()
    assert [line.split()[0] for line in lines[:15]] == ["::error"] * 12 + ["::warning"] * 3
    assert lines[15:] == [
        "12 errors and 3 warnings; GitHub shows the first 10 of a kind as annotations",
    ]
    assert workflow_commands(_records(10, 10)).splitlines()[-1] == "10 errors and 10 warnings"
    assert workflow_commands([]) == "no findings"


def test_the_step_summary_begins_with_the_true_count_and_has_a_table_a_file() -> None:
    """Files with errors first; what is left out of a long page is counted."""
    page = step_summary(_records(12, 3))
    assert page.startswith("### specc lint: 12 errors and 3 warnings\n")
    assert page.index("<code>b.yaml</code>") < page.index("<code>a.yaml</code>")
    assert "| 12:1 | error | SPC202 | <code>e11</code> |" in page
    long = step_summary(_records(1, 5000))
    assert len(long.encode()) < 1024**2
    assert "<code>e0</code>" in long
    assert long.endswith("and 4,801 more findings; `specc lint` shows all")


def test_a_step_summary_holds_no_markup_of_a_spec() -> None:
    """Neither a table row nor HTML gets in through a message."""
    hostile = Diagnostic("SPC202", "a | b\n<img src=x> `c` [d](e)", _PLACE, "f|g").record()
    row = step_summary([hostile]).splitlines()[-1]
    assert row.count("|") == 6
    assert "<img" not in row
    assert "](" not in row


def test_the_step_summary_is_appended_where_a_workflow_asks_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only by the format for GitHub, after what other steps' commands wrote."""
    page = desk.folder / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    desk.specc("lint", "tiny")
    assert page.read_text() == "before\n"
    assert desk.specc("lint", "tiny", "--format", "github").code == 1
    assert page.read_text().startswith("before\n### specc lint: 1 error\n")
    assert "| error | SPC201 |" in page.read_text()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(desk.folder))
    ended = desk.specc("lint", "tiny", "--format", "github")
    assert (ended.code, "cannot be written" in ended.err) == (3, True)


def test_a_code_links_to_its_page_where_the_repository_has_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that leads nowhere is worse than none."""
    for name, value in {"SERVER_URL": "https://h", "REPOSITORY": "o/r", "SHA": "c0ffee"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    record = Diagnostic("SPC202", "m", _PLACE).record()
    assert "| SPC202 |" in step_summary([record])
    (desk.folder / "docs").mkdir()
    (desk.folder / "docs/rules.md").touch()
    link = "[SPC202](https://h/o/r/blob/c0ffee/docs/rules.md#spc202-unknown-variable)"
    assert link in step_summary([record])
    page = (Path(__file__).parents[2] / "docs/rules.md").read_text(encoding="utf-8")
    assert "## SPC202 unknown-variable\n" in page


def _log(*found: Diagnostic) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(sarif([each.record() for each in found]))
    return log


def _is_sarif(log: dict[str, Any]) -> None:
    """Check what SARIF 2.1.0 requires of the properties that are written."""
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    driver = run["tool"]["driver"]
    assert isinstance(driver["name"], str)
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
    for result in run["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            place = location["physicalLocation"]
            assert " " not in place["artifactLocation"]["uri"]
            region = place["region"]
            assert min(region.values()) >= 1
            start = (region["startLine"], region["startColumn"])
            assert start <= (region.get("endLine", start[0]), region.get("endColumn", start[1]))


def test_sarif_has_rules_exact_regions_and_related_places() -> None:
    """Each rule once, with its page; both places of a finding; columns in characters."""
    related = (Related(Span("specs/b.yaml", 7, 8, 7, 9), "first here"),)
    log = _log(
        Diagnostic("SPC404", "twice", _PLACE, "rename one", Severity.ERROR, related),
        Diagnostic("SPC507", "unused", Span("specs/a b.yaml", 9, 1, 9, 5), None, Severity.WARNING),
        Diagnostic("SPC404", "again", _PLACE),
    )
    _is_sarif(log)
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["SPC404", "SPC507"]
    first, second, _ = run["results"]
    assert first["message"]["text"] == "twice\nrename one"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "specs/a%20b.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 4, "endLine": 3, "endColumn": 9}
    (other,) = first["relatedLocations"]
    assert other["message"]["text"] == "first here"
    assert other["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 8}
    assert (second["level"], "relatedLocations" in second) == ("warning", False)


def test_sarif_of_a_bundle_is_what_json_says(desk: Desk) -> None:
    """The same findings at the same places, and exit code 1; a clean bundle has a run without results."""
    clean = json.loads(desk.specc("lint", "tiny", "--format", "sarif").out)
    _is_sarif(clean)
    assert clean["runs"][0]["results"] == []
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    records = json.loads(desk.specc("lint", desk.bundle, "--format", "json").out)
    ended = desk.specc("lint", desk.bundle, "--format", "sarif")
    _is_sarif(json.loads(ended.out))
    (result,) = json.loads(ended.out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert ended.code == 1
    assert place["artifactLocation"]["uri"] == "tiny/bundle.yaml"
    assert place["region"]["startColumn"] == records[0]["column"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert fix["description"]["text"] == records[0]["fix"]["title"]
    assert change["artifactLocation"]["uri"] == "tiny/bundle.yaml"
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"]["text"] == "to_2023"
    assert replacement["deletedRegion"]["endColumn"] - replacement["deletedRegion"]["startColumn"] == 7


def test_sarif_has_one_change_a_file_of_a_fix() -> None:
    """Edits of a file stand together, whatever lies between them; a fix that is none is left out."""
    files = ("a b.yaml", "c.yaml", "a b.yaml")
    edits = tuple(Edit(Span(file, n + 1, 2, n + 1, 4), f"new{n}") for n, file in enumerate(files))
    log = _log(
        Diagnostic("SPC507", "unused", _PLACE, fix=Fix("write `[x](y)`", edits)),
        Diagnostic("SPC507", "unused too", _PLACE),
    )
    first, second = log["runs"][0]["results"]
    (fix,) = first["fixes"]
    changes = {
        change["artifactLocation"]["uri"]: [
            each["insertedContent"]["text"] for each in change["replacements"]
        ]
        for change in fix["artifactChanges"]
    }
    assert changes == {"a%20b.yaml": ["new0", "new2"], "c.yaml": ["new1"]}
    region = fix["artifactChanges"][1]["replacements"][0]["deletedRegion"]
    assert region == {"startLine": 2, "startColumn": 2, "endLine": 2, "endColumn": 4}
    assert "](" not in fix["description"]["text"]
    assert "fixes" not in second


def test_sarif_names_a_file_elsewhere_and_makes_no_links(desk: Desk) -> None:
    """An absolute path is a URI; what a spec says never becomes a link of the viewer's."""
    assert desk.folder.is_dir()
    log = _log(Diagnostic("SPC201", "`[x](https://evil)`", Span("/else where/a.yaml")))
    (result,) = log["runs"][0]["results"]
    assert (
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "file:///else%20where/a.yaml"
    )
    assert "](" not in result["message"]["text"]


def test_other_formats_load_neither_rules_nor_sarif() -> None:
    """Lint for people stays as fast as it is."""
    code = (
        "import sys; from specc.cli import main; main(['lint', sys.argv[1]]);"
        "lazy = ('specc.render.sarif', 'specc.render.github', 'compiler.rules');"
        "print(*[m for m in sys.modules if m in lazy])"
    )
    command = [sys.executable, "-c", code, str(BUNDLES / "tiny")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "no findings\n\n"
