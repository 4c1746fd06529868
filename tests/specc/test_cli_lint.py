"""`specc lint`: findings for people, machines and pull requests, and what it never loads."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from cli_desk import BUNDLES

from compiler.diagnostics import Diagnostic, Related, Severity, Span
from specc.render.findings import clean, findings_text, underline
from specc.render.github import annotation, escape_message, escape_property

if TYPE_CHECKING:
    from pathlib import Path

    from cli_desk import Desk

FIELDS = {
    "code", "severity", "message", "file", "line", "column", "end_line", "end_column", "help", "related",
    "fix",
}  # fmt: skip
HEAVY = ("polars", "numpy", "torch", "policyengine_us", "policyengine_core", "pyarrow", "rich", "runtime")


def test_a_clean_bundle_says_so_and_ends_with_0(desk: Desk) -> None:
    """Silence is no answer: "no findings" is a sentence."""
    ended = desk.specc("lint", "tiny")
    assert (ended.code, ended.out) == (0, "no findings\n")


def test_a_mistake_is_shown_at_its_place_with_its_remedy(desk: Desk) -> None:
    """Code, message, place, the line itself, a caret under the value, and help."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    ended = desk.specc("lint", "tiny")
    assert ended.code == 1
    lines = ended.out.splitlines()
    head = next(n for n, line in enumerate(lines) if line == "error[SPC201]: `upratings` has no `to_2032`")
    place, _, source, carets, help_ = lines[head + 1 : head + 6]
    assert place.strip().startswith("--> tiny/bundle.yaml:")
    assert source[carets.index("^") : carets.rindex("^") + 1] == "to_2032"
    assert help_.strip() == "= help: did you mean `to_2023`?"
    assert lines[-2].startswith("1 error")
    assert lines[-1] == "what it means: specc explain SPC201"


def test_what_stops_a_build_is_explained_before_what_does_not() -> None:
    """The closing hint names the first error, though a warning stands before it; else the first warning."""
    warnings = [Diagnostic(code, "m", Span("a.yaml", 1), severity=Severity.WARNING) for code in ("W1", "W2")]
    errors = [Diagnostic(code, "m", Span("b.yaml", 1)) for code in ("E1", "E2")]
    said = findings_text([each.record() for each in (*warnings, *errors)])
    assert said.splitlines()[-1] == "what it means: specc explain E1"
    said = findings_text([each.record() for each in warnings])
    assert said.splitlines()[-1] == "what it means: specc explain W1"


def test_json_is_a_list_of_findings_with_exactly_these_fields(desk: Desk) -> None:
    """A list of objects with places that count from 1, and nothing else on stdout."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    ended = desk.specc("lint", "tiny", "--format", "json")
    findings = json.loads(ended.out)
    assert ended.code == 1
    assert all(set(finding) == FIELDS for finding in findings)
    assert [f["file"] for f in findings if f["code"] == "SPC201"] == ["tiny/bundle.yaml"]


def test_json_of_a_clean_bundle_is_an_empty_list(desk: Desk) -> None:
    """Machines read a list whatever there is to say."""
    assert json.loads(desk.specc("lint", "tiny", "--format", "json").out) == []


def test_warnings_alone_end_with_0(desk: Desk) -> None:
    """An unused declaration is worth saying, and stops nothing."""
    with (desk.bundle / "bundle.yaml").open("a", encoding="utf-8") as file:
        file.write("\nsurfaces:\n  spare:\n    include: [age]\n")
    ended = desk.specc("lint", "tiny")
    assert (ended.code, ended.out.splitlines()[-2]) == (0, "1 warning")


@pytest.mark.parametrize("folder", ["missing", "tiny/bundle.yaml"])
def test_what_is_no_folder_ends_with_3(desk: Desk, folder: str) -> None:
    """A mistyped folder must not look like a clean bundle."""
    ended = desk.specc("lint", folder)
    assert ended.code == 3
    assert f"{folder} is not a folder" in ended.err


def test_github_annotations_hold_one_finding_a_line(desk: Desk) -> None:
    """A workflow command with file and place, relative to the working folder."""
    desk.edit("bundle.yaml", "uprate: to_2023", "uprate: to_2032")
    ended = desk.specc("lint", desk.bundle, "--format", "github")
    commands = [line for line in ended.out.splitlines() if line.startswith("::")]
    assert ended.code == 1
    assert any(
        c.startswith("::error file=tiny/bundle.yaml,line=") and "title=SPC201::" in c for c in commands
    )


def test_github_annotations_escape_what_would_end_them() -> None:
    """Percent signs, line ends, colons and commas arrive as they were written."""
    place = Span("a,b:c.yaml", 3, 4, 3, 9)
    record = Diagnostic("SPC1", "50 %,\r\nthen: ::error::", place, "say 100%").record()
    line = annotation(record)
    assert "\n" not in line
    assert line.startswith("::error file=a%2Cb%3Ac.yaml,line=3,col=4,endLine=3,endColumn=9,title=SPC1::")
    assert line.endswith("::50 %25,%0D%0Athen: ::error::%0Ahelp: say 100%25")
    assert escape_message("a,b:c") == "a,b:c"
    assert escape_property("%2C") == "%252C"


def test_related_places_and_severity_are_told(tmp_path: Path) -> None:
    """A finding about two places names both."""
    file = tmp_path / "a.yaml"
    file.write_text("x: 1\nx: 2\n")
    related = (Related(Span(str(file), 1, 1, 1, 2), "first here"),)
    found = Diagnostic("SPC9", "twice", Span(str(file), 2, 1, 2, 2), None, Severity.WARNING, related)
    text = click.unstyle(findings_text([found.record()]))
    assert text.startswith("warning[SPC9]: twice")
    assert f"= see {file}:1:1: first here" in text
    assert "\n1 warning\n" in text


def test_a_finding_about_a_file_that_cannot_be_read_has_no_snippet() -> None:
    """A place in nothing is still a place."""
    text = findings_text([Diagnostic("SPC105", "empty", Span("nowhere")).record()])
    assert "--> nowhere:1:1" in text
    assert "^" not in text


@pytest.mark.parametrize(
    ("source", "column", "end", "expected"),
    [
        ("a: bcd", 4, 7, "   ^^^"),
        ("\ta: b", 5, 6, "    ^"),
        ("漢字: ab", 5, 7, "      ^^"),
        ("a: 漢", 4, 5, "   ^^"),
        ("a:", 3, 3, "  ^"),
    ],
)
def test_carets_stand_under_what_they_mean(source: str, column: int, end: int, expected: str) -> None:
    """Tabs, wide characters and empty values keep their alignment."""
    assert underline(source, column, end)[1] == expected


def test_a_long_line_is_cut_around_its_carets() -> None:
    """What is underlined stays in sight."""
    shown, carets = underline("x" * 300 + "CULPRIT" + "y" * 300, 301, 308)
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "CULPRIT"
    assert len(shown) < 130


def test_a_spec_cannot_write_to_the_terminal() -> None:
    """Escape codes and direction marks in a spec from anybody are shown, not obeyed."""
    assert clean("\x1b[2Ja\u202eb\x07") == "\ufffd[2Ja\ufffdb\ufffd"


def test_lint_loads_nothing_that_only_a_build_needs() -> None:
    """The loaded modules are those of the light core, in a fresh interpreter."""
    code = (
        "import sys; from specc.cli import main; code = main(['lint', sys.argv[1]]);"
        "print(code, *sorted(name.partition('.')[0] for name in sys.modules))"
    )
    command = [sys.executable, "-c", code, str(BUNDLES / "tiny")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ended, *modules = done.stdout.splitlines()[-1].split()
    assert ended == "0"
    assert {"pydantic", "yaml", "compiler"} <= set(modules)
    assert not set(HEAVY) & set(modules)
