"""`use`: a bundle that takes sources and targets from a folder beside it, from lint to the results."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specc.git import OF_A_HOOK

if TYPE_CHECKING:
    from cli_desk import Desk

_TARGET = """
targets:
  ages:
    source: ages
    period: 2023
    value: people
    entity: person
    bands: {of: age, lower: low, upper: high, uncovered: [{lower: 80, note: nobody so old was counted}]}
    families:
      people: {count: person}
"""


@pytest.fixture
def shared(desk: Desk) -> Path:
    """Give a library beside the bundle, which has the bundle's target, its source, its file and its lock."""
    library = desk.folder / "common"
    library.mkdir()
    spec = (desk.bundle / "sources.yaml").read_text("utf-8")
    head, _, source = spec.partition("  ages:\n")
    (desk.bundle / "sources.yaml").write_text(head, encoding="utf-8")
    (library / "library.yaml").write_text(f"sources:\n  ages:\n{source}{_TARGET}", encoding="utf-8")
    desk.edit("bundle.yaml", _TARGET.lstrip("\n"), "")
    desk.edit(
        "bundle.yaml",
        "budget: {memory: 3 GiB}",
        "budget: {memory: 3 GiB}\n  use: {common: {targets: [ages]}}",
    )
    (desk.bundle / "ages.csv").rename(library / "ages.csv")
    assert desk.specc("sources", "lock", "tiny").code == 0
    assert desk.specc("sources", "lock", "common").code == 0
    return library


def _commit(desk: Desk, monkeypatch: pytest.MonkeyPatch, *folders: str) -> None:
    for name in OF_A_HOOK:
        monkeypatch.delenv(name, raising=False)
    author = ["-c", "user.name=N", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "--quiet"], ["add", *folders], ["commit", "--quiet", "--message", "First"]):
        command = ["git", "-C", str(desk.folder), *author, *words]
        subprocess.run(command, check=True, capture_output=True)


def test_lock_is_of_the_bundle_alone(desk: Desk, shared: Path) -> None:
    """What is used is locked where it stands."""
    assert set(desk.json("tiny/sources.lock")["sources"]) == {"people", "growth"}
    assert set(json.loads((shared / "sources.lock").read_text())["sources"]) == {"ages"}
    assert desk.specc("lint", "tiny").out == "no findings\n"


def test_a_bundle_that_uses_another_runs_to_the_same_results(
    desk: Desk, request: pytest.FixtureRequest
) -> None:
    """A path of a used source starts in the folder of the used bundle; where things stand enters no key."""
    assert desk.specc("run", "tiny", "--out", "before").code == 0
    request.getfixturevalue("shared")
    ended = desk.specc("run", "tiny", "--out", "after", "--store", desk.folder / "another")
    assert ended.code == 0, ended.err
    assert desk.files("after")["facts.parquet"] == desk.files("before")["facts.parquet"]
    assert desk.json("after/plan.json")["key"] == desk.json("before/plan.json")["key"]


def test_results_are_not_published_around_what_is_used(desk: Desk, shared: Path) -> None:
    """Publishing replaces a folder, so that it must hold nothing that a build reads."""
    before = desk.files("common")
    ended = desk.specc("run", "tiny", "--out", shared)
    assert (ended.code, desk.files("common")) == (3, before)


def test_a_saved_plan_knows_the_files_of_both(desk: Desk, shared: Path) -> None:
    """Places are said from the bundle's folder; a change in the used one makes the plan stale."""
    assert desk.specc("plan", "tiny", "--out", "plan.json").code == 0
    plan = desk.json("plan.json")
    assert {"sources.yaml", "common/library.yaml", "common/sources.lock"} <= set(
        plan["metadata"]["specs"]["files"]
    )
    places = {node["address"]: node["place"] for node in plan["nodes"]}
    assert places["facts.ages"].startswith("../common/library.yaml:")
    assert places["calibrate.by_age"].startswith("bundle.yaml:")
    library = shared / "library.yaml"
    library.write_text(library.read_text("utf-8").replace("{of: age,", "{of: age + 1,"), encoding="utf-8")
    ended = desk.specc("run", "plan.json", "--out", "out")
    assert (ended.code, "common/library.yaml" in ended.err) == (5, True)


def test_the_used_bundle_is_read_at_the_ref_too(
    desk: Desk, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else today's facts would be compared with themselves."""
    _commit(desk, monkeypatch, "tiny", "common")
    assert "No changes." in desk.specc("plan", "tiny", "--against", "HEAD").out
    library = shared / "library.yaml"
    library.write_text(library.read_text("utf-8").replace("{of: age,", "{of: age + 1,"), encoding="utf-8")
    shown = desk.specc("plan", "tiny", "--against", "HEAD").out
    assert "matrix.by_age" in shown
    assert "age + 1" in shown


def test_fix_writes_nothing_beside_the_bundle(desk: Desk, shared: Path) -> None:
    """A finding of the used bundle is shown; mending it is for who owns it."""
    library = shared / "library.yaml"
    library.write_text(library.read_text("utf-8").replace("value: people", "value: peopel"), encoding="utf-8")
    before = desk.files("common")
    ended = desk.specc("lint", "tiny", "--fix")
    assert (ended.code, "`peopel`" in ended.out, desk.files("common")) == (1, True, before)


@pytest.mark.parametrize("link", ["folder", "file", "lock"])
def test_a_link_out_of_the_folder_is_not_followed(desk: Desk, shared: Path, link: str) -> None:
    """Not as the used folder, nor for a file in it, nor for its lock."""
    outside = desk.folder / "elsewhere" / "deep"
    outside.parent.mkdir()
    shared.rename(outside)
    if link == "folder":
        shared.symlink_to(outside)
    else:
        shared.mkdir()
        linked = "library.yaml" if link == "file" else "sources.lock"
        for path in outside.iterdir():
            path.rename(shared / path.name) if path.name != linked else None
        (shared / linked).symlink_to(outside / linked)
    found = json.loads(desk.specc("lint", "tiny", "--format", "json").out)
    said = {"folder": "SPC107", "file": "SPC001", "lock": "SPC705"}
    assert said[link] in {finding["code"] for finding in found}
    assert not any("elsewhere" in finding["file"] for finding in found)


def test_a_used_source_keeps_what_it_was_called(desk: Desk, shared: Path) -> None:
    """The used bundle's own `moved:` holds for what is used of it."""
    with (shared / "library.yaml").open("a", encoding="utf-8") as file:
        file.write("moved: {targets: {by_years: ages}}\n")
    assert desk.specc("plan", "tiny", "--out", "plan.json").code == 0
    assert desk.json("plan.json")["metadata"]["moved"]["nodes"]["facts.by_years"] == "facts.ages"


def test_a_library_alone_is_checked_definition_by_definition(desk: Desk, shared: Path) -> None:
    """What is wrong in itself is said; that it declares no bundle only when nothing else is."""
    assert "declares `bundle:`; what is declared is in order by itself" in desk.specc("lint", "common").out
    library = shared / "library.yaml"
    library.write_text(library.read_text("utf-8").replace("period:", "peroid:"), encoding="utf-8")
    assert "unknown key `peroid`" in desk.specc("lint", "common").out


@pytest.mark.parametrize("here", [".", "../tiny", "absolute"])
def test_the_used_folder_is_found_however_the_bundle_is_named(
    desk: Desk, shared: Path, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    """From inside the bundle, by a way through the parent, and by an absolute path."""
    monkeypatch.chdir(desk.bundle)
    folder = desk.bundle if here == "absolute" else here
    assert desk.specc("plan", folder, "--out", "plan.json").code == 0
    plan = json.loads(Path("plan.json").read_text("utf-8"))
    places = {node["address"]: node["place"] for node in plan["nodes"]}
    assert places["facts.ages"].startswith("../common/library.yaml:")
    assert shared.is_dir()


def test_a_used_surface_brings_its_reference_along(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is read in the used bundle's folder: by lint, by a plan and its digests, and at a ref."""
    base = Path(__file__).parents[1] / "compiler" / "cases" / "base"
    small = Path(shutil.copytree(base, desk.folder / "small"))
    detail, bundle = small / "detail.yaml", small / "bundle.yaml"
    surface = "surfaces:\n  shared: {include: [taxable_interest_income]}\n"
    assert surface in detail.read_text("utf-8")
    detail.write_text(detail.read_text("utf-8").replace(surface, "surfaces:\n"), encoding="utf-8")
    bundle.write_text(
        bundle.read_text("utf-8").replace(
            "  seed: 7\n", "  seed: 7\n  use: {common: {surfaces: [shared]}}\n"
        ),
        encoding="utf-8",
    )
    library = desk.folder / "common"
    listed = library / "references" / "list.yaml"
    listed.parent.mkdir(parents=True)
    (library / "library.yaml").write_text(
        "surfaces:\n  shared: {reference: references/list.yaml, include: rest}\n", encoding="utf-8"
    )
    (missing,) = json.loads(desk.specc("lint", "small", "--format", "json").out)
    assert (missing["code"], missing["file"]) == ("SPC512", "common/library.yaml")
    listed.write_text("- taxable_interest_income\n", encoding="utf-8")
    assert desk.specc("lint", "small").out == "no findings\n"
    assert desk.specc("plan", "small", "--out", "plan.json").code == 0
    digest = hashlib.sha256(listed.read_bytes()).hexdigest()
    assert desk.json("plan.json")["metadata"]["specs"]["files"]["common/references/list.yaml"] == digest
    _commit(desk, monkeypatch, "small", "common")
    assert "No changes." in desk.specc("plan", "small", "--against", "HEAD").out
    listed.write_text("- taxable_interest_income\n- real_estate_taxes\n", encoding="utf-8")
    changed = desk.specc("lint", "small")
    assert changed.code == 1
    assert "real_estate_taxes" in changed.out
    assert "common/references/list.yaml:2:3" in changed.out
    listed.write_text("names: [taxable_interest_income]\n", encoding="utf-8")
    assert "No changes." in desk.specc("plan", "small", "--against", "HEAD").out
