"""Reading a folder: nothing outside it, and one mistake gives one finding."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from compiler_bundles import base_bundle, edit, findings

from compiler.compilation import compile_bundle
from compiler.model.locators import checked_locator

if TYPE_CHECKING:
    from pathlib import Path


def test_link_that_leaves_the_bundle_is_not_followed(tmp_path: Path) -> None:
    """A bundle from a pull request cannot make lint print a file of the machine it runs on."""
    (tmp_path / "secret").write_text("secret: [\n", encoding="utf-8")
    folder = base_bundle(tmp_path / "bundle")
    (folder / "extra.yaml").symlink_to(tmp_path / "secret")
    (line,) = findings(folder)
    assert line.startswith("extra.yaml:1:1 SPC001 `extra.yaml` is a link that leaves the bundle")


def test_link_inside_the_bundle_is_read(tmp_path: Path) -> None:
    """Only leaving the folder is refused."""
    folder = base_bundle(tmp_path / "bundle")
    (folder / "parts").mkdir()
    (folder / "targets.yaml").rename(folder / "parts" / "targets.txt")
    (folder / "targets.yaml").symlink_to(folder / "parts" / "targets.txt")
    assert findings(folder) == []


def test_folder_and_pipe_named_like_a_spec_are_refused(tmp_path: Path) -> None:
    """Reading never waits for a pipe and never fails on a folder."""
    folder = base_bundle(tmp_path / "bundle")
    (folder / "a.yaml").mkdir()
    os.mkfifo(folder / "b.yaml")
    assert [line.partition(" |")[0] for line in findings(folder)] == [
        "a.yaml:1:1 SPC001 `a.yaml` is not a file",
        "b.yaml:1:1 SPC001 `b.yaml` is not a file",
    ]


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A wrong path is the caller's mistake, not a finding about a bundle."""
    with pytest.raises(NotADirectoryError, match="name the folder of a bundle"):
        compile_bundle(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    [
        "sources.yaml",
        "tables.yaml",
        "detail.yaml",
        "uprating.yaml",
        "targets.yaml",
        "finish.yaml",
        "bundle.yaml",
    ],
)
def test_broken_file_gives_one_finding_and_no_plan(tmp_path: Path, name: str) -> None:
    """What the other files refer to may stand in the one that could not be read."""
    folder = base_bundle(tmp_path / "bundle")
    (folder / name).write_text("a: [\n", encoding="utf-8")
    (line,) = findings(folder)
    assert line.startswith(f"{name}:")
    assert compile_bundle(folder).plan is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sources.yaml", "    licence: CC0-1.0\n    period: 2012\n", "    period: 2012\n"),
        ("tables.yaml", "title: Growth", "titel: Growth"),
        ("tables.yaml", "title: What", "titel: What"),
        ("detail.yaml", "shared: {include:", "shared: {includes:"),
        ("detail.yaml", "of: survey", "off: survey"),
        ("detail.yaml", "elsewhere: zero", "elsewhere: nought"),
        (
            "detail.yaml",
            "unit_wages: {entity: person, type: float",
            "unit_wages: {entity: person, type: real",
        ),
        (
            "detail.yaml",
            "sum(employment_income_before_lsr) over tax_unit",
            "sum(employment_income_before_lsr) over unit",
        ),
        ("uprating.yaml", "concept: growth", "concept: grows"),
        ("targets.yaml", "entity: tax_unit", "entity: taxunit"),
        ("finish.yaml", "weight: household", "weight: person"),
        ("finish.yaml", "workers: 1", "workers: 0"),
        ("finish.yaml", "dataset: {policyengine", "dataset: {policyengin"),
        ("finish.yaml", "tolerance: 0.25", "tolerance: big"),
    ],
)
def test_broken_definition_gives_one_finding_and_no_plan(
    tmp_path: Path, file: str, old: str, new: str
) -> None:
    """Whatever refers to a definition with a mistake in it stays quiet: one mistake, one finding."""
    folder = base_bundle(tmp_path / "bundle")
    edit(folder, file, old, new)
    (line,) = findings(folder)
    assert line.startswith(f"{file}:")
    assert compile_bundle(folder).plan is None


def test_mistakes_of_independent_definitions_are_reported_together_in_order(tmp_path: Path) -> None:
    """Nobody corrects one mistake to be shown the next."""
    folder = base_bundle(tmp_path / "bundle")
    edit(folder, "finish.yaml", "tolerance: 0.25", "tolerance: big")
    edit(folder, "targets.yaml", "where: year = 2023", "where: yaer = 2023")
    edit(folder, "bundle.yaml", "- export: dataset", "- export: dataste")
    assert [line.partition(" ")[0] for line in findings(folder)] == [
        "bundle.yaml:14:15",
        "finish.yaml:13:90",
        "targets.yaml:5:12",
    ]


@pytest.mark.parametrize(
    "locator",
    [
        "pypi:taxcalc==6.8.5/taxcalc/cps.csv.gz",
        "pypi:policyengine-us-data==1.115.4/a/b.csv",
        "https://example.org/a/b.csv?x=1",
        "data/b.csv",
        "b.csv",
    ],
)
def test_locator_of_a_known_form_is_accepted(locator: str) -> None:
    """A file of a released wheel, of the web, or of the bundle."""
    assert checked_locator(locator) == locator


@pytest.mark.parametrize(
    ("locator", "why"),
    [
        ("/etc/passwd", "could leave"),
        ("../b.csv", "could leave"),
        ("a/../../b.csv", "could leave"),
        ("a//b.csv", "could leave"),
        ("a\\b.csv", "could leave"),
        ("./b.csv", "could leave"),
        ("", "could leave"),
        ("C:\\b.csv", "nobody fetches"),
        ("http://example.org/b.csv", "plain http"),
        ("HTTP://example.org/b.csv", "plain http"),
        ("https:///b.csv", "names no file"),
        ("https://example.org", "names no file"),
        ("https://example.org/", "names no file"),
        ("file:///etc/passwd", "nobody fetches"),
        ("s3://bucket/b.csv", "nobody fetches"),
        ("pypi:taxcalc/b.csv", "NAME==VERSION/PATH"),
        ("pypi:taxcalc==6.8.5", "NAME==VERSION/PATH"),
        ("pypi:taxcalc>=6/b.csv", "NAME==VERSION/PATH"),
        ("pypi:--index-url==1/b.csv", "NAME==VERSION/PATH"),
        ("pypi:taxcalc==6.8.5/../b.csv", "could leave"),
    ],
)
def test_other_locator_is_refused_and_says_why(locator: str, why: str) -> None:
    """The compiler refuses what the fetcher would refuse, before anything runs."""
    with pytest.raises(ValueError, match=why):
        checked_locator(locator)
